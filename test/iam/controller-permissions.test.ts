import * as fs from 'fs';
import * as path from 'path';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import {
  ControllerIdentity, ControllerPolicyScope, EksAlbIngressSupport, EksAlbIngressSupportProps, Ingress, IngressOptions,
  IngressWebAcl,
} from '../../src';
import { Module, MODULES, newApp, newCluster, newStack, newVpc, soundGraph } from '../fixtures';
import { deployedNodeOf } from '../support/binding-fixtures';
import { warningsOf } from '../support/identity-fixtures';

/*
 * Permissions that come after the others: upstream's policy lets nobody look up a web ACL by its name, and who names one may do so at last.
 */

const LOOK_UP = 'wafv2:ListWebACLs';
const MANAGED = 'AWS::IAM::ManagedPolicy';
const ENV = { account: '111122223333', region: 'eu-west-1' };
const UPSTREAM = { policyScope: ControllerPolicyScope.UPSTREAM };
const NAMED: IngressOptions = { rules: [{ service: 'shop', port: 80 }], webAcl: IngressWebAcl.fromName('edge') };

type Given = Partial<EksAlbIngressSupportProps>;

function newSupport(props: Given | ((stack: Stack) => Given) = {}, module: Module = 'aws-eks-v2', app = newApp()) {
  const stack = newStack('Stack', { env: ENV }, app);
  const vpc = newVpc(stack);
  const cluster = newCluster(stack, module, { vpc });
  const support = new EksAlbIngressSupport(stack, 'AlbIngress', { cluster, vpc, ...UPSTREAM, ...typeof props === 'function' ? props(stack) : props });
  return { app, stack, support };
}

const resourcesIn = (stack: Stack) => Template.fromStack(stack).toJSON().Resources as { [id: string]: any };

/** The policies of the controller by logical id: whom they are for, and what they allow. */
function policiesIn(stack: Stack) {
  return Object.fromEntries(Object.entries(resourcesIn(stack))
    .filter(([, { Type, Properties }]) => Type === MANAGED && Properties.Description === 'Permissions of the AWS Load Balancer Controller')
    .map(([id, { Properties }]) => [id, {
      roles: Properties.Roles,
      actions: Properties.PolicyDocument.Statement.flatMap(({ Action }: any) => Action) as string[],
      document: Properties.PolicyDocument,
    }]));
}

const looksUp = (stack: Stack) => Object.values(policiesIn(stack)).flatMap(({ actions }) => actions).filter((action) => action === LOOK_UP).length;

/** Statements that leave a policy of upstream's so little room that one more has none. */
const FILLING = { additionalPolicyStatements: [new iam.PolicyStatement({ actions: ['s3:GetObject'], resources: [`arn:aws:s3:::${'x'.repeat(1110)}`] })] };

type Supported = ReturnType<typeof newSupport>;

const ASKING: [string, (supported: Supported) => unknown][] = [
  ['a further class', ({ support }) => support.addIngressClass('Edge', { webAcl: IngressWebAcl.fromName('edge') })],
  ['an Ingress', ({ support }) => support.addIngress('Shop', NAMED)],
  ['an Ingress of a further class', ({ support }) => support.addIngressClass('Edge').addIngress('Shop', NAMED)],
  ['an Ingress of another stack', ({ app, support }) =>
    new Ingress(newStack('Shop', { env: ENV }, app), 'Shop', { ...NAMED, ingressClass: support.ingressClass })],
  ['several of them', ({ support }) => {
    support.addIngressClass('Edge', { webAcl: IngressWebAcl.fromName('edge') });
    support.addIngress('Shop', NAMED);
    support.addIngress('Other', NAMED);
  }],
];

describe.each(MODULES)('a web ACL by name, in upstream\'s scope, %s', (module) => {
  test.each(ASKING)('of %s may be looked up', (_, ask) => {
    const before = newSupport({}, module);
    const supported = newSupport({}, module);
    ask(supported);
    soundGraph(supported.app);

    expect(looksUp(before.stack)).toBe(0);
    expect(looksUp(supported.stack)).toBe(1);
    // In the policy that is there, beside what it has.
    const [[id, policy], ...others] = Object.entries(policiesIn(supported.stack));
    expect(others).toEqual([]);
    expect(policy.actions.filter((action) => action !== LOOK_UP)).toEqual(policiesIn(before.stack)[id].actions);
    expect(policy.document.Statement).toContainEqual({ Action: LOOK_UP, Effect: 'Allow', Resource: '*' });
  });

  test('may be looked up by a policy of its own where there is no room, for which the controller waits', () => {
    const before = newSupport(FILLING, module);
    const { app, stack, support } = newSupport({ ...FILLING, takeOver: true }, module);
    const ingress = support.addIngress('Shop', NAMED);
    const graph = soundGraph(app);

    const [first, ...none] = Object.entries(policiesIn(before.stack));
    const policies = policiesIn(stack);
    const { AlbIngressPolicy1C03499E9: second, ...others } = policies;
    expect(none).toEqual([]);
    expect(others).toEqual(Object.fromEntries([first]));
    expect(second).toMatchObject({ actions: [LOOK_UP], roles: first[1].roles });
    const node = 'Stack/AlbIngressPolicy1C03499E9';
    expect(graph.comesAfter(deployedNodeOf(support.controller!), node)).toBe(true);
    expect(graph.comesAfter(deployedNodeOf(support.node.findChild('ServiceAccount')), node)).toBe(true);
    expect(graph.comesAfter(deployedNodeOf(ingress), node)).toBe(true);
    // It stays with the controller that is being taken over.
    expect(resourcesIn(stack).AlbIngressPolicy1C03499E9.DeletionPolicy).toBe('Retain');
  });
});

