import { mkdtempSync, mkdirSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import * as path from 'path';
import { App } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as eks from 'aws-cdk-lib/aws-eks';
import * as eks_v2 from 'aws-cdk-lib/aws-eks-v2';
import * as iam from 'aws-cdk-lib/aws-iam';
import { DeploymentGraph } from './deployment-graph';
import { joined, newApp, newCluster, newStack, newVpc } from './fixtures';
import { ControllerChartSource, EksAlbIngressSupport } from '../src';

/** A chart of no more than a name and one definition. */
function chartWithDefinition(): string {
  const chart = path.join(mkdtempSync(path.join(tmpdir(), 'chart-')), 'aws-load-balancer-controller');
  mkdirSync(path.join(chart, 'crds'), { recursive: true });
  writeFileSync(path.join(chart, 'Chart.yaml'), 'apiVersion: v2\nname: aws-load-balancer-controller\nversion: 3.5.0\n');
  writeFileSync(path.join(chart, 'crds', 'crds.yaml'), [
    'apiVersion: apiextensions.k8s.io/v1', 'kind: CustomResourceDefinition', 'metadata:', '  name: targetgroupbindings.elbv2.k8s.aws', 'spec: {}',
  ].join('\n'));
  return chart;
}

test('the definitions of a local chart wait for the access entry that lets kubectl in', () => {
  const stack = newStack();
  const vpc = newVpc(stack);
  const cluster = eks_v2.Cluster.fromClusterAttributes(stack, 'Cluster', {
    clusterName: 'prod',
    vpc,
    openIdConnectProvider: iam.OpenIdConnectProvider.fromOpenIdConnectProviderArn(stack, 'Provider',
      'arn:aws:iam::111122223333:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/ABC'),
    kubectlProvider: eks_v2.KubectlProvider.fromKubectlProviderAttributes(stack, 'Kubectl', {
      serviceToken: 'arn:aws:lambda:eu-west-1:111122223333:function:kubectl',
      role: iam.Role.fromRoleArn(stack, 'KubectlRole', 'arn:aws:iam::111122223333:role/kubectl'),
    }),
  });
  new eks.CfnAccessEntry(stack, 'Access', { clusterName: 'prod', principalArn: 'arn:aws:iam::111122223333:role/kubectl' });
  new EksAlbIngressSupport(stack, 'AlbIngress', { cluster, vpc, chart: ControllerChartSource.asset(chartWithDefinition()) });

  const graph = DeploymentGraph.of(stack.node.root as App);
  const definition = graph.theOne('Custom::AWSCDK-EKS-KubernetesResource', ({ Manifest }) => joined(Manifest).includes('CustomResourceDefinition'));
  expect(graph.comesAfter(definition, graph.theOne('AWS::EKS::AccessEntry'))).toBe(true);
  expect(graph.comesAfter(graph.theOne('Custom::AWSCDK-EKS-HelmChart'), definition)).toBe(true);
});

test('the controller waits for the rule that lets the control plane in to nodes with a group of another stack', () => {
  const app = newApp();
  const network = newStack('Network', {}, app);
  const vpc = newVpc(network);
  const workerSecurityGroup = new ec2.SecurityGroup(network, 'Workers', { vpc });
  const stack = newStack('Stack', {}, app);
  const cluster = newCluster(stack, 'aws-eks-v2', { vpc });
  new EksAlbIngressSupport(stack, 'AlbIngress', { cluster, vpc, workerSecurityGroup });

  const graph = DeploymentGraph.of(app);
  const rule = graph.theOne('AWS::EC2::SecurityGroupIngress', ({ FromPort }) => FromPort === 9443);
  expect(rule).toMatch(/^Stack\//);
  expect(graph.comesAfter(graph.theOne('Custom::AWSCDK-EKS-HelmChart'), rule)).toBe(true);
});
