/** Formats rules for readers. The summary command has this file too: nothing of the CDK is imported here. */
import type { ConditionDescription, RuleDescription } from './ingress-description';

const CONDITIONS: { readonly [field: string]: string } = { 'http-request-method': 'method ', 'query-string': 'query ', 'source-ip': 'from ' };

/** Formats a match of a rule: its hosts and paths. */
export function matchText({ conditions }: RuleDescription): string {
  const values = (field: string) => conditions.filter((condition) => condition.field === field).flatMap((condition) => condition.values);
  return `${values('host-header').join(', ')}${values('path-pattern').join(', ')}`;
}

/** Formats all conditions of a rule: hosts and paths first, then a text for each other condition. */
export function conditionTexts({ conditions }: Pick<RuleDescription, 'conditions'>): string[] {
  const textOf = ({ field, header, values, isRegex }: ConditionDescription) =>
    `${isRegex ? 'matching ' : ''}${header === undefined ? CONDITIONS[field] ?? '' : `header ${header}: `}${values.join(', ')}`;
  const isFirst = ({ field }: ConditionDescription) => field === 'host-header' || field === 'path-pattern';
  return [conditions.filter(isFirst).map(textOf).join(' '), ...conditions.filter((condition) => !isFirst(condition)).map(textOf)].filter((text) => text !== '');
}

/** Formats what becomes of the path and the host of a request before it is forwarded. */
export function transformTexts({ transforms }: Pick<RuleDescription, 'transforms'>): string[] {
  return transforms.flatMap(({ type, hostHeaderRewriteConfig, urlRewriteConfig }) =>
    (hostHeaderRewriteConfig ?? urlRewriteConfig)!.rewrites.map(({ regex, replace }) => `${type === 'url-rewrite' ? 'path' : 'host'} ${regex} becomes ${replace}`));
}

/** Formats the action of a rule: a text for each target. */
export function actionTexts({ action }: Pick<RuleDescription, 'action'>, namespace: string): string[] {
  const { type, fixedResponseConfig, redirectConfig, targets } = action;
  const total = targets.reduce((sum, { weight = 1 }) => sum + weight, 0);
  switch (type) {
    case 'fixed-response': return [`fixed response ${fixedResponseConfig!.statusCode}`];
    case 'redirect': {
      const { protocol = '#{protocol}', host = '#{host}', port = '#{port}', path = '/#{path}', query = '#{query}', statusCode } = redirectConfig!;
      return [`redirect ${String(statusCode).replace('HTTP_', '')} ${protocol}://${host}:${port}${path}?${query}`];
    }
    case 'forward': return targets.map(({ service, port, targetGroup, weight }) => {
      const text = service === undefined ? `target group ${targetGroup}` : `Service ${namespace}/${service}:${port}`;
      return targets.length > 1 && total > 0 ? `${Math.round((weight ?? 1) / total * 100)} % ${text}` : text;
    });
    default: return ['known at deployment only'];
  }
}

export function actionText(rule: RuleDescription, namespace: string): string {
  return actionTexts(rule, namespace).join(', ');
}
