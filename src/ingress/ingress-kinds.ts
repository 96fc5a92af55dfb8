import { INGRESS_CLASS, LISTENER } from './ingress-class-kinds';
import { IngressTargetType, LoadBalancerScheme } from './ingress-class-options';
import type { IngressLogs } from './ingress-load-balancer-options';
import type { IngressHealthCheck, IngressOptions } from './ingress-options';
import { IngressPathType, IngressRule } from './ingress-rule';
import { boolean, choice, duration, instance, like, list, map, number, securityGroup, struct, text, textOf } from '../util/kinds';

const HTTP = /^HTTPS?$/;

const ofClass = INGRESS_CLASS.fields;

const keyValues = map(text);

export const RULE = struct<IngressRule>('IngressRule', {
  host: text,
  path: text,
  pathType: choice('IngressPathType', IngressPathType),
  service: text,
  port: number,
  portName: text,
  action: instance('IngressAction', 'use IngressAction.fixedResponse(), redirect() or weightedForward()'),
  conditions: list(like('ListenerCondition', ['renderRawCondition'], 'use elbv2.ListenerCondition.httpHeader() and the like')),
});

export const LOGS = struct<IngressLogs>('IngressLogs', {
  bucket: like('IBucket', ['bucketName', 'addToResourcePolicy'], 'name the Bucket itself in it, as in { bucket: … }'),
  prefix: text,
}, ['bucket']);

export const HEALTH_CHECK = struct<IngressHealthCheck>('IngressHealthCheck', {
  path: text,
  port: text,
  protocol: textOf('Protocol', HTTP, 'use Protocol.HTTP or Protocol.HTTPS'),
  interval: duration,
  timeout: duration,
  healthyThresholdCount: number,
  unhealthyThresholdCount: number,
  successCodes: text,
});

/** What each option of an Ingress may hold: as with the props, whatever the language keeps of their types. */
export const INGRESS = struct<IngressOptions>('IngressOptions', {
  groupName: text,
  groupOrder: number,
  scheme: choice('LoadBalancerScheme', LoadBalancerScheme),
  ipAddressType: ofClass.ipAddressType,
  loadBalancerName: text,
  subnets: ofClass.subnets,
  securityGroups: list(securityGroup),
  manageNodeRules: boolean,
  inboundCidrs: list(text),
  prefixListIds: list(text),
  loadBalancerAttributes: keyValues,
  accessLogs: LOGS,
  connectionLogs: LOGS,
  webAcl: ofClass.webAcl,
  shieldAdvancedProtection: boolean,
  tags: keyValues,
  minimumCapacityUnits: number,
  ipv4IpamPoolId: text,

  namespace: text,
  ingressName: text,
  rules: list(RULE),
  defaultRule: RULE,
  listeners: list(LISTENER),
  certificates: ofClass.certificates,
  discoverCertificates: boolean,
  sslPolicy: ofClass.sslPolicy,
  redirectHttp: boolean,
  targetType: choice('IngressTargetType', IngressTargetType),
  backendProtocol: textOf('ApplicationProtocol', HTTP, 'use ApplicationProtocol.HTTP or ApplicationProtocol.HTTPS'),
  backendProtocolVersion: textOf('ApplicationProtocolVersion', /^(HTTP[12]|GRPC)$/, 'use a constant of elbv2.ApplicationProtocolVersion'),
  healthCheck: HEALTH_CHECK,
  targetGroupAttributes: keyValues,
  targetNodeLabels: keyValues,
  auth: instance('IngressAuth', 'use IngressAuth.cognito() or IngressAuth.oidc()'),
  zone: like('IHostedZone', ['hostedZoneId', 'hostedZoneArn'], 'pass the HostedZone itself, or what HostedZone.fromHostedZoneAttributes() gives'),
  annotations: keyValues,
  labels: keyValues,
});
