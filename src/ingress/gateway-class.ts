import type * as acm from 'aws-cdk-lib/aws-certificatemanager';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import type * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { Construct } from 'constructs';
import type { IngressTargetType, LoadBalancerScheme } from './ingress-class-options';
import type { IngressEnvironment } from './ingress-environment';
import { INGRESS_OPTIONS } from './ingress-option-table';
import type { IngressWebAcl } from './ingress-web-acl';
import { checkLocation } from './load-balancer-location';
import { requireKubectl } from '../cluster/cluster-requirements';
import { gatewayKindsOf, missingDefinitions, whyUnserved } from '../gateway/gateway-releases';
import { check, describe, rejectFindings, toSpec } from '../options/option';
import { requireNewId } from '../util/constructs';
import { invalidProp, warn } from '../util/messages';
import { checkStruct } from '../util/struct-check';
import { isUnknown } from '../util/tokens';
import { kubernetesNameOf, validateDnsSubdomain } from '../util/validation';

/** Controller of the GatewayClasses whose Gateways are Application Load Balancers. */
const CONTROLLER_NAME = 'gateway.k8s.aws/alb';

/**
 * What the load balancers of a GatewayClass have in common. The options are those of an IngressClass, under the same names.
 *
 * @see https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/gateway/loadbalancerconfig/
 */
export interface GatewayClassOptions {
  /**
   * Name of the class.
   *
   * @default - from the id of the class: `internal-web` of `InternalWeb`
   */
  readonly gatewayClassName?: string;

  /**
   * Whether load balancers are open to the internet.
   *
   * @default - internal
   */
  readonly scheme?: LoadBalancerScheme;

  /**
   * IP addresses of load balancers.
   *
   * @default - IPv4
   */
  readonly ipAddressType?: elbv2.IpAddressType;

  /**
   * Subnets of load balancers, of two Availability Zones at least.
   *
   * @default - the tagged subnets
   */
  readonly subnets?: ec2.ISubnet[];

  /**
   * Security groups of load balancers, in place of those that the controller creates.
   *
   * @default - the controller creates them
   */
  readonly securityGroups?: ec2.ISecurityGroup[];

  /**
   * IPv4 and IPv6 CIDR blocks that may reach load balancers.
   *
   * @default - all
   */
  readonly inboundCidrs?: string[];

  /**
   * Certificates of the HTTPS listeners on port 443, the default one first.
   *
   * @default - found in AWS Certificate Manager by the host names of Gateways and routes
   */
  readonly certificates?: acm.ICertificate[];

  /**
   * Security policy of the HTTPS listeners on port 443.
   *
   * @default - the controller's
   */
  readonly sslPolicy?: elbv2.SslPolicy;

  /**
   * Targets of load balancers: nodes, or pods.
   *
   * @default - `defaultTargetType` of the construct
   */
  readonly targetType?: IngressTargetType;

  /**
   * Web ACL of AWS WAF, by ARN.
   *
   * @default - none
   */
  readonly webAcl?: IngressWebAcl;

  /**
   * Whether AWS Shield Advanced protects load balancers.
   *
   * @default - as it is
   */
  readonly shieldAdvancedProtection?: boolean;

  /**
   * Capacity that load balancers reserve, in load balancer capacity units.
   *
   * @default - none
   */
  readonly minimumCapacityUnits?: number;

  /**
   * Attributes of load balancers.
   *
   * @default - those of Elastic Load Balancing
   */
  readonly loadBalancerAttributes?: { [key: string]: string };

  /**
   * Tags of load balancers.
   *
   * @default - the default tags of the controller
   */
  readonly tags?: { [key: string]: string };
}

/** What a GatewayClass is made with. */
interface GatewayClassProps {
  readonly environment: IngressEnvironment;
  readonly prop: string;
  readonly gatewayClassName: string;
  readonly options: GatewayClassOptions;
}

/**
 * A GatewayClass of the Kubernetes Gateway API, with the settings of its load balancers. `EksAlbIngressSupport.addGatewayClass()` makes one.
 *
 * Gateways and routes are manifests; they are ordered after the class.
 */
export class GatewayClass extends Construct {
  /** @internal */
  public static _of(scope: Construct, id: string, props: GatewayClassProps): GatewayClass {
    return new GatewayClass(scope, id, props);
  }

  /**
   * Name of the class, for `spec.gatewayClassName` of Gateways.
   */
  public readonly gatewayClassName: string;

  private constructor(scope: Construct, id: string, { environment, prop, gatewayClassName, options }: GatewayClassProps) {
    super(scope, id);
    this.gatewayClassName = gatewayClassName;
    const { target, controller } = environment;
    const manifest = target.newManifest(this, 'Resource', { manifest: renderGatewayClass(prop, gatewayClassName, options, environment) });
    // The installation has the definitions.
    if (controller) manifest.node.addDependency(controller);
    manifest.node.addDependency(...options.certificates ?? [], ...options.securityGroups ?? []);
  }
}

