import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as eks_v2 from 'aws-cdk-lib/aws-eks-v2';
import * as iam from 'aws-cdk-lib/aws-iam';
import { EksAlbIngressSupport, EksAlbIngressSupportProps } from '../../src';
import { importCluster, newApp, newAutoModeCluster, newStack, newVpc } from '../fixtures';
import { DeploymentGraph } from '../support/deployment-graph';
import { isAllowed } from '../support/iam-simulation';
import { warningsOf } from '../support/identity-fixtures';

/*
 * Tags of a class in EKS Auto Mode: with one that is not EKS's own, the cluster's role cannot make a load balancer by AWS's policy alone.
 */

const MANAGED = 'AWS::IAM::ManagedPolicy';
const TAGS = { ingressClass: { tags: { team: 'shop' } } };
const YOURSELF = 'let it create load balancers with other tags than those of EKS yourself, or leave out tags of classes and Ingresses';

let app: App;
let stack: Stack;

beforeEach(() => {
  app = newApp();
  stack = newStack('Stack', { env: { account: '111122223333', region: 'eu-west-1' } }, app);
});

function support(props: Partial<EksAlbIngressSupportProps>, clusterProps: Partial<eks_v2.ClusterProps> = {}, scope = stack): void {
  const vpc = newVpc(stack);
  new EksAlbIngressSupport(scope, 'AlbIngress', { cluster: newAutoModeCluster(stack, { vpc, ...clusterProps }), vpc, ...props });
}

test('the cluster\'s role may make load balancers with them, and the class waits for that', async () => {
  support(TAGS);

  const template = Template.fromStack(stack);
  const [[policyId, { Properties }], ...others] = Object.entries(template.findResources(MANAGED));
  expect(others).toEqual([]);
  expect(Properties.Roles).toEqual([{ Ref: expect.stringMatching(/^ClusterRole/) }]);
  const [ingressClass] = Object.values(template.findResources('Custom::AWSCDK-EKS-KubernetesResource'));
  expect(ingressClass.DependsOn).toContain(policyId);
  expect(() => DeploymentGraph.of(app).createOrder()).not.toThrow();
  expect(warningsOf(stack)).toEqual({});

  const create = (cluster: string, action = 'elasticloadbalancing:CreateLoadBalancer') => isAllowed(Properties.PolicyDocument, {
    action,
    resource: action.startsWith('ec2') ? 'arn:aws:ec2:eu-west-1:111122223333:security-group/sg-0' : 'arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/app/shop/0',
    context: { 'aws:RequestTag/eks:eks-cluster-name': cluster, 'aws:RequestTag/team': 'shop', 'aws:PrincipalTag/eks:eks-cluster-name': 'shop' },
  });
  expect(await create('shop')).toBe(true);
  expect(await create('shop', 'ec2:CreateSecurityGroup')).toBe(true);
  expect(await create('another')).toBe(false);
});

test.each<[string, Partial<EksAlbIngressSupportProps>]>([
  ['without a class\'s tags', { ingressClass: { groupName: 'shop' } }],
  ['with the controller beside, which has a role of its own', { ingressClass: { ...TAGS.ingressClass, ingressClassName: 'other' }, installController: true }],
])('the cluster\'s role is left alone %s', (_name, props) => {
  support(props);
  const roles = Object.values(Template.fromStack(stack).findResources(MANAGED)).flatMap(({ Properties }) => Properties.Roles);
  expect(roles.filter(({ Ref }) => Ref.startsWith('ClusterRole'))).toEqual([]);
});

test('a role of another stack gets the permission by its name', () => {
  const other = newStack('Other', { env: { account: '111122223333', region: 'eu-west-1' } }, app);
  support(TAGS, {}, other);
  expect(Object.values(Template.fromStack(other).findResources(MANAGED)).map(({ Properties }) => Properties.Roles))
    .toEqual([[{ 'Fn::ImportValue': expect.any(String) }]]);
  expect(() => DeploymentGraph.of(app).createOrder()).not.toThrow();
});

test('a warning names the role that takes nothing from this app', () => {
  support(TAGS, { role: iam.Role.fromRoleArn(stack, 'Role', 'arn:aws:iam::111122223333:role/cluster', { mutable: false }) });
  Template.fromStack(stack).resourceCountIs(MANAGED, 0);
  expect(warningsOf(stack)).toEqual({
    autoModeTagsNotPermitted: `the role of the cluster Stack/Cluster, Stack/Role, takes no policies from this app: ${YOURSELF}`,
  });
});

test('a warning says so where the cluster is imported', () => {
  const vpc = newVpc(stack);
  new EksAlbIngressSupport(stack, 'AlbIngress', { cluster: importCluster(stack, 'aws-eks-v2', { vpc }), vpc, autoMode: true, ...TAGS });
  Template.fromStack(stack).resourceCountIs(MANAGED, 0);
  expect(warningsOf(stack)).toEqual({
    autoModeTagsNotPermitted: `the role of the imported cluster Stack/Imported is not known here: ${YOURSELF}`,
  });
});
