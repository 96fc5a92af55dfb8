import { Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import type { Visitor } from './target-connections';
import { readReferences } from '../util/references';
import { registryOf } from '../util/stage';

/**
 * Takes note of where the rules are that let something in, and finds another stack which has one of them already: EC2 takes a rule
 * once, however many stacks it is in.
 */
export function otherStackWithRule(stack: Stack, groups: ec2.ISecurityGroup[], { other, portRange }: Visitor): Stack | undefined {
  const rules = registryOf<Stack>(stack, 'target-rules');
  const keys = other.connections.securityGroups.flatMap((from) => groups.map((to) => `${idOf(from)} ${idOf(to)} ${portRange}`));
  const elsewhere = keys.map((key) => rules.get(key)).find((found) => found && found !== stack);
  keys.filter((key) => !rules.has(key)).forEach((key) => rules.set(key, stack));
  return elsewhere;
}

/** An id in words that are the same in all stacks. */
function idOf(group: ec2.ISecurityGroup): string {
  return String(readReferences(group, group.securityGroupId, ({ target, displayName }) => `${target.node.path}.${displayName}`).value);
}
