import { Construct } from 'constructs';
import { IngressClassOptions, IngressClassParams } from './ingress-class';
import { renderIngressClassObjects } from './ingress-class-objects';
import { renderIngressClassParams } from './ingress-class-params';
import { TargetCluster } from '../cluster/target-cluster';
import { ControllerVersion } from '../release/controller-version';
import { refusal } from '../util/messages';

export interface AutoModeIngressClassProps extends IngressClassOptions {
  readonly target: TargetCluster;
  readonly ingressClassName: string;
}

/**
 * The settings that AWS documents for the IngressClassParams of EKS Auto Mode.
 *
 * The API server drops a field that it does not know without a word, so that any other would do nothing.
 *
 * @see https://docs.aws.amazon.com/eks/latest/userguide/auto-configure-alb.html#ingress-reference
 */
const DOCUMENTED: readonly string[] = [
  'certificates', 'groupName', 'ipAddressType', 'loadBalancerAttributes', 'namespaceSelector', 'scheme', 'subnets', 'subnetTags', 'tags',
] satisfies (keyof IngressClassParams)[];

/** Settings of IngressClassParams that EKS Auto Mode spells in its own way. */
const OWN_SPELLING: { readonly [setting: string]: string } = { certificateArn: 'certificateARNs' };

/**
 * The IngressClass of EKS Auto Mode, which has its load balancing built in: other API group, other controller, nothing to install.
 *
 * @see https://docs.aws.amazon.com/eks/latest/userguide/auto-configure-alb.html
 */
export class AutoModeIngressClass extends Construct {
  constructor(scope: Construct, id: string, props: AutoModeIngressClassProps) {
    super(scope, id);
    if (props.createIngressClass === false) {
      refuseOfNoClass(props);
      return;
    }
    props.target.newManifest(this, 'Resource', {
      manifest: renderIngressClassObjects({
        name: props.ingressClassName,
        isDefault: props.defaultIngressClass,
        controller: 'eks.amazonaws.com/alb',
        group: 'eks.amazonaws.com',
        version: 'v1',
        params: renderAutoModeParams(props),
      }),
    });
  }
}

function renderAutoModeParams({ ingressClassParams = {} }: AutoModeIngressClassProps): Record<string, unknown> {
  for (const [setting, value] of Object.entries(ingressClassParams)) {
    if (value === undefined || DOCUMENTED.includes(setting)) continue;
    throw refusal(`ingressClassParams.${setting}`, 'must be left out in EKS Auto Mode, whose IngressClassParams are not documented to have it', value,
      'leave it to the annotations of each Ingress');
  }
  const { subnets, ...spec } = renderIngressClassParams(ingressClassParams, ControllerVersion._latest) as
    { subnets?: { ids?: string[]; tags?: { [key: string]: string[] } } } & Record<string, unknown>;
  return {
    ...Object.fromEntries(Object.entries(spec).map(([setting, value]) => [OWN_SPELLING[setting] ?? setting, value])),
    ...(subnets ? { subnets: subnets.ids ? { ids: subnets.ids } : { matchTags: matchTags(subnets.tags ?? {}) } } : {}),
  };
}

function refuseOfNoClass({ defaultIngressClass, ingressClassParams }: AutoModeIngressClassProps): void {
  const [idle] = Object.entries({ defaultIngressClass, ingressClassParams }).find(([, value]) => value) ?? [];
  if (idle !== undefined) {
    throw refusal('createIngressClass', `must not be false with ${idle}, which is for the IngressClass`, false, 'leave out one of the two');
  }
}

function matchTags(tags: { [key: string]: string[] }): { key: string; values: string[] }[] {
  return Object.entries(tags).map(([key, values]) => ({ key, values }));
}
