import { Token } from 'aws-cdk-lib';
import type * as route53 from 'aws-cdk-lib/aws-route53';
import { ROLES_TO_ASSUME_SINCE } from './policy-opt-ins';
import type { StatementGroup } from './policy-table';
import { ControllerVersion } from '../release/controller-version';
import { invalidProp } from '../util/messages';
import { isUnknown } from '../util/tokens';

/** Of the policy's options, those that name resources one by one. */
export interface NamedResources {
  readonly enableAcmCertificateManagement?: boolean;
  readonly certificateHostedZones?: route53.IHostedZone[];
  readonly targetGroupBindingRoleArns?: string[];
  readonly targetGroupBindingOnly?: boolean;
  readonly targetGroupArns?: string[];
}

/** What resources may take of a statement, so that its actions and conditions fit into one policy with them. */
const ROOM_FOR_RESOURCES = 4000;

/** What an ARN takes that is known only on deployment, as the policies' sizes are counted. */
const LENGTH_OF_TOKEN = 200;

/** The resources that an option names, in lists that fit into a statement; nothing where it names none. */
export function namedResources(option: NonNullable<StatementGroup['limitedBy']>, options: NamedResources): string[][] | undefined {
  const arns = {
    certificateHostedZones: options.certificateHostedZones?.map((zone) => zone.hostedZoneArn),
    targetGroupBindingRoleArns: options.targetGroupBindingRoleArns,
    targetGroupArns: options.targetGroupArns,
  };
  const named = arns[option];
  return named && inParts(named);
}

/** Rejects lists of resources that could not be granted, or would grant nothing. */
export function checkNamedResources(options: NamedResources, version: ControllerVersion): void {
  const { certificateHostedZones: zones, targetGroupBindingRoleArns: roles } = options;
  if (zones?.length === 0) {
    throw invalidProp('certificateHostedZones', 'must not be an empty list', zones, 'leave it out for all hosted zones');
  }
  if (zones && !options.enableAcmCertificateManagement) {
    throw invalidProp('certificateHostedZones', 'must be left out where the controller makes no certificates', zones.map((zone) => zone.node.path),
      'set enableAcmCertificateManagement to true');
  }
  if (roles?.length === 0) {
    throw invalidProp('targetGroupBindingRoleArns', 'must not be an empty list', roles, 'leave it out');
  }
  if (roles && !version._isAtLeast(ROLES_TO_ASSUME_SINCE)) {
    throw invalidProp('targetGroupBindingRoleArns', `needs controller ${ROLES_TO_ASSUME_SINCE} or newer`, version.releaseTag,
      `choose ControllerVersion.${ROLES_TO_ASSUME_SINCE.toUpperCase().replace(/\./g, '_')} or newer, or leave it out`);
  }
  if (options.targetGroupArns?.length === 0) {
    throw invalidProp('targetGroupArns', 'must not be an empty list', [], 'leave it out for all target groups');
  }
  if (options.targetGroupArns && !options.targetGroupBindingOnly) {
    throw invalidProp('targetGroupArns', 'must be left out where the controller creates target groups itself', options.targetGroupArns,
      'set targetGroupBindingOnly to true');
  }
  for (const arn of options.targetGroupArns ?? []) {
    if (isUnknown(arn) || /^arn:[\w-]+:elasticloadbalancing:[\w-]+:\d{12}:targetgroup\/[A-Za-z0-9-]{1,32}\/[0-9a-f]+$/.test(arn)) continue;
    throw invalidProp('targetGroupArns', 'must be ARNs of target groups', arn,
      'write them like "arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/shop/0123456789abcdef"');
  }
  for (const role of roles ?? []) {
    if (isUnknown(role) || /^arn:[\w-]+:iam::\d{12}:role\/([!-)+->@-~]+\/)?[\w+=,.@-]{1,64}$/.test(role)) continue;
    throw invalidProp('targetGroupBindingRoleArns', 'must be ARNs of roles', role, 'write them like "arn:aws:iam::444455556666:role/target-groups"');
  }
}

function inParts(arns: string[]): string[][] {
  const parts: string[][] = [];
  let room = 0;
  for (const arn of new Set(arns)) {
    const length = Token.isUnresolved(arn) ? LENGTH_OF_TOKEN : arn.length;
    room -= length;
    if (room < 0) {
      parts.push([]);
      room = ROOM_FOR_RESOURCES - length;
    }
    parts[parts.length - 1].push(arn);
  }
  return parts;
}
