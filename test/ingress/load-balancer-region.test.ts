import { App, Environment, Stack } from 'aws-cdk-lib';
import * as acm from 'aws-cdk-lib/aws-certificatemanager';
import { CfnWebACL } from 'aws-cdk-lib/aws-wafv2';
import { RULES, Shop } from './support';
import { Ingress, IngressClassOptions, IngressWebAcl } from '../../src';
import { newStack } from '../fixtures';

const env = { account: '111122223333', region: 'eu-west-1' };
type Options = Pick<IngressClassOptions, 'certificates' | 'webAcl'>;

const PLACES: [string, string, (shop: Shop, options: Options) => unknown][] = [
  ['an Ingress', 'addIngress(Shop)', ({ support }, options) => support.addIngress('Shop', { ...RULES, ...options })],
  ['a class', 'addIngressClass(Other)', ({ support }, options) => support.addIngressClass('Other', options)],
  ['the class of the support', 'ingressClass', (_, ingressClass) => new Shop({ ingressClass }, newStack('Own', { env }))],
];

const certificate = (region: string) => acm.Certificate.fromCertificateArn(newStack(), 'Certificate', `arn:aws:acm:${region}:111122223333:certificate/a`);
const webAcl = (region: string) => IngressWebAcl.fromArn(`arn:aws:wafv2:${region}:111122223333:regional/webacl/a/b`);

describe.each(PLACES)('%s', (_, prop, use) => {
  test.each<[string, Options, string]>([
    ['certificates', { certificates: [certificate('eu-west-1'), certificate('us-east-1')] }, 'request one in that region'],
    ['certificates', { certificates: [new acm.Certificate(newStack('Edge', { env: { ...env, region: 'us-east-1' } }), 'C', { domainName: 'a.com' })] },
      'request one in that region'],
    ['webAcl', { webAcl: webAcl('us-east-1') }, 'use one of that region'],
  ])('fails for %s of another region', (field, options, remedy) => {
    expect(() => use(new Shop({}, newStack('Stack', { env })), options)).toThrow(new Error(
      `${prop}.${field} must be of the region of the load balancer, eu-west-1, got "us-east-1"; ${remedy}`));
  });

  test('takes those of its own region, and tokens', () => {
    const shop = () => new Shop({}, newStack('Stack', { env }));
    const acl = new CfnWebACL(newStack('Acl', { env }), 'Acl', { scope: 'REGIONAL', defaultAction: {}, visibilityConfig: {} as any });
    expect(() => [
      use(shop(), { certificates: [certificate('eu-west-1')], webAcl: webAcl('eu-west-1') }),
      use(shop(), { webAcl: IngressWebAcl.fromArn(acl.attrArn) }),
      use(shop(), { webAcl: IngressWebAcl.none() }),
    ]).not.toThrow();
  });
});

test('a stack without region takes all', () => {
  expect(() => new Shop().support.addIngress('Shop', { ...RULES, certificates: [certificate('us-east-1')], webAcl: webAcl('us-east-1') })).not.toThrow();
});

describe('an Ingress in another stack', () => {
  const make = (other: Environment, own: Environment = env) => {
    const shop = new Shop({}, newStack('Stack', { env: own }));
    return () => new Ingress(new Stack(shop.stack.node.root as App, 'Other', { env: other }), 'Shop', { ingressClass: shop.support.ingressClass, ...RULES });
  };

  test.each<[string, Environment, string, string]>([
    ['region', { ...env, region: 'us-east-1' }, 'eu-west-1', 'us-east-1'],
    ['account', { ...env, account: '222233334444' }, '111122223333', '222233334444'],
  ])('fails in another %s', (part, other, expected, got) => {
    expect(make(other)).toThrow(new Error(`addIngress(Shop) must be in a stack of the ${part} of the cluster, ${expected}, got "${got}"; define it in a stack of that ${part}`));
  });

  test('is taken in the same, or in one that is not known', () => {
    expect(() => [make(env)(), make({})(), make(env, {})()]).not.toThrow();
  });
});
