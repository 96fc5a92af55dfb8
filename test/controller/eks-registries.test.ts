import { App, CfnOutput, CfnWaitConditionHandle, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { EKS_REGISTRY_ACCOUNTS, eksRegistryHost } from '../../src/controller/eks-registries';

function stackIn(region?: string): Stack {
  return new Stack(new App(), 'Stack', region ? { env: { region, account: '111122223333' } } : {});
}

test.each([
  ['us-west-2', '602401143452.dkr.ecr.us-west-2.amazonaws.com'],
  ['ap-east-2', '533267051163.dkr.ecr.ap-east-2.amazonaws.com'],
  ['cn-northwest-1', '961992271922.dkr.ecr.cn-northwest-1.amazonaws.com.cn'],
  ['us-gov-west-1', '013241004608.dkr.ecr.us-gov-west-1.amazonaws.com'],
  ['eusc-de-east-1', '877088126301.dkr.ecr.eusc-de-east-1.amazonaws.eu'],
  ['us-iso-east-1', '725322719131.dkr.ecr.us-iso-east-1.c2s.ic.gov'],
  ['us-isob-east-1', '187977181151.dkr.ecr.us-isob-east-1.sc2s.sgov.gov'],
])('the host in %s is %s', (region, host) => {
  expect(eksRegistryHost(stackIn(region))).toBe(host);
});

test('is looked up at deploy in a stack without region, with one mapping however often it is asked for', () => {
  const stack = stackIn();
  const hosts = [eksRegistryHost(stack), eksRegistryHost(stack)];

  const host = {
    'Fn::Join': ['', [
      { 'Fn::FindInMap': ['EksRegistries', { Ref: 'AWS::Region' }, 'account'] }, '.dkr.ecr.', { Ref: 'AWS::Region' }, '.', { Ref: 'AWS::URLSuffix' },
    ]],
  };
  expect(stack.resolve(hosts)).toEqual([host, host]);
  new CfnOutput(stack, 'Host', { value: hosts[0] });
  new CfnWaitConditionHandle(stack, 'Handle');
  const { EksRegistries } = Template.fromStack(stack).toJSON().Mappings;
  expect(EksRegistries).toEqual(Object.fromEntries(Object.entries(EKS_REGISTRY_ACCOUNTS).map(([region, account]) => [region, { account }])));
});

test('fails in a region without a known registry', () => {
  expect(() => eksRegistryHost(stackIn('mars-north-1'))).toThrow(new Error(
    'image ControllerImage.eksRegistry() must be used in a region with a known EKS add-on registry, got "mars-north-1"; '
    + 'mirror the image and use ControllerImage.fromEcrRepository() or ControllerImage.fromRegistry()'));
});

test('accounts are twelve digits', () => {
  for (const account of Object.values(EKS_REGISTRY_ACCOUNTS)) expect(account).toMatch(/^\d{12}$/);
});
