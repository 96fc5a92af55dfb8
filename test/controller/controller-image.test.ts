import { App, Aws, Fn, Lazy, Stack } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import { ControllerImage, ControllerVersion } from '../support/subject';

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

test('eksRegistry names the registry of the region, with the path and tag of the image', () => {
  expect(ControllerImage.eksRegistry()._bind(stackIn('us-west-2'), V3_5_0)).toEqual({
    image: { repository: '602401143452.dkr.ecr.us-west-2.amazonaws.com/amazon/aws-load-balancer-controller', tag: 'v3.5.0' },
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
