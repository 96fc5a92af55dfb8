import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { EksAlbIngressSupport } from '../src';
import { MODULES, newCluster, newManifest, newStack, soundGraph } from './fixtures';
import { nodeOf } from './support/deployment-graph';
import { proxyOf } from './support/proxies';

const same = <T extends object>(construct: T): T => construct;

describe.each(MODULES)('constructs of eks-blueprints, with a cluster of %s', (module) => {
  /** An app with a cluster in a VPC; as in eks-blueprints, the cluster itself may have been given a proxy of the VPC. */
  function define(ofVpc: <T extends object>(construct: T) => T, ofCluster: <T extends object>(construct: T) => T) {
    const stack = newStack();
    const vpc = new ec2.Vpc(stack, 'Vpc', { maxAzs: 2 });
    const cluster = newCluster(stack, module, { vpc: ofVpc(vpc) as ec2.Vpc });
    const given = { cluster: ofCluster(cluster), vpc: ofVpc(vpc) };
    const support = new EksAlbIngressSupport(stack, 'AlbIngress', given);
    const ingress = newManifest(stack, cluster);
    return { stack, support, ingress, cluster, vpc };
  }

  test.each([
    ['the VPC', proxyOf, same], ['the cluster', same, proxyOf], ['both', proxyOf, proxyOf],
  ] as const)('a proxy of %s gives the same template and the same order', (_, ofVpc, ofCluster) => {
    const { stack, support, ingress, cluster, vpc } = define(ofVpc, ofCluster);
    expect([support.cluster, support.vpc]).toEqual([cluster, vpc]);
    const graph = soundGraph(stack.node.root as App);
    expect(graph.comesAfter(nodeOf(ingress), nodeOf(support.controller!))).toBe(true);
    expect(graph.find('AWS::EKS::Nodegroup').map((node) => graph.comesAfter(nodeOf(support.controller!), node))).toEqual([true]);
    expect(Template.fromStack(stack).toJSON()).toEqual(Template.fromStack(define(same, same).stack).toJSON());
  });

  test.each([[proxyOf, same], [same, proxyOf]] as const)('the VPC of the tree fits a cluster that has a proxy of it, and the reverse', (ofCluster, ofProp) => {
    const stack = newStack();
    const vpc = new ec2.Vpc(stack, 'Vpc');
    const cluster = newCluster(stack, module, { vpc: ofCluster(vpc) as ec2.Vpc });
    expect(() => new EksAlbIngressSupport(stack, 'AlbIngress', { cluster, vpc: ofProp(vpc) })).not.toThrow();
  });

  test('fails for a second support, and for another VPC, behind proxies too', () => {
    const { stack, cluster, vpc } = define(proxyOf, proxyOf);
    expect(() => new EksAlbIngressSupport(stack, 'Again', { cluster: proxyOf(cluster), vpc })).toThrow('already has ALB Ingress support by Stack/AlbIngress');
    const other = new Stack(stack.node.root, 'Other');
    const second = newCluster(other, module, { vpc: new ec2.Vpc(other, 'Vpc') });
    expect(() => new EksAlbIngressSupport(other, 'AlbIngress', { cluster: second, vpc: proxyOf(vpc) }))
      .toThrow('vpc must be the VPC of the cluster, got "Stack/Vpc"; pass Other/Vpc');
  });
});
