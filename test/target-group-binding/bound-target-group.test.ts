import { CfnParameter } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { BoundTargetGroup } from '../../src/target-group-binding/bound-target-group';
import { newStack } from '../fixtures';

test('a target group whose VPC only the deployment knows may be in any', () => {
  const stack = newStack();
  const importVpc = (id: string, vpcId: string) => ec2.Vpc.fromVpcAttributes(stack, id, { vpcId, availabilityZones: ['a'] });
  const vpc = importVpc('Given', new CfnParameter(stack, 'Id').valueAsString);
  const group = new elbv2.ApplicationTargetGroup(stack, 'Group', { vpc, targetType: elbv2.TargetType.IP });

  expect(new BoundTargetGroup(group).isOutside(importVpc('Known', 'vpc-1'))).toBe(false);
});
