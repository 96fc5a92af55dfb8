import { CfnResource } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import type { IngressOptions } from './ingress-options';
import { listenerText, SharedListener, SharedSetting } from './shared-settings';
import { invalidProp } from '../util/messages';
import { readReferences } from '../util/references';
import { isUnknown } from '../util/tokens';

/** An Ingress, with what it says of what its group shares. */
export interface GroupMember {
  /** What to call its options in messages. */
  readonly prop: string;
  readonly scope: IConstruct;
  readonly settings: SharedSetting[];
  readonly listeners: SharedListener[];
  /** Port to which it, or its class, redirects HTTP: that of the whole group. */
  readonly redirectPort?: number;
}

/** Rejects a member of a group that contradicts one before it, or could not be reached together with it. */
export function rejectContradictions(groupName: string, member: GroupMember, other: GroupMember): void {
  checkSettings(groupName, member, other);
  checkReach(groupName, member, other);
  checkAccess(groupName, member, other);
}

function checkSettings(groupName: string, member: GroupMember, other: GroupMember): void {
  for (const setting of member.settings) {
    const before = other.settings.find(({ about, port }) => about === setting.about && port === setting.port);
    if (!before) continue;
    const { field, port } = setting;
    const place = `with which it shares ${port === undefined ? '' : `port ${port} of `}the load balancer of group ${groupName}`;
    if (setting.once) {
      throw invalidProp(`${member.prop}.${field}`, `must be left out where ${nameOf(other, member)} has one, ${place}`, setting.value,
        'keep one of them, or leave one of the groups');
    }
    const [value, valueBefore] = [readValue(member.scope, setting.value), readValue(other.scope, before.value)];
    if (value.kind !== undefined && value.kind === valueBefore.kind && value.text !== valueBefore.text) {
      throw invalidProp(`${member.prop}.${field}`, `must be that of ${nameOf(other, member)} (${valueBefore.text}), ${place}`, JSON.parse(value.text),
        'make them alike, or leave one of the groups');
    }
  }
}

/** HTTP listeners have no rules where the group redirects, and rules of an Ingress are on its own ports only. */
function checkReach(groupName: string, member: GroupMember, other: GroupMember): void {
  if (isCutOff(member, other.redirectPort)) {
    throw invalidProp(`${member.prop}.listeners`, `must have HTTPS on port ${other.redirectPort}, to which ${nameOf(other, member)} redirects all HTTP of group ${groupName}`,
      member.listeners.map(listenerText), `add certificates or that listener, set redirectHttp of ${nameOf(other, member)} to false, or leave one of the groups`);
  }
  if (isCutOff(other, member.redirectPort)) {
    throw invalidProp(member.prop, `must not redirect all HTTP of group ${groupName} to port ${member.redirectPort}, on which ${nameOf(other, member)} has no HTTPS`,
      other.listeners.map(listenerText), 'add certificates or that listener there, set redirectHttp to false, or leave one of the groups');
  }
}

/** What may come in is written into the one security group that the controller makes, if no Ingress of the group brings others. */
function checkAccess(groupName: string, member: GroupMember, other: GroupMember): void {
  const limit = limitOf(member);
  if (limit && hasSecurityGroups(other)) {
    throw invalidProp(`${member.prop}.${limit.field}`, `must be left out where ${nameOf(other, member)} has securityGroups, which say who may reach the load balancer of group ${groupName}`,
      limit.value, 'add rules to the security groups, or leave one of the groups');
  }
  const before = limitOf(other);
  if (before && hasSecurityGroups(member)) {
    throw invalidProp(`${member.prop}.securityGroups`, `must be left out where ${nameOf(other, member)} has ${before.field}, which would mean nothing beside them in group ${groupName}`,
      before.value, 'add rules to the security groups in place of that, or leave one of the groups');
  }
}

const LIMITS: readonly string[] = ['inboundCidrs', 'prefixListIds'] satisfies (keyof IngressOptions)[];

function limitOf({ settings }: GroupMember): SharedSetting | undefined {
  return settings.find(({ field }) => LIMITS.includes(field));
}

function hasSecurityGroups({ settings }: GroupMember): boolean {
  return settings.some(({ field }) => field === 'securityGroups');
}

function isCutOff({ listeners }: GroupMember, redirectPort: number | undefined): boolean {
  return redirectPort !== undefined && ![redirectPort, ...listeners.map(({ port }) => port)].some(isUnknown)
    && listeners.some(({ protocol }) => protocol === 'HTTP')
    && !listeners.some(({ protocol, port }) => protocol === 'HTTPS' && port === redirectPort);
}

/** Ingresses of several stacks may have one id. */
function nameOf({ prop, scope }: GroupMember, than: GroupMember): string {
  return prop === than.prop ? scope.node.path : prop;
}

/** A value that can be compared with those of its kind: of no kind are those that only the deployment knows. */
interface ReadValue {
  readonly text: string;
  readonly kind?: 'literal' | 'resource';
}

/** Resources of the app are told apart by where they are; whether one has a literal name cannot be told. */
function readValue(scope: IConstruct, given: unknown): ReadValue {
  const { value, targets } = readReferences(scope, given, ({ target, displayName }) => `${target.node.path} ${displayName}`);
  const isKnown = targets.every((target) => CfnResource.isCfnResource(target)) && [value].flat().every((part) => typeof part !== 'object' && !isUnknown(part));
  return { text: JSON.stringify(value), kind: !isKnown ? undefined : targets.length > 0 ? 'resource' : 'literal' };
}