test.each<[string, Given, (supported: Supported) => unknown]>([
  ['by its ARN', {}, ({ support }) => support.addIngress('Shop', {
    ...NAMED, webAcl: IngressWebAcl.fromArn('arn:aws:wafv2:eu-west-1:111122223333:regional/webacl/edge/1'),
  })],
  ['that is none', {}, ({ support }) => support.addIngressClass('Edge', { webAcl: IngressWebAcl.none() })],
])('a web ACL %s asks for nothing', (_, props, ask) => {
  const supported = newSupport(props);
  ask(supported);
  expect(policiesIn(supported.stack)).toEqual(policiesIn(newSupport(props).stack));
});

test.each<[string, Given]>([
  ['in the scope of the cluster', { policyScope: ControllerPolicyScope.CLUSTER }],
  ['where the first class names one already', { ingressClass: { webAcl: IngressWebAcl.fromName('edge') } }],
])('%s nothing is added', (_, props) => {
  const supported = newSupport(props);
  supported.support.addIngressClass('Edge', { webAcl: IngressWebAcl.fromName('edge') });
  expect(looksUp(supported.stack)).toBe(1);
  expect(policiesIn(supported.stack)).toEqual(policiesIn(newSupport(props).stack));
});

describe('the role', () => {
  test.each<[string, (stack: Stack) => iam.IRole, unknown]>([
    ['of the app', (stack) => new iam.Role(stack, 'Own', { assumedBy: new iam.AccountRootPrincipal() }), { Ref: expect.stringMatching(/^Own/) }],
    ['that is imported', (stack) => iam.Role.fromRoleArn(stack, 'Own', 'arn:aws:iam::111122223333:role/team/lbc'), 'lbc'],
  ])('%s gets it by a policy that names it, as all else', (_, roleOf, name) => {
    const props = (stack: Stack) => ({ ...FILLING, identity: ControllerIdentity.irsa({ role: roleOf(stack) }) });
    const before = newSupport(props);
    const { stack, support } = newSupport(props);
    support.addIngress('Shop', NAMED);
    expect(Object.values(policiesIn(stack)).map(({ roles }) => roles)).toEqual([[name], [name]]);
    const rolesIn = (resources: object) => Object.entries(resources).filter(([, { Type }]) => ['AWS::IAM::Role', 'AWS::IAM::Policy'].includes(Type));
    expect(rolesIn(resourcesIn(stack))).toEqual(rolesIn(resourcesIn(before.stack)));
  });

  test('that takes nothing from this app is warned of, and gets nothing', () => {
    const immutable = (stack: Stack) => ({
      identity: ControllerIdentity.irsa({ role: iam.Role.fromRoleArn(stack, 'Own', 'arn:aws:iam::111122223333:role/lbc', { mutable: false }) }),
    });
    const { stack, support } = newSupport(immutable);
    support.addIngress('Shop', NAMED);
    expect(policiesIn(stack)).toEqual({});
    expect(Object.keys(warningsOf(stack))).toEqual(Object.keys(warningsOf(newSupport(immutable).stack)));
  });

  test('that has ten policies is said to have no room', () => {
    const { support } = newSupport({
      additionalPolicyStatements: Array.from({ length: 9 }, (_, index) => new iam.PolicyStatement({ actions: ['s3:GetObject'], resources: ['x'.repeat(6010) + index] })),
    });
    expect(() => support.addIngress('Shop', NAMED)).toThrow(
      new Error('additionalPolicyStatements must fit the 10 managed policies of a role, got 11; use wildcards in actions or resources'));
  });

  test('that others make is reported with it', () => {
    const app: App = newApp();
    iam.Role.customizeRoles(app, { usePrecreatedRoles: { 'Stack/AlbIngress/Role': 'lbc' } });
    newSupport({}, 'aws-eks-v2', app).support.addIngress('Shop', NAMED);
    const { roles } = JSON.parse(fs.readFileSync(path.join(app.synth().directory, 'iam-policy-report.json'), 'utf-8'));
    const role = roles.find(({ roleConstructPath }: any) => roleConstructPath === 'Stack/AlbIngress/Role');
    expect(role.managedPolicyStatements.flatMap(({ Action }: any) => Action)).toContain(LOOK_UP);
  });
});
