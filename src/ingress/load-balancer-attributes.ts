import { mapText } from './annotation-values';
import type { IngressOptions } from './ingress-options';
import type { RenderedLogs } from './load-balancer-logs';
import type { IngressClassOptions } from '../ingress-class/ingress-class-options';
import { invalidProp } from '../util/messages';

/** Renders the attributes of the load balancer, those of its logs among them. */
export function renderAttributes(
  prop: string, options: IngressOptions, settings: IngressClassOptions, logs: RenderedLogs,
): { [key: string]: string } {
  for (const [field, attributes] of Object.entries(logs)) {
    for (const key of Object.keys(attributes)) {
      if (key in (options.loadBalancerAttributes ?? {})) {
        throw invalidProp(`${prop}.loadBalancerAttributes`, `must leave out what ${field} sets`, key, 'set it in one place');
      }
      if (key in (settings.loadBalancerAttributes ?? {})) {
        throw invalidProp(`${prop}.${field}`, 'must be left out where the class sets its attributes', key, 'set it in one place');
      }
    }
  }
  const attributes = { ...options.loadBalancerAttributes, ...logs.accessLogs, ...logs.connectionLogs };
  return options.loadBalancerAttributes || Object.keys(attributes).length > 0
    ? { 'load-balancer-attributes': mapText(`${prop}.loadBalancerAttributes`, attributes) }
    : {};
}