/** The GatewayClasses of a cluster. */
export class GatewayClasses {
  private readonly names = new Map<string, string>();
  private scope?: Construct;

  constructor(private readonly environment: IngressEnvironment) {}

  public add(id: string, options: GatewayClassOptions): GatewayClass {
    const { environment } = this;
    const prop = `addGatewayClass(${id})`;
    checkStruct('GatewayClassOptions', prop, options);
    requireKubectl(environment.target);
    if (this.scope) requireNewId('addGatewayClass', this.scope, id);
    const gatewayClassName = options.gatewayClassName ?? kubernetesNameOf(id);
    validateDnsSubdomain(`${prop}.gatewayClassName`, gatewayClassName);
    const namesake = this.names.get(gatewayClassName);
    if (namesake !== undefined && !isUnknown(gatewayClassName)) {
      throw invalidProp(`${prop}.gatewayClassName`, `must not be that of ${namesake} too`, gatewayClassName, 'choose another name');
    }
    requireServed(prop, environment);
    checkLocation(prop, environment.support, options, environment);
    if (environment.gatewayApi === undefined) {
      warn(environment.support, 'gatewayDefinitionsMissing', missingDefinitions(`GatewayClass ${gatewayClassName}`, environment.servedBy.version));
    }
    environment.onWorkload?.();
    this.names.set(gatewayClassName, prop);
    this.scope ??= new Construct(environment.support, 'GatewayClasses');
    return GatewayClass._of(this.scope, id, { environment, prop, gatewayClassName, options });
  }
}

function requireServed(prop: string, { servedBy, featureGates, values, features: { targetGroupBindingOnly }, gatewayApi }: IngressEnvironment): void {
  if (servedBy.autoMode) {
    throw new Error(`${prop} must be left out in EKS Auto Mode, whose GatewayClasses have settings of another API that is not known here; define them by manifests`);
  }
  // Charts of v2.13 have other definitions, or none.
  if (!servedBy.version._isAtLeast('v2.14.0')) {
    throw invalidProp(prop, 'must be used with controller v2.14.0 or later', servedBy.version.releaseTag, 'use a newer ControllerVersion');
  }
  const why = whyUnserved(CONTROLLER_NAME, {
    version: servedBy.version, featureGates, values, targetGroupBindingOnly, upgradesDefinitions: true, mayHaveDefinitions: gatewayApi !== undefined,
  });
  if (why) {
    throw new Error(`${prop} would have no effect: ${why.reason} ${CONTROLLER_NAME}; ${why.remedy}`);
  }
}

function renderGatewayClass(
  prop: string, name: string, options: GatewayClassOptions, { servedBy, controllerNamespace: namespace }: IngressEnvironment,
): Record<string, any>[] {
  const { webAcl, certificates, sslPolicy, targetType } = options;
  if (webAcl && webAcl._arn === undefined) {
    throw invalidProp(`${prop}.webAcl`, 'must be given by its ARN', webAcl._name, 'use IngressWebAcl.fromArn()');
  }
  const description = describe(INGRESS_OPTIONS, 'gateway', prop, options);
  rejectFindings(check(INGRESS_OPTIONS, 'gateway', description, servedBy));
  const { apiVersion, hasDefaultTargetGroups } = gatewayKindsOf(servedBy.version);
  if (targetType && !hasDefaultTargetGroups) {
    throw invalidProp(`${prop}.targetType`, 'must be used with controller v3.2.0 or later', servedBy.version.releaseTag,
      'use a newer ControllerVersion, or leave it to defaultTargetType');
  }
  const arns = certificates?.map(({ certificateArn }) => certificateArn) ?? [];
  const https = {
    ...arns.length > 0 && { defaultCertificate: arns[0] },
    ...arns.length > 1 && { certificates: arns.slice(1) },
    ...sslPolicy && { sslPolicy },
  };
  const metadata = { name, namespace };
  return [
    ...targetType ? [{ apiVersion, kind: 'TargetGroupConfiguration', metadata, spec: { defaultConfiguration: { targetType } } }] : [],
    {
      apiVersion,
      kind: 'LoadBalancerConfiguration',
      metadata,
      spec: {
        ...toSpec(INGRESS_OPTIONS, description, servedBy, 'gateway'),
        ...Object.keys(https).length > 0 && { listenerConfigurations: [{ protocolPort: 'HTTPS:443', ...https }] },
        ...targetType && { defaultTargetGroupConfiguration: { name } },
      },
    },
    {
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'GatewayClass',
      metadata: { name },
      spec: { controllerName: CONTROLLER_NAME, parametersRef: { group: 'gateway.k8s.aws', kind: 'LoadBalancerConfiguration', name, namespace } },
    },
  ];
}
