import { Construct } from 'constructs';
import { IngressClassOptions } from './ingress-class';
import { renderIngressClassObjects } from './ingress-class-objects';
import { renderIngressClassParams } from './ingress-class-params';
import { TargetCluster } from '../cluster/target-cluster';
import { ControllerVersion } from '../release/controller-version';

export interface AutoModeIngressClassProps extends IngressClassOptions {
  readonly target: TargetCluster;
  readonly ingressClassName: string;
}

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
  if (ingressClassParams.listeners?.some(({ attributes }) => attributes)) {
    throw new Error('ingressClassParams must have no listener attributes in EKS Auto Mode, which does not support them; leave them out');
  }
  const { subnets, ...spec } = renderIngressClassParams(ingressClassParams, ControllerVersion._latest) as
    { subnets?: { ids?: string[]; tags?: { [key: string]: string[] } } } & Record<string, unknown>;
  return {
    ...Object.fromEntries(Object.entries(spec).map(([setting, value]) => [OWN_SPELLING[setting] ?? setting, value])),
    ...(subnets ? { subnets: subnets.ids ? { ids: subnets.ids } : { matchTags: matchTags(subnets.tags ?? {}) } } : {}),
  };
}

function matchTags(tags: { [key: string]: string[] }): { key: string; values: string[] }[] {
  return Object.entries(tags).map(([key, values]) => ({ key, values }));
}
