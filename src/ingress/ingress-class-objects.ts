import { IResolvable, Lazy } from 'aws-cdk-lib';
import type { IngressClassOptions, IngressLabelSelector } from './ingress-class-options';
import { INGRESS_OPTIONS } from './ingress-option-table';
import { LABEL_SELECTOR } from './ingress-value-types';
import { DEFAULT_CLASS } from '../cluster/manifest-objects';
import { check, describe, Description, fieldOf, Reader, rejectFindings, toSpec } from '../options/option';
import type { AppTags } from '../release/app-tags';
import type { ControllerNames, ServingController } from '../release/serving-controller';
import { invalidProp } from '../util/messages';

/** An IngressClass with its settings. */
export interface IngressClassWithParams {
  readonly name: string;
  readonly isDefault?: boolean;
  readonly servedBy: ControllerNames;
  /** Spec of the IngressClassParams. */
  readonly params: { readonly [key: string]: unknown };
  readonly labels?: { readonly [key: string]: string };
}

/** Renders an IngressClass after the IngressClassParams of the same name, to which it refers. */
export function renderIngressClassObjects({ name, isDefault, servedBy, params, labels }: IngressClassWithParams) {
  const { ingressController, apiGroup, apiVersion } = servedBy;
  const metadata = { name, ...labels && { labels } };
  return [
    {
      apiVersion,
      kind: 'IngressClassParams',
      metadata,
      spec: params,
    },
    {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'IngressClass',
      metadata: { ...metadata, ...isDefault && { annotations: { [DEFAULT_CLASS]: 'true' } } },
      spec: { controller: ingressController, parameters: { apiGroup, kind: 'IngressClassParams', name } },
    },
  ];
}

/**
 * Renders the objects of a class by its options.
 *
 * @param prop what to call the options in messages
 */
export function renderIngressClass(prop: string, name: string, options: IngressClassOptions, servedBy: ServingController, appTags?: AppTags) {
  const params = renderIngressClassParams(prop, options, servedBy);
  // A controller has them among its default tags. EKS Auto Mode has none, and may set tags only if a class asks for some.
  const isTagged = servedBy.autoMode && Object.keys(options.tags ?? {}).length > 0;
  const tagged = isTagged && appTags ? { ...params, tags: tagList(appTags.with(options.tags)) } : params;
  return renderIngressClassObjects({ servedBy, name, isDefault: options.isDefault, params: tagged });
}

/** Tags as IngressClassParams have them. */
function tagList(tags: IResolvable): IResolvable {
  return Lazy.uncachedAny({ produce: (context) => Object.entries<string>(tags.resolve(context)).map(([key, value]) => ({ key, value })) });
}

/** Renders the spec of an IngressClassParams object. */
export function renderIngressClassParams(prop: string, options: IngressClassOptions, reader: Reader): { [key: string]: unknown } {
  if (options.subnets && options.subnetTags) {
    throw invalidProp(`${prop}.subnets`, 'must be left out where subnetTags is set', ['subnets', 'subnetTags'], 'keep one of them');
  }
  const description = describeClass(prop, options);
  rejectFindings(check(INGRESS_OPTIONS, 'spec', description, reader));
  return toSpec(INGRESS_OPTIONS, description, reader);
}

/** Renders a label selector, in the spelling of Kubernetes. */
export function renderLabelSelector(prop: string, selector: IngressLabelSelector): unknown {
  const fault = LABEL_SELECTOR.fault(selector);
  if (fault) {
    throw invalidProp(prop, fault.rule, fault.value, fault.remedy);
  }
  return LABEL_SELECTOR.toSpec!(selector, false);
}

/** The options of a class that its IngressClassParams hold. */
export function describeClass(prop: string, options: IngressClassOptions): Description {
  return describe(INGRESS_OPTIONS, 'spec', prop, options);
}

/**
 * Rejects options of a class that contradict each other, whatever installs it.
 *
 * @param prop what to call the options in messages
 * @param creates whether the class is defined
 * @param usesWafv2 whether WAFv2 is enabled in the controller
 */
export function checkIngressClass(prop: string, options: IngressClassOptions, creates: boolean, usesWafv2: boolean): void {
  const settings = [...describeClass(prop, options).keys()].map((name) => fieldOf(INGRESS_OPTIONS, name, 'spec'));
  const unused = creates ? [] : [...options.isDefault ? ['isDefault'] : [], ...settings];
  if (unused.length > 0) {
    throw invalidProp(`${prop}.${unused[0]}`, 'must be left out where the class is not defined', unused, `set ${prop}.create to true`);
  }
  if (options.webAcl && !usesWafv2) {
    throw invalidProp(`${prop}.webAcl`, 'must be left out where the controller does not use WAFv2', options.webAcl._arn ?? options.webAcl._name,
      'set enableWafv2 to true, if its API can be reached');
  }
}
