import { Annotations } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';

/** Prefix of every warning id of this library; a warning's id is API, since users acknowledge it by name. */
const WARNING_PREFIX = 'cdk-eks-alb-ingress-support:EksAlbIngressSupport';

/**
 * The one shape of a refusal: the prop by its public name, the rule, the value got, the way out.
 */
export function refusal(prop: string, rule: string, got: unknown, remedy: string): Error {
  return new Error(`${prop} ${rule}, got ${JSON.stringify(got)}; ${remedy}`);
}

/**
 * Attaches a warning that the user can acknowledge, with `Annotations.of(scope).acknowledgeWarning(id)`.
 *
 * @param name the warning's own part of the id, in camelCase
 */
export function warn(scope: IConstruct, name: string, message: string): void {
  Annotations.of(scope).addWarningV2(`${WARNING_PREFIX}.${name}`, message);
}
