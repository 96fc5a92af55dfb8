import { emptyFault, Fault, firstFault, integer, json, mapOf, repeatedFault, text, ValueType } from '../options/value-types';
import { tagsFault } from '../release/resource-tags';
import { isUnknown } from '../util/tokens';

/** A listener as plain data. */
export interface PlainListener {
  readonly protocol: string;
  readonly port: number;
  readonly attributes?: { readonly [key: string]: string };
}

/** A label selector as plain data. */
export interface PlainLabelSelector {
  readonly matchLabels?: { readonly [key: string]: string };
  readonly matchExpressions?: readonly { readonly key: string; readonly operator: string; readonly values?: readonly string[] }[];
}

const ATTRIBUTES = mapOf();
const PORT = integer(1, 65535, 'use the port of a listener');

/** The listeners of a load balancer. As annotation without their attributes, which have annotations of their own. */
export const LISTENERS: ValueType<readonly PlainListener[]> = {
  ...json('a list of ports by protocol, like [{"HTTP":80},{"HTTPS":443}]', listenersFault, readListenPorts,
    (listeners) => listeners.map(({ protocol, port }) => ({ [protocol]: port }))),
  toSpec: (listeners) => listeners.map(({ protocol, port, attributes }) => ({
    protocol, port, ...attributes && { listenerAttributes: ATTRIBUTES.toSpec!(attributes, false) },
  })),
};

function listenersFault(listeners: readonly PlainListener[]): Fault | undefined {
  return emptyFault(listeners) ?? repeatedFault('ports', listeners.map(({ port }) => port)) ?? firstFault(listeners, listenerFault);
}

function listenerFault({ protocol, port, attributes }: PlainListener): Fault | undefined {
  if (!['HTTP', 'HTTPS'].includes(protocol)) {
    return { rule: 'must have the protocol HTTP or HTTPS', value: protocol, remedy: 'use one of them' };
  }
  const fault = PORT.fault(port);
  return fault ? { rule: 'must have ports from 1 to 65535', value: port, remedy: fault.remedy } : attributes && ATTRIBUTES.fault(attributes);
}

/** As `computeIngressListenPorts` of `pkg/ingress/model_build_listener.go`: each entry maps protocols to ports. */
function readListenPorts(data: unknown): PlainListener[] | undefined {
  const entries = Array.isArray(data) ? data.map((entry: unknown) => Object.entries(entry as object)) : [];
  const listeners = entries.flat().map(([protocol, port]): PlainListener => ({ protocol, port }));
  return entries.length > 0 && listeners.every(({ port }) => Number.isInteger(port)) ? listeners : undefined;
}

/** Tags of AWS resources. */
export const TAGS = { ...mapOf(tagsFault), what: 'tags' };

/** The port of a health check: a number, or the name of a port of the Service. */
export const HEALTH_CHECK_PORT: ValueType<string> = {
  ...text('a number or the name of a port', /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/),
  fault(port) {
    const isNumber = !isUnknown(port) && /^\d+$/.test(port);
    return isNumber ? integer(1, 65535, 'use the port that answers').fault(Number(port))
      : text('a number or the name of a port', /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/).fault(port);
  },
};

/** Tags of subnets, with the values that are accepted for each. */
export const SUBNET_TAGS: ValueType<{ readonly [key: string]: readonly string[] }> = {
  ...json('tags with the values accepted for each', (tags: { readonly [key: string]: readonly string[] }) => Object.keys(tags).length === 0
    ? { rule: 'must have at least one key', remedy: 'leave it out for discovery by role tags' }
    : firstFault(Object.entries(tags), ([key, values]) => repeatedFault(`values, as those of ${key}`, values))),
  toSpec: (tags, autoMode) => autoMode ? Object.entries(tags).map(([key, values]) => ({ key, values })) : tags,
};

/** A label selector, in the spelling of Kubernetes. */
export const LABEL_SELECTOR: ValueType<PlainLabelSelector> = {
  ...json('a label selector', ({ matchExpressions = [] }: PlainLabelSelector) => firstFault(matchExpressions, ({ key, operator, values = [] }) => {
    const needsValues = operator === 'In' || operator === 'NotIn';
    return needsValues === values.length > 0 ? undefined : {
      rule: `must ${needsValues ? 'have' : 'not have'} values with operator ${operator}, as for ${key}`,
      value: values,
      remedy: needsValues ? 'list the values, or use EXISTS' : 'leave them out, or use IN',
    };
  })),
  toSpec: ({ matchLabels, matchExpressions }) => ({
    ...matchLabels && { matchLabels },
    ...matchExpressions && {
      matchExpressions: matchExpressions.map(({ key, operator, values = [] }) => ({ key, operator, ...values.length > 0 && { values } })),
    },
  }),
};
