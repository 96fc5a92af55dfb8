import { Annotations } from 'aws-cdk-lib';
import { Construct, IConstruct } from 'constructs';
import { isToken } from './tokens';

/** Prefix of every warning id of this library; a warning's id is API, since users acknowledge it by name. */
const WARNING_PREFIX = 'cdk-eks-alb-ingress-support:EksAlbIngressSupport';

/**
 * The one shape of an error: the prop by its public name, the rule, the value got, the way out.
 */
export function invalidProp(prop: string, rule: string, got: unknown, remedy: string): Error {
  return new Error(`${prop} ${rule}, got ${inWords(got)}; ${remedy}`);
}

/**
 * Attaches a warning that the user can acknowledge, with `Annotations.of(scope).acknowledgeWarning(id)`.
 *
 * @param name the warning's own part of the id, in camelCase
 * @param support the construct that the warning can be acknowledged on as well, where it is not one of the scopes. Only for warnings
 * that are added when the app is prepared, after all acknowledgements.
 */
export function warn(scope: IConstruct, name: string, message: string, support?: Construct): void {
  const id = `${WARNING_PREFIX}.${name}`;
  if (!support || !isAcknowledged(support, id)) {
    Annotations.of(scope).addWarningV2(id, message);
  }
}

/**
 * Lets the warnings of a construct that is not a child of the support be acknowledged on the support as well.
 *
 * To be called after the construct has added its own validations, which may warn.
 */
export function acknowledgeWith(construct: IConstruct, support: Construct): void {
  construct.node.addValidation({
    validate: () => {
      const ids = construct.node.findAll().flatMap(({ node }) => node.metadata)
        .flatMap(({ data }) => typeof data === 'string' ? /\[ack: ([^\]]+)\]$/.exec(data)?.[1] ?? [] : [])
        .filter((id) => id.startsWith(`${WARNING_PREFIX}.`));
      new Set(ids.filter((id) => isAcknowledged(support, id))).forEach((id) => Annotations.of(construct).acknowledgeWarning(id));
      return [];
    },
  });
}

/** The CDK does not show what is acknowledged: a child that gets the warning, and is removed again, does. */
function isAcknowledged(scope: Construct, id: string): boolean {
  const probe = new Construct(scope, 'AcknowledgementProbe');
  Annotations.of(probe).addWarningV2(id, id);
  scope.node.tryRemoveChild(probe.node.id);
  return probe.node.metadata.length === 0;
}

/** Longest description of a value: of a whole chart's values, the beginning has to do. */
const LONGEST = 600;

/** Formats a value for a message. It must not fail, whatever the value is. */
function inWords(value: unknown): string {
  const text = JSON.stringify(readable(value, []));
  return text === undefined ? String(value) : text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}

/** What `JSON.stringify` writes as it is: constructs by their path, other objects with a class by its name. */
function readable(value: unknown, within: readonly unknown[]): unknown {
  if (isToken(value)) {
    return 'a token';
  }
  switch (typeof value) {
    case 'number':
      return Number.isFinite(value) ? value : String(value);
    case 'bigint':
    case 'symbol':
      return String(value);
    case 'function':
      return value.name || 'a function';
    case 'object':
      return value === null ? null : readableObject(value, within);
    default:
      return value;
  }
}

function readableObject(value: object, within: readonly unknown[]): unknown {
  if (Construct.isConstruct(value)) {
    return value.node.path || value.constructor.name;
  }
  if (within.includes(value)) {
    return 'itself';
  }
  if (Array.isArray(value)) {
    return value.map((item) => readable(item, [...within, value]));
  }
  const ofClass: unknown = Object.getPrototypeOf(value)?.constructor?.name;
  return typeof ofClass === 'string' && ofClass !== 'Object'
    ? ofClass
    : Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, readable(inner, [...within, value])]));
}
