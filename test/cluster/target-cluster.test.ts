import { App, CfnParameter, Fn, Stack, Token } from 'aws-cdk-lib';
import * as eks from 'aws-cdk-lib/aws-eks';
import * as eks_v2 from 'aws-cdk-lib/aws-eks-v2';
import { ClusterName } from '../../src/cluster/cluster-name';
import { TargetCluster } from '../../src/cluster/target-cluster';
import { MODULES, newApp, newCluster, newStack } from '../fixtures';

const WEST = { env: { region: 'eu-west-1', account: '111122223333' } };
const EAST = { env: { region: 'us-east-1', account: '111122223333' } };
const OTHER_ACCOUNT = { env: { region: 'eu-west-1', account: '444455556666' } };

describe.each(MODULES)('owned cluster of %s', (module) => {
  function target(clusterName?: string, props = {}) {
    const stack = newStack('Stack', props);
    return { stack, target: new TargetCluster(newCluster(stack, module, { clusterName })) };
  }

  test('is known as owned, with its version and its resource', () => {
    const { target: { isOwned, kubernetesVersion, resource, isAutoMode } } = target();
    expect([isOwned, kubernetesVersion, isAutoMode]).toEqual([true, '1.35', false]);
    expect(resource?.cfnResourceType).toBe(module === 'aws-eks' ? 'Custom::AWSCDK-EKS-Cluster' : 'AWS::EKS::Cluster');
  });

  test('is named by its token, wherever that is used, and by no other', () => {
    const { stack, target: it } = target();
    const neighbour = newCluster(new Stack(stack.node.root, 'Neighbour'), module);
    const later = new Stack(stack.node.root, 'Later');
    expect([it.name, it.name, neighbour.clusterName, new CfnParameter(stack, 'Name').valueAsString, `${it.name}-x`, 'blue', undefined, 7]
      .map((name, index) => it.isNamedBy(new ClusterName(name, index ? later : stack))))
      .toEqual([true, true, false, false, false, false, false, false]);
  });

  test.each<[string, object, object, boolean]>([
    ['blue', {}, {}, true],
    ['blue', WEST, WEST, true],
    ['blue', WEST, {}, true],
    ['blue', WEST, EAST, false],
    ['blue', WEST, OTHER_ACCOUNT, false],
    ['blues', {}, {}, false],
  ])('with a literal name, %s in %j and %j is it: %p', (name, own, other, expected) => {
    const { stack, target: it } = target('blue', own);
    expect(it.isNamedBy(new ClusterName(name, new Stack(stack.node.root, 'Other', other)))).toBe(expected);
  });
});

describe.each(MODULES)('imported cluster of %s', (module) => {
  function imported(clusterName: string, stack = newStack()): TargetCluster {
    return new TargetCluster(module === 'aws-eks'
      ? eks.Cluster.fromClusterAttributes(stack, 'Imported', { clusterName })
      : eks_v2.Cluster.fromClusterAttributes(stack, 'Imported', { clusterName }));
  }

  test('is known as imported, and little else', () => {
    const { isOwned, kubernetesVersion, resource, isAutoMode, lacksNodePools, albController } = imported('blue');
    expect([isOwned, kubernetesVersion, resource, isAutoMode, lacksNodePools, albController])
      .toEqual([false, undefined, undefined, undefined, false, undefined]);
  });

  test('by a parameter: the parameter names it, a literal does not', () => {
    const stack = newStack();
    const parameter = new CfnParameter(stack, 'Name');
    const it = imported(parameter.valueAsString, stack);
    expect([parameter.valueAsString, Token.asString(parameter.value), 'blue'].map((name) => it.isNamedBy(new ClusterName(name, stack))))
      .toEqual([true, true, false]);
  });

  test('by an export: the export names it where both may be deployed to one place', () => {
    const app = newApp();
    const it = imported(Fn.importValue('Blue'), new Stack(app, 'Stack', WEST));
    const names = [Fn.importValue('Blue'), Fn.importValue('Green'), Fn.importValue(Fn.ref('AWS::StackName'))];
    const near = names.map((_, index) => new Stack(app, `Near${index}`, WEST));
    expect(names.map((name, index) => it.isNamedBy(new ClusterName(name, near[index])))).toEqual([true, false, false]);
    expect(it.isNamedBy(new ClusterName(names[0], new Stack(app, 'Far', EAST)))).toBe(false);
  });
});

describe('Auto Mode', () => {
  function autoCluster(compute?: eks_v2.ComputeConfig) {
    const cluster = new eks_v2.Cluster(new Stack(new App(), 'Stack'), 'Cluster', { version: eks_v2.KubernetesVersion.of('1.35'), compute });
    return { it: new TargetCluster(cluster), resource: cluster.node.defaultChild as eks_v2.CfnCluster };
  }

  test('is the default, with node pools', () => {
    const { it } = autoCluster();
    expect([it.isAutoMode, it.lacksNodePools]).toEqual([true, false]);
  });

  test('without node pools', () => {
    expect(autoCluster({ nodePools: [] }).it.lacksNodePools).toBe(true);
  });

  test.each<[string, (resource: eks_v2.CfnCluster) => void, boolean, boolean]>([
    ['the L1', (resource) => { resource.computeConfig = { enabled: false }; }, false, false],
    ['an override', (resource) => resource.addPropertyOverride('ComputeConfig.Enabled', false), false, false],
    ['an override of it all', (resource) => resource.addPropertyOverride('ComputeConfig', { Enabled: true, NodePools: [] }), true, true],
    ['a value that the deployment knows', (resource) => { resource.computeConfig = { enabled: Fn.conditionIf('A', true, false) as any }; }, false, false],
  ])('as %s says', (_, change, isAutoMode, lacksNodePools) => {
    const { it, resource } = autoCluster();
    change(resource);
    expect([it.isAutoMode, it.lacksNodePools]).toEqual([isAutoMode, lacksNodePools]);
  });
});
