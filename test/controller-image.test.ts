import { App, Aws, CfnOutput, CfnWaitConditionHandle, Fn, Lazy, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import { ControllerImage, ControllerVersion } from './subject';
import { EKS_REGISTRY_ACCOUNTS } from '../src/private/eks-registries';

const DIGEST = `sha256:${'0a'.repeat(32)}`;
const { V3_5_0, V2_4_0, V2_4_5, V2_4_6 } = ControllerVersion;

function stackIn(region?: string): Stack {
  return new Stack(new App(), 'Stack', region ? { env: { region, account: '111122223333' } } : {});
}

describe('publicEcr', () => {
  test.each([V2_4_6, V3_5_0])('is tagged with the controller release ($controllerVersion)', (version) => {
    expect(ControllerImage.publicEcr()._bind(stackIn(), version)).toEqual({
      image: { repository: 'public.ecr.aws/eks/aws-load-balancer-controller', tag: version.releaseTag },
    });
  });

  test('fails before the first release in Amazon ECR Public', () => {
    expect(() => ControllerImage.publicEcr()._bind(stackIn(), V2_4_5)).toThrow(new Error(
      'image ControllerImage.publicEcr() must be used with controller v2.4.6 or later, got "v2.4.5"; '
      + 'use ControllerImage.eksRegistry(), or a mirror of the image'));
  });
});

describe('eksRegistry', () => {
  test.each([
    ['us-west-2', '602401143452.dkr.ecr.us-west-2.amazonaws.com'],
    ['ap-east-2', '533267051163.dkr.ecr.ap-east-2.amazonaws.com'],
    ['cn-northwest-1', '961992271922.dkr.ecr.cn-northwest-1.amazonaws.com.cn'],
    ['us-gov-west-1', '013241004608.dkr.ecr.us-gov-west-1.amazonaws.com'],
    ['eusc-de-east-1', '877088126301.dkr.ecr.eusc-de-east-1.amazonaws.eu'],
    ['us-iso-east-1', '725322719131.dkr.ecr.us-iso-east-1.c2s.ic.gov'],
    ['us-isob-east-1', '187977181151.dkr.ecr.us-isob-east-1.sc2s.sgov.gov'],
  ])('in %s is %s', (region, host) => {
    expect(ControllerImage.eksRegistry()._bind(stackIn(region), V3_5_0).image).toEqual({
      repository: `${host}/amazon/aws-load-balancer-controller`,
      tag: 'v3.5.0',
    });
  });

  test('is looked up at deploy in a stack without region, with one mapping however often it is bound', () => {
    const stack = stackIn();
    const { image } = ControllerImage.eksRegistry()._bind(stack, V3_5_0);
    ControllerImage.eksRegistry()._bind(stack, V3_5_0);

    expect(stack.resolve(image.repository)).toEqual({
      'Fn::Join': ['', [
        { 'Fn::FindInMap': ['EksRegistries', { Ref: 'AWS::Region' }, 'account'] }, '.dkr.ecr.', { Ref: 'AWS::Region' }, '.', { Ref: 'AWS::URLSuffix' },
        '/amazon/aws-load-balancer-controller',
      ]],
    });
    new CfnOutput(stack, 'Repository', { value: image.repository });
    new CfnWaitConditionHandle(stack, 'Handle');
    const { EksRegistries } = Template.fromStack(stack).toJSON().Mappings;
    expect(EksRegistries).toEqual(Object.fromEntries(Object.entries(EKS_REGISTRY_ACCOUNTS).map(([region, account]) => [region, { account }])));
  });

  test('fails in a region without a known registry', () => {
    expect(() => ControllerImage.eksRegistry()._bind(stackIn('mars-north-1'), V3_5_0)).toThrow(new Error(
      'image ControllerImage.eksRegistry() must be used in a region with a known EKS add-on registry, got "mars-north-1"; '
      + 'mirror the image and use ControllerImage.fromEcrRepository() or ControllerImage.fromRegistry()'));
  });

  test('accounts are twelve digits', () => {
    for (const account of Object.values(EKS_REGISTRY_ACCOUNTS)) expect(account).toMatch(/^\d{12}$/);
  });
});

describe('fromRegistry', () => {
  test('takes tag and pull secrets', () => {
    expect(ControllerImage.fromRegistry('registry.example.com:5000/a/lbc', { tag: 'v3.5.0-fips', pullSecrets: ['one', 'two'] })._bind(stackIn(), V3_5_0)).toEqual({
      image: { repository: 'registry.example.com:5000/a/lbc', tag: 'v3.5.0-fips' },
      imagePullSecrets: [{ name: 'one' }, { name: 'two' }],
    });
  });

  test('splits a digest around the colon that the chart prints', () => {
    const { image } = ControllerImage.fromRegistry('registry.example.com/lbc', { digest: DIGEST })._bind(stackIn(), V3_5_0);
    expect(`${image.repository}:${image.tag}`).toBe(`registry.example.com/lbc@${DIGEST}`);
  });

  test('splits a digest that is a token at deploy', () => {
    const stack = stackIn();
    const { image } = ControllerImage.fromRegistry('r/lbc', { digest: Fn.importValue('Digest') })._bind(stack, V3_5_0);
    expect(stack.resolve(image)).toEqual({
      repository: 'r/lbc@sha256',
      tag: { 'Fn::Select': [1, { 'Fn::Split': [':', { 'Fn::ImportValue': 'Digest' }] }] },
    });
  });

  test('lets tokens pass', () => {
    const stack = stackIn();
    const image = ControllerImage.fromRegistry(`${Aws.ACCOUNT_ID}.dkr.ecr.eu-west-1.amazonaws.com/LBC`, { tag: Lazy.string({ produce: () => 'x y' }) });
    expect(stack.resolve(image._bind(stack, V3_5_0).image.tag)).toBe('x y');
  });

  test.each(['https://registry.example.com/lbc', 'registry.example.com/lbc:v3.5.0', `registry.example.com/lbc@${DIGEST}`, 'registry.example.com/', '', 'registry.example.com/Lbc'])(
    'fails for %j', (repository) => {
      expect(() => ControllerImage.fromRegistry(repository)).toThrow(new Error(
        `image repository must be a registry and repository without scheme, tag or digest, got ${JSON.stringify(repository)}; `
        + 'write it like registry.example.com/path/name and give the tag or digest as an option'));
    });

  test.each([
    [{ tag: 'v1', digest: DIGEST }, `image must be named by a tag or by a digest, got {"tag":"v1","digest":"${DIGEST}"}; leave one of them out`],
    [{ tag: '-v1' }, "image tag must be up to 128 of A-Z, a-z, 0-9, '_', '.' and '-', not starting with '.' or '-', got \"-v1\"; try \"v3.5.0\""],
    [{ tag: 'v'.repeat(129) }, /^image tag must be up to 128 /],
    [{ digest: 'sha256:abc' }, 'image digest must be "sha256:" and 64 lower-case hexadecimal digits, got "sha256:abc"; copy the digest of the image index'],
    [{ digest: DIGEST.toUpperCase() }, /^image digest must be /],
    [{ pullSecrets: ['My_Secret'] }, "image pullSecrets must be a DNS subdomain (labels of a-z, 0-9 and '-', joined by '.', at most 253 characters), got \"My_Secret\"; rename it"],
  ])('fails for the options %j', (options, message) => {
    expect(() => ControllerImage.fromRegistry('r/lbc', options)).toThrow(typeof message === 'string' ? new Error(message) : message);
  });

  test('takes a tag of 128 characters', () => {
    expect(() => ControllerImage.fromRegistry('r/lbc', { tag: 'v'.repeat(128) })).not.toThrow();
  });
});

test('fromEcrRepository names the repository by its URI', () => {
  const stack = stackIn('eu-west-1');
  const repository = ecr.Repository.fromRepositoryName(stack, 'Mirror', 'mirrors/lbc');
  const { image } = ControllerImage.fromEcrRepository(repository, { digest: DIGEST })._bind(stack, V3_5_0);
  expect(stack.resolve(image.repository)).toEqual({ 'Fn::Join': ['', ['111122223333.dkr.ecr.eu-west-1.', { Ref: 'AWS::URLSuffix' }, '/mirrors/lbc@sha256']] });
});

describe('the default', () => {
  test.each([
    ['aws', false, V3_5_0, 'public'],
    ['aws-us-gov', false, V3_5_0, 'public'],
    ['aws-eusc', false, V3_5_0, 'public'],
    [Aws.PARTITION, false, V3_5_0, 'public'],
    ['aws-cn', false, V3_5_0, 'eks'],
    ['aws-iso', false, V3_5_0, 'eks'],
    ['aws-iso-f', false, V3_5_0, 'eks'],
    ['aws', true, V3_5_0, 'eks'],
    ['aws', false, V2_4_0, 'eks'],
    ['aws', false, V2_4_5, 'eks'],
    ['aws', false, V2_4_6, 'public'],
  ])('in %s, isolated %s, is the one that can be had', (partition, isolated, version, where) => {
    const { image } = ControllerImage._default(version, partition, isolated)._bind(stackIn('eu-west-1'), version);
    expect(image.repository).toBe(where === 'public'
      ? 'public.ecr.aws/eks/aws-load-balancer-controller'
      : '602401143452.dkr.ecr.eu-west-1.amazonaws.com/amazon/aws-load-balancer-controller');
  });
});
