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

/** As `validation.IsQualifiedName` and `IsValidLabelValue` of Kubernetes, which rejects other labels and selectors. */
const LABEL_KEY = /^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\/)?[A-Za-z0-9]([-\w.]{0,61}[A-Za-z0-9])?$/;
const LABEL_VALUE = /^([A-Za-z0-9]([-\w.]{0,61}[A-Za-z0-9])?)?$/;

/** Describes a label that Kubernetes would reject. */
export function labelFault(key: string, values: readonly string[]): Fault | undefined {
  if (!isUnknown(key) && !LABEL_KEY.test(key)) {
    return { rule: "must have label keys of at most 63 of A-Z, a-z, 0-9, '-', '_' and '.', which may have a DNS prefix", value: key, remedy: 'correct it' };
  }
  const value = values.find((one) => !isUnknown(one) && !LABEL_VALUE.test(one));
  return value === undefined ? undefined
    : { rule: `must have label values of at most 63 of A-Z, a-z, 0-9, '-', '_' and '.', as that of ${key}`, value, remedy: 'correct it' };
}

/** Labels of Kubernetes objects. */
export const LABELS = {
  ...mapOf((labels) => firstFault(Object.entries(labels), ([key, value]) => labelFault(key, [value]))),
  what: 'labels',
};

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
    // An empty list would select no subnet.
    : firstFault(Object.entries(tags), ([key, values]) => values.length > 0 ? repeatedFault(`values, as those of ${key}`, values)
      : { rule: 'must have values for each key', value: tags, remedy: `list the values of ${key}, or leave it out` })),
  toSpec: (tags, autoMode) => autoMode ? Object.entries(tags).map(([key, values]) => ({ key, values })) : tags,
};

/** A label selector, in the spelling of Kubernetes. */
export const LABEL_SELECTOR: ValueType<PlainLabelSelector> = {
  ...json('a label selector', ({ matchLabels = {}, matchExpressions = [] }: PlainLabelSelector) => firstFault(
    [...Object.entries(matchLabels).map(([key, value]) => labelFault(key, [value])), ...matchExpressions.map(requirementFault)], (fault) => fault)),
  toSpec: ({ matchLabels, matchExpressions }) => ({
    ...matchLabels && { matchLabels },
    ...matchExpressions && {
      matchExpressions: matchExpressions.map(({ key, operator, values = [] }) => ({ key, operator, ...values.length > 0 && { values } })),
    },
  }),
};

function requirementFault({ key, operator, values = [] }: NonNullable<PlainLabelSelector['matchExpressions']>[number]): Fault | undefined {
  const needsValues = operator === 'In' || operator === 'NotIn';
  return needsValues === values.length > 0 ? labelFault(key, values) : {
    rule: `must ${needsValues ? 'have' : 'not have'} values with operator ${operator}, as for ${key}`,
    value: values,
    remedy: needsValues ? 'list the values, or use EXISTS' : 'leave them out, or use IN',
  };
}
