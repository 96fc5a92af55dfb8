import { columns } from './layout';
import { valueOf } from './words';
import type { LoadBalancerPlan, Plan, RulePlan } from '../../ingress/load-balancer-plan';
import { actionTexts, conditionTexts, transformTexts } from '../../ingress/rule-texts';

/** Formats the load balancers of a plan: a heading and lines each. */
export function describePlan({ loadBalancers, ungrouped, objects }: Plan, ownStack: string, width: number): [heading: string, lines: string[]][] {
  return [
    ...loadBalancers.map((loadBalancer): [string, string[]] => [
      `Load balancer of ${loadBalancer.isGroup ? 'the group' : 'Ingress'} ${loadBalancer.name}`, describeLoadBalancer(loadBalancer, width),
    ]),
    ['Ingresses whose group only the deployment knows', [...ungrouped]],
    ['Manifests of the app', objects.map(({ kind, namespace, name, stack }) => `${kind} ${namespace ? `${namespace}/` : ''}${name}${stack === ownStack ? '' : ` in ${stack}`}`)],
  ];
}

function describeLoadBalancer({ ingresses, scheme, settings, listeners, isKnown }: LoadBalancerPlan, width: number): string[] {
  const ofSeveral = ingresses.length > 1;
  const records = ingresses.flatMap((ingress) => ingress.records);
  const settingRows = [
    ...ofSeveral ? [['Ingresses', ingresses.map(({ name }) => name).join(', ')]] : [],
    ['scheme', scheme],
    ...Object.entries(settings).map(([name, value]) => [nameOf(name), settingText(value)]),
    ...records.length > 0 ? [['records', records.join(', ')]] : [],
    ...isKnown ? [] : [['listeners', 'known at deployment only']],
  ];
  return [
    ...columns(settingRows, width),
    ...listeners.flatMap(({ protocol, port, redirectPort, certificates, settings: ofListener, attributes, rules, defaultRule }) => {
      const details = [
        ...certificates.length > 0 ? [['certificates', certificates.join(', ')]] : [],
        ...protocol === 'HTTPS' && certificates.length === 0 ? [['certificates', 'found by host at deployment']] : [],
        ...Object.entries({ ...ofListener, ...attributes }).map(([name, value]) => [nameOf(name), settingText(value)]),
      ];
      const rows = redirectPort !== undefined ? [['-', 'all requests', `redirect to HTTPS ${redirectPort}`]] : [
        ...rules.map((rule, index) => [`${index + 1}.`, conditionTexts(rule).join(', '), stepsOf(rule), rule.ingress]),
        ['-', 'all others', defaultRule ? stepsOf(defaultRule) : 'fixed response 404', defaultRule?.ingress ?? ''],
      ];
      return [
        `${protocol} ${port}`,
        ...[columns(details, width - 2), columns(ofSeveral ? rows : rows.map((cells) => cells.slice(0, 3)), width - 2)].flat().map((line) => `  ${line}`),
      ];
    }),
  ];
}

/** What happens with a request, step by step. */
function stepsOf(rule: RulePlan): string {
  const [namespace] = rule.ingress.split('/');
  return [...rule.auth === undefined ? [] : [`login by ${rule.auth}`], ...transformTexts(rule), actionTexts(rule, namespace).join(', ')].join(', then ');
}

/** The field of an option: `webAcl` of `webAcl.arn`. Attributes have dots of their own. */
function nameOf(option: string): string {
  return option.replace(/^(webAcl)\..*/, '$1');
}

function settingText(value: unknown): string {
  if (Array.isArray(value)) {
    return value.map(settingText).join(', ');
  }
  return typeof value === 'object' && value !== null ? Object.entries(value).map(([key, one]) => `${key}=${settingText(one)}`).join(', ') : valueOf(value);
}
