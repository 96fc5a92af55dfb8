import type { Duration } from 'aws-cdk-lib';
import type * as acm from 'aws-cdk-lib/aws-certificatemanager';
import type * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type * as route53 from 'aws-cdk-lib/aws-route53';
import type { IngressAuth } from './ingress-auth';
import type { IngressListener, IngressTargetType } from './ingress-class-options';
import type { IngressLoadBalancerOptions } from './ingress-load-balancer-options';
import type { IngressRule } from './ingress-rule';

/**
 * How a load balancer asks targets whether they are well.
 */
export interface IngressHealthCheck {
  /**
   * Path to ask for, starting with `/`. With gRPC it is a method.
   *
   * @default '/', and '/AWS.ALB/healthcheck' with gRPC
   */
  readonly path?: string;

  /**
   * Port to ask at: a number, or the name of a port of the Service.
   *
   * @default - the port that gets the traffic
   */
  readonly port?: string;

  /**
   * Protocol to ask with.
   *
   * @default - that of the traffic
   */
  readonly protocol?: elbv2.Protocol;

  /**
   * Time between two questions: 5 to 300 seconds.
   *
   * @default - 15 seconds
   */
  readonly interval?: Duration;

  /**
   * Time to wait for an answer: 2 to 120 seconds.
   *
   * @default - 5 seconds
   */
  readonly timeout?: Duration;

  /**
   * Good answers in a row after which a target is healthy, 2 to 10.
   *
   * @default 2
   */
  readonly healthyThresholdCount?: number;

  /**
   * Bad answers in a row after which a target is unhealthy, 2 to 10.
   *
   * @default 2
   */
  readonly unhealthyThresholdCount?: number;

  /**
   * Status codes of good answers, such as `200`, `200,302` or `200-299`. With gRPC they are `0` to `99`.
   *
   * @default - `200`, and `12` with gRPC
   */
  readonly successCodes?: string;
}

/**
 * An Ingress, served by an Application Load Balancer.
 *
 * @see https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/ingress/annotations/
 */
export interface IngressOptions extends IngressLoadBalancerOptions {
  /**
   * Namespace of the Ingress and of the Services that it names: a DNS label. It is not defined here.
   *
   * @default 'default'
   */
  readonly namespace?: string;

  /**
   * Name of the Ingress: a DNS subdomain, which no other one of the namespace has.
   *
   * @default - the id, as `web-shop` of `WebShop`
   */
  readonly ingressName?: string;

  /**
   * What goes where. Without rules there must be a `defaultRule`.
   *
   * @default - all requests get the answer of `defaultRule`
   */
  readonly rules?: IngressRule[];

  /**
   * What requests get that no rule of the load balancer fits: `service` and `port`, or an `action`. It has no host, path or conditions.
   *
   * @default - the answer 404
   */
  readonly defaultRule?: IngressRule;

  /**
   * Listeners of the load balancer, with HTTP or HTTPS, one entry a port. Their attributes need v2.9.0.
   *
   * @default - HTTPS on port 443 and HTTP on port 80 where there are certificates, or they are discovered; else HTTP on port 80
   */
  readonly listeners?: IngressListener[];

  /**
   * Certificates of the HTTPS listeners, of the load balancer's region, the default one first.
   *
   * @default - those of the class
   */
  readonly certificates?: acm.ICertificate[];

  /**
   * Whether HTTPS listeners get the certificates of AWS Certificate Manager that fit the hosts of the rules.
   *
   * @default false
   * @see https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/ingress/cert_discovery/
   */
  readonly discoverCertificates?: boolean;

  /**
   * Security policy of the HTTPS listeners.
   *
   * @default - that of the class, else `defaultSslPolicy` of the support
   */
  readonly sslPolicy?: elbv2.SslPolicy;

  /**
   * Whether HTTP listeners do nothing but redirect to HTTPS, for the whole group: an Ingress of it that has HTTP without that HTTPS port
   * is rejected, since it would get no requests.
   *
   * @default - true where there are listeners of both kinds
   */
  readonly redirectHttp?: boolean;

  /**
   * What target groups hold.
   *
   * @default - that of the class, else `defaultTargetType` of the support
   */
  readonly targetType?: IngressTargetType;

  /**
   * Protocol between load balancer and targets: HTTP or HTTPS.
   *
   * @default elbv2.ApplicationProtocol.HTTP
   */
  readonly backendProtocol?: elbv2.ApplicationProtocol;

  /**
   * Version of that protocol.
   *
   * @default elbv2.ApplicationProtocolVersion.HTTP1
   */
  readonly backendProtocolVersion?: elbv2.ApplicationProtocolVersion;

  /**
   * How targets are checked. Annotations of a Service go over it for that Service.
   *
   * @default - they are asked for `/` every 15 seconds
   */
  readonly healthCheck?: IngressHealthCheck;

  /**
   * Target group attributes, such as `deregistration_delay.timeout_seconds`.
   *
   * @default - the attributes of Elastic Load Balancing
   * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetGroupAttribute.html
   */
  readonly targetGroupAttributes?: { [key: string]: string };

  /**
   * Labels of the nodes that are registered, with target type `INSTANCE`.
   *
   * @default - all nodes
   */
  readonly targetNodeLabels?: { [key: string]: string };

  /**
   * Who may pass the HTTPS listeners.
   *
   * @default - everybody
   */
  readonly auth?: IngressAuth;

  /**
   * Public or private hosted zone that gets an alias record to the load balancer for each host of the rules that lies in it. One that is
   * imported must know its name, as from `HostedZone.fromHostedZoneAttributes()`.
   *
   * The deployment then waits for the load balancer. See `Ingress.loadBalancerDnsName` for when the records have to be replaced.
   *
   * @default - no records
   */
  readonly zone?: route53.IHostedZone;

  /**
   * Further annotations, by their whole keys. Those that a field here stands for are rejected.
   *
   * @default - no further annotations
   */
  readonly annotations?: { [key: string]: string };

  /**
   * Labels of the Ingress.
   *
   * @default - no labels
   */
  readonly labels?: { [key: string]: string };
}
