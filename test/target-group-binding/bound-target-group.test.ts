import { CfnParameter, Token } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { IngressTargetType } from '../../src';
import { BoundTargetGroup } from '../../src/target-group-binding/bound-target-group';
import { newStack, warningsOf } from '../fixtures';
import { bindShop, newSupported, Supported } from '../support/binding-fixtures';

test('a target group whose VPC only the deployment knows may be in any', () => {
  const stack = newStack();
  const importVpc = (id: string, vpcId: string) => ec2.Vpc.fromVpcAttributes(stack, id, { vpcId, availabilityZones: ['a'] });
  const vpc = importVpc('Given', new CfnParameter(stack, 'Id').valueAsString);
  const group = new elbv2.ApplicationTargetGroup(stack, 'Group', { vpc, targetType: elbv2.TargetType.IP });

  expect(new BoundTargetGroup(group).isOutside(importVpc('Known', 'vpc-1'))).toBe(false);
});

/** What is warned of with these targets, but that no listener uses them. */
function warnedOf(supported: Supported): string[] {
  return warningsOf(supported.stack).map(({ text }) => text).filter((text) => !text.includes('is used by no listener'));
}

const { INSTANCE } = IngressTargetType;
const WARNING = 'instances are registered at the nodePort of the Service, 30000 to 32767: the load balancer would be let in where nothing listens; '
  + 'name the nodePort, or leave it out';

test.each([80, 8080, 29999, 32768])('instances are not reached at port %d', (targetPort) => {
  const supported = newSupported();
  bindShop(supported, { targetType: INSTANCE, targetPort });
  expect(warnedOf(supported)).toEqual([expect.stringContaining(`addTargetGroupBinding(Shop).targetPort is ${targetPort}, and ${WARNING}`)]);
});

test('nor are those of a target group of the user\'s', () => {
  const supported = newSupported();
  const { stack, vpc } = supported;
  const targetGroup = new elbv2.ApplicationTargetGroup(stack, 'Own', { vpc, port: 80, targetType: elbv2.TargetType.INSTANCE });
  bindShop(supported, { targetGroup, targetPort: 8080 });
  expect(warnedOf(supported)).toEqual([expect.stringContaining('addTargetGroupBinding(Shop).targetPort is 8080')]);
});

test.each([
  { targetType: INSTANCE, targetPort: 30000 }, { targetType: INSTANCE, targetPort: 32767 }, { targetType: INSTANCE, targetPort: undefined },
  { targetType: INSTANCE, targetPort: Token.asNumber({ Ref: 'Port' }) }, { targetPort: 8080 },
])('nothing is said of %j', (options) => {
  const supported = newSupported();
  bindShop(supported, options);
  expect(warnedOf(supported)).toEqual([]);
});
