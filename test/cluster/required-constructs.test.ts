import { App, CfnResource, Stack, Token } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as eks from 'aws-cdk-lib/aws-eks';
import * as eks_v2 from 'aws-cdk-lib/aws-eks-v2';
import { Construct } from 'constructs';
import { EksAlbIngressSupport } from '../../src';
import { requireCluster, requireVpc } from '../../src/cluster/required-constructs';
import { MODULES, newCluster } from '../fixtures';

const app = new App();
const stack = new Stack(app, 'Stack');
const vpc = new ec2.Vpc(stack, 'Vpc');

/** Of a user's own: nothing can be read of it, and it is no class of the CDK's. */
class Borrowed extends Construct {
  public get clusterName(): string { throw new Error('read'); }
  public get clusterCertificateAuthorityData(): string { throw new Error('read'); }
  public get vpcId(): string { throw new Error('read'); }
  public get publicSubnets(): ec2.ISubnet[] { throw new Error('read'); }
}

test.each<[string, () => unknown]>([
  ...MODULES.map((module): [string, () => unknown] => [`of ${module}`, () => newCluster(stack, module, { id: module, vpc })]),
  ['imported, of aws-eks', () => eks.Cluster.fromClusterAttributes(stack, 'Imported', { clusterName: 'blue' })],
  ['imported, of aws-eks-v2', () => eks_v2.Cluster.fromClusterAttributes(stack, 'ImportedV2', { clusterName: 'blue' })],
  ["of a user's own", () => new Borrowed(stack, 'Cluster')],
  ['behind a proxy', () => new Proxy(new Borrowed(stack, 'Proxied'), {})],
])('a cluster %s is one', (_, cluster) => {
  expect(() => requireCluster(cluster())).not.toThrow();
});

test.each<[string, () => unknown]>([
  ['defined', () => vpc],
  ['imported', () => ec2.Vpc.fromVpcAttributes(stack, 'ImportedVpc', { vpcId: 'vpc-1', availabilityZones: ['a'] })],
  ["of a user's own", () => new Borrowed(stack, 'Network')],
])('a VPC %s is one', (_, one) => {
  expect(() => requireVpc(one())).not.toThrow();
});

const OTHERS: [string, unknown, string][] = [
  ['nothing', undefined, 'undefined'],
  ['null', null, 'null'],
  ['its name', 'blue', '"blue"'],
  ['a token for its name', Token.asString({ Ref: 'Name' }), '"a token"'],
  ['its attributes', { clusterName: 'blue', clusterCertificateAuthorityData: 'x', vpcId: 'vpc-1', publicSubnets: [] },
    '{"clusterName":"blue","clusterCertificateAuthorityData":"x","vpcId":"vpc-1","publicSubnets":[]}'],
  ['an L1', new CfnResource(stack, 'L1', { type: 'Custom::Any' }), '"Stack/L1"'],
  ['an app', app, '"App"'],
];

test.each([...OTHERS, ['a VPC', vpc, '"Stack/Vpc"']])('fails for %s in place of the cluster', (_, cluster, got) => {
  expect(() => new EksAlbIngressSupport(new Stack(), 'AlbIngress', { cluster: cluster as any, vpc })).toThrow(new Error(
    `cluster must be a cluster of aws-eks or aws-eks-v2, got ${got}; pass the Cluster itself, or what Cluster.fromClusterAttributes() gives`));
});

test.each([...OTHERS, ['subnets', { subnetType: ec2.SubnetType.PUBLIC }, '{"subnetType":"Public"}']])('fails for %s in place of the VPC', (_, given, got) => {
  const cluster = eks_v2.Cluster.fromClusterAttributes(new Stack(), 'Cluster', { clusterName: 'blue' });
  expect(() => new EksAlbIngressSupport(new Stack(), 'AlbIngress', { cluster, vpc: given as any })).toThrow(new Error(
    `vpc must be a VPC of aws-ec2, got ${got}; pass the Vpc itself, or what Vpc.fromLookup() or Vpc.fromVpcAttributes() gives`));
});
