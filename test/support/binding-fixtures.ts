import { App, CfnResource, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as eks_v2 from 'aws-cdk-lib/aws-eks-v2';
import { IConstruct } from 'constructs';
import { EksAlbIngressSupport, EksAlbIngressSupportProps, NetworkTargetGroupBinding, TargetGroupBinding, TargetGroupBindingOptions } from '../../src';
import { AnyCluster } from '../../src/cluster/target-cluster';
import { kubernetesObjects, Module, newAutoModeCluster, newCluster, newStack, newVpc } from '../fixtures';

/** A supported cluster with everything in one stack. */
export interface Supported {
  readonly app: App;
  readonly stack: Stack;
  readonly vpc: ec2.Vpc;
  readonly cluster: AnyCluster;
  readonly support: EksAlbIngressSupport;
}

export function newSupported(module: Module = 'aws-eks-v2', props: Partial<EksAlbIngressSupportProps> = {}, stack = newStack()): Supported {
  const vpc = newVpc(stack);
  const cluster = newCluster(stack, module, { vpc });
  return { app: stack.node.root as App, stack, vpc, cluster, support: new EksAlbIngressSupport(stack, 'AlbIngress', { cluster, vpc, ...props }) };
}

/** The same in EKS Auto Mode. */
export function newAutoModeSupported(clusterProps: Partial<eks_v2.ClusterProps> = {}, stack = newStack()): Supported {
  const vpc = newVpc(stack);
  const cluster = newAutoModeCluster(stack, { vpc, ...clusterProps });
  return { app: stack.node.root as App, stack, vpc, cluster, support: new EksAlbIngressSupport(stack, 'AlbIngress', { cluster, vpc }) };
}

export const SHOP: TargetGroupBindingOptions = { service: 'shop', namespace: 'shop', port: 80, targetPort: 8080 };

export function bindShop({ support }: Supported, options: Partial<TargetGroupBindingOptions> = {}, id = 'Shop'): TargetGroupBinding {
  return support.addTargetGroupBinding(id, { ...SHOP, ...options });
}

export function bindNetwork({ support }: Supported, options: Partial<TargetGroupBindingOptions> = {}, id = 'Shop'): NetworkTargetGroupBinding {
  return support.addNetworkTargetGroupBinding(id, { ...SHOP, ...options });
}

/** The TargetGroupBindings in the template of a stack. */
export function bindingsIn(stack: Stack): any[] {
  return kubernetesObjects(stack).filter(({ kind }) => kind === 'TargetGroupBinding');
}

/** The one TargetGroupBinding. */
export function bindingIn(stack: Stack): any {
  const bindings = bindingsIn(stack);
  expect(bindings).toHaveLength(1);
  return bindings[0];
}

/** The resource that brings a binding into the cluster; only once the app is synthesized it has the id that is deployed. */
export function manifestOf(binding: TargetGroupBinding): CfnResource {
  return binding.node.findChild('Resource').node.findAll().find(CfnResource.isCfnResource)!;
}

/** Name of a construct's first resource in the graph of deployments, under the id that it is deployed with. */
export function deployedNodeOf(construct: IConstruct): string {
  const resource = construct.node.findAll().find(CfnResource.isCfnResource)!;
  return `${resource.stack.artifactId}/${resource.stack.resolve(resource.logicalId)}`;
}
