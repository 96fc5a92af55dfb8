import { App, Aws, Stack, Token } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { EksAlbIngressSupport } from '../../src';
import { differenceOf, partitionOf } from '../../src/util/environment';
import { helmValues, importCluster } from '../fixtures';

const HERE = { region: 'eu-west-1', account: '111122223333' };

test.each([
  ['nothing, of one place', HERE, HERE, undefined],
  ['the region first', { region: 'us-east-1', account: '444455556666' }, HERE, 'region'],
  ['the account', { ...HERE, account: '444455556666' }, HERE, 'account'],
  ['nothing that is a token', { region: Aws.REGION, account: Aws.ACCOUNT_ID }, HERE, undefined],
  ['the account, where the region is a token', { region: Aws.REGION, account: '444455556666' }, HERE, 'account'],
])('places differ in %s', (_, one, other, part) => {
  expect(differenceOf(one, other)).toBe(part);
});

/** A stack of an app with the CDK's flag, which new apps have, or without. */
function stackIn(region: string | undefined, flag: boolean): Stack {
  return new Stack(new App({ context: { '@aws-cdk/core:enablePartitionLiterals': flag } }), 'Stack', { env: { account: '111122223333', region } });
}

describe.each([true, false])('with the flag %s', (flag) => {
  test.each([
    ['eu-west-1', 'aws'],
    ['cn-north-1', 'aws-cn'],
    ['us-gov-west-1', 'aws-us-gov'],
    ['us-iso-east-1', 'aws-iso'],
    ['us-isob-east-1', 'aws-iso-b'],
  ])('a stack in %s is in %s', (region, partition) => {
    expect(partitionOf(stackIn(region, flag))).toBe(partition);
  });

  test.each([undefined, Aws.REGION, 'xx-unheard-1'])('that of region %s is told by CloudFormation', (region) => {
    const stack = stackIn(region, flag);
    expect(Token.isUnresolved(partitionOf(stack))).toBe(true);
    expect(stack.resolve(partitionOf(stack))).toEqual({ Ref: 'AWS::Partition' });
  });

  test.each([
    ['cn-north-1', '918309763551.dkr.ecr.cn-north-1.amazonaws.com.cn', { enableWaf: false, enableShield: false }, true],
    ['us-gov-west-1', 'public.ecr.aws', { enableWaf: false, enableShield: false }, true],
    ['us-iso-east-1', '725322719131.dkr.ecr.us-iso-east-1.c2s.ic.gov', { enableWaf: false, enableWafv2: false, enableShield: false }, false],
  ])('image, flags and policy are those of %s', (region, registry, flags, hasTrustStores) => {
    const stack = stackIn(region, flag);
    const vpc = ec2.Vpc.fromVpcAttributes(stack, 'Vpc', {
      vpcId: 'vpc-1', availabilityZones: ['a', 'b'], publicSubnetIds: ['subnet-1', 'subnet-2'], privateSubnetIds: ['subnet-3', 'subnet-4'],
    });
    new EksAlbIngressSupport(stack, 'AlbIngress', { cluster: importCluster(stack, 'aws-eks-v2'), vpc });

    const { image, ...values } = helmValues(stack);
    expect(image.repository.split('/')[0]).toBe(registry);
    for (const name of ['enableWaf', 'enableWafv2', 'enableShield']) {
      expect(values[name]).toBe((flags as Record<string, boolean>)[name]);
    }
    const policies = JSON.stringify(Template.fromStack(stack).findResources('AWS::IAM::ManagedPolicy'));
    expect(policies.includes('elasticloadbalancing:DescribeTrustStores')).toBe(hasTrustStores);
    // ARNs are right wherever the template goes.
    expect(policies).toContain('AWS::Partition');
    expect(policies).not.toMatch(/arn:aws/);
    expect(policies.includes('shield:')).toBe(false);
  });
});
