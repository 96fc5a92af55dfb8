import { CfnResource, NestedStack, Stack, Token } from 'aws-cdk-lib';
import type * as eks from 'aws-cdk-lib/aws-eks';
import { IConstruct } from 'constructs';
import { propertiesOf } from './cdk-internals';
import { clusterNamesOf, isKarpenter } from './cluster-resources';
import { objectsOf } from './manifest-objects';
import { TargetCluster } from './target-cluster';
import { tryRead } from '../util/constructs';
import { warn } from '../util/messages';

/** The pods that need capacity. */
export interface PodsToPlace {
  readonly namespace: string;
  /** Labels that a Fargate profile may select. */
  readonly labels: Record<string, string>;
  /** Whether they can run on Fargate. */
  readonly runOnFargate: boolean;
  readonly nodeSelector?: Record<string, string>;
  readonly tolerations?: readonly PodToleration[];
}

/** A toleration as in Kubernetes: absent fields match everything. */
export interface PodToleration {
  readonly key?: string;
  readonly value?: string;
  readonly effect?: string;
}

/** The capacity of a cluster, as far as the app defines it: node groups, Auto Scaling groups, Fargate profiles, node pools and Karpenter. */
export class ClusterCapacity {
  private readonly resources = new Set<CfnResource>();
  /** Why the controller cannot depend on a resource. */
  private readonly obstacles = new Map<CfnResource, string>();
  private hasKarpenter = false;

  constructor(private readonly support: IConstruct, private readonly target: TargetCluster) {
  }

  public add(capacity: CfnResource, obstacle?: string): void {
    this.resources.add(capacity);
    if (obstacle) {
      this.obstacles.set(capacity, obstacle);
    }
  }

  public addRelease(release: CfnResource): void {
    this.hasKarpenter ||= isKarpenter(release);
  }

  /** Whether the cluster certainly has no instances that can be targets. To be called when the app is prepared. */
  public get isFargateOnly(): boolean {
    const { target, resources } = this;
    return target.isOwned && !target.isAutoMode && !this.hasKarpenter && resources.size > 0 && [...resources].every(isFargateProfile)
      && otherCapacity(target, this.support).length === 0;
  }

  /**
   * Adds an error where the pods certainly have nothing to run on, instead of a Helm release that times out; a warning where the app
   * defines only capacity that does not fit them, or resources that may give the cluster nodes.
   *
   * Only an owned cluster is checked, and one in EKS Auto Mode only where it has no node pools.
   */
  public checkFor(pods: PodsToPlace): void {
    const { target, support } = this;
    if (!target.isOwned || (target.isAutoMode && !target.lacksNodePools)) {
      return;
    }
    // Tests synthesize an app more than once.
    let isWarned = false;
    support.node.addValidation({
      validate: () => {
        const { error, warning } = this.check(pods);
        if (warning && !isWarned) {
          isWarned = true;
          warn(support, 'capacityUnknown', warning);
        }
        return error ? [error] : [];
      },
    });
  }

  private check(pods: PodsToPlace): { readonly error?: string; readonly warning?: string } {
    const misfits = new Map([...this.resources].map((resource) => [resource, misfitOf(resource, pods)]));
    const fitting = [...misfits].filter(([, misfit]) => misfit === undefined).map(([resource]) => resource);
    if (this.hasKarpenter || fitting.some((resource) => !this.obstacles.has(resource))) {
      return {};
    }
    if (fitting.length > 0) {
      return {
        error: `the controller of ${this.support.node.path} cannot depend on its nodes, ${fitting.map(({ node }) => node.path).join(', ')}: `
          + `${[...new Set(fitting.map((resource) => this.obstacles.get(resource)))].join('; ')}; remove that dependency, or define this construct in `
          + 'the stack of the nodes or a later one',
      };
    }
    const reasons = [...misfits].map(([{ node }, reason]) => `${node.path} ${reason}`).join('; ');
    const cluster = `cluster ${this.target.cluster.node.path}`;
    const remedy = `add a node group${this.target.isAutoMode ? ' or a node pool' : pods.runOnFargate ? ' or a Fargate profile that selects its pods' : ''}${
      pods.runOnFargate ? '' : ', or use ControllerIdentity.irsa(), which works on Fargate'}`;
    // An operator that makes nodes may run on whatever capacity there is, except on Windows.
    const others = [
      ...[...this.resources].filter((resource) => !isWindows(resource)).map((resource) => `${isEmpty(resource) ? 'scaling of' : 'a workload on'} ${resource.node.path}`),
      ...otherCapacity(this.target, this.support),
    ];
    return others.length === 0
      ? { error: `${cluster} has nothing that the controller could run on${reasons && ` (${reasons})`}; ${remedy}` }
      : {
        warning: `the app defines nothing on ${cluster} that the controller could certainly run on${reasons && ` (${reasons})`}, and without it the `
          + `Helm release times out; ${remedy}, or acknowledge this warning if the cluster gets nodes by ${others.join(', ')}`,
      };
  }
}

function isFargateProfile({ cfnResourceType }: CfnResource): boolean {
  return cfnResourceType === 'AWS::EKS::FargateProfile' || cfnResourceType === 'Custom::AWSCDK-EKS-FargateProfile';
}

function isWindows(capacity: CfnResource): boolean {
  const { amiType } = capacity.cfnResourceType === 'AWS::EKS::Nodegroup' ? propertiesOf(capacity) : {} as Record<string, any>;
  return typeof amiType === 'string' && amiType.startsWith('WINDOWS_');
}

/** Whether a node group starts without nodes. */
function isEmpty(capacity: CfnResource): boolean {
  const { scalingConfig } = capacity.cfnResourceType === 'AWS::EKS::Nodegroup' ? propertiesOf(capacity) : {} as Record<string, any>;
  return (scalingConfig?.desiredSize ?? scalingConfig?.minSize) === 0;
}

/** Why pods certainly cannot run on some capacity, by what its resource defines. */
function misfitOf(capacity: CfnResource, pods: PodsToPlace): string | undefined {
  if (isFargateProfile(capacity)) {
    return misfitOfProfile(capacity, pods);
  }
  return capacity.cfnResourceType === 'AWS::EKS::Nodegroup' ? misfitOfNodeGroup(capacity, pods) : undefined;
}

function misfitOfProfile(profile: CfnResource, { namespace, labels, runOnFargate }: PodsToPlace): string | undefined {
  if (!runOnFargate) {
    return 'is Fargate, where EKS Pod Identity does not work';
  }
  const { selectors: given, Config } = propertiesOf(profile);
  const selectors = [given ?? Config?.selectors ?? []].flat() as eks.CfnFargateProfile.SelectorProperty[];
  const selects = selectors.some((selector) => matches(selector.namespace, namespace)
    && labelsOf(selector).every(({ key, value }) => labels[key] !== undefined && matches(value, labels[key])));
  return selects ? undefined : `selects other pods than the controller's: namespace ${namespace}, labels ${
    Object.entries(labels).map(([key, value]) => `${key}=${value}`).join(', ')}`;
}

function misfitOfNodeGroup(group: CfnResource, { nodeSelector = {}, tolerations = [] }: PodsToPlace): string | undefined {
  const { taints, labels, launchTemplate } = propertiesOf(group) as eks.CfnNodegroupProps;
  if (isWindows(group)) {
    return 'has Windows nodes, and the controller needs Linux';
  }
  if (isEmpty(group)) {
    return 'has a size of 0';
  }
  const taint = (Array.isArray(taints) ? taints as eks.CfnNodegroup.TaintProperty[] : []).find((one) => isRepelledBy(one, tolerations));
  if (taint) {
    return `has the taint ${taint.key}${taint.value ? `=${taint.value}` : ''}, which tolerations do not name`;
  }
  // A launch template may set labels, and Kubernetes and EKS set those with their domains.
  const missing = launchTemplate || Token.isUnresolved(labels) ? undefined : Object.entries(nodeSelector).find(([key, value]) =>
    !isReservedLabel(key) && !Token.isUnresolved(key) && !mayBe((labels as Record<string, string> | undefined)?.[key] ?? '', value));
  return missing && `lacks the label ${missing[0]}=${missing[1]} of nodeSelector`;
}

/** Labels that nodes get from Kubernetes, EKS or an add-on instead of from their node group. */
function isReservedLabel(key: string): boolean {
  const [domain, name] = key.split('/');
  return name !== undefined && ['kubernetes.io', 'k8s.io', 'amazonaws.com', 'k8s.aws'].some((one) => domain === one || domain.endsWith(`.${one}`));
}

/** Effects of taints that repel pods, as EKS and as Kubernetes name them. */
const EFFECTS: { readonly [effect: string]: string | undefined } = { NO_SCHEDULE: 'NoSchedule', NO_EXECUTE: 'NoExecute' };

function isRepelledBy(taint: eks.CfnNodegroup.TaintProperty, tolerations: readonly PodToleration[]): boolean {
  const effect = EFFECTS[taint.effect ?? ''];
  return effect !== undefined && !tolerations.some((toleration) =>
    mayBe(toleration.key, taint.key) && mayBe(toleration.value, taint.value ?? '') && mayBe(toleration.effect, effect));
}

/** Whether two values may be the same; undefined matches everything. */
function mayBe(one: string | undefined, other: string | undefined): boolean {
  return one === undefined || one === other || Token.isUnresolved(one) || Token.isUnresolved(other);
}

/** Labels that a profile selects: a list in CloudFormation, a map in the custom resource of `aws-eks`. */
function labelsOf({ labels }: eks.CfnFargateProfile.SelectorProperty): eks.CfnFargateProfile.LabelProperty[] {
  if (typeof labels !== 'object' || Token.isUnresolved(labels)) {
    return [];
  }
  return Array.isArray(labels)
    ? labels as eks.CfnFargateProfile.LabelProperty[]
    : Object.entries(labels).map(([key, value]) => ({ key, value }));
}

/** As Fargate matches: `*` for any characters, `?` for one. A token may match. */
function matches(pattern: string | undefined, value: string): boolean {
  if (pattern === undefined || Token.isUnresolved(pattern) || Token.isUnresolved(value)) {
    return true;
  }
  const expression = pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&').replace(/\*/g, '.*').replace(/\?/g, '.');
  return new RegExp(`^${expression}$`).test(value);
}

/** Resources that are nodes, or that may make resources which the app does not define. */
const SOURCES = [
  'AWS::AutoScaling::AutoScalingGroup', 'AWS::EC2::EC2Fleet', 'AWS::EC2::Instance', 'AWS::EC2::SpotFleet', 'AWS::EKS::FargateProfile', 'AWS::EKS::Nodegroup',
  'AWS::CloudFormation::CustomResource', 'AWS::CloudFormation::Stack', 'AWS::CloudFormation::StackSet', 'AWS::EKS::Capability',
  'AWS::ServiceCatalog::CloudFormationProvisionedProduct', 'Custom::AWS',
];

/** Access entries for nodes. */
const NODE_ACCESS = ['EC2', 'EC2_LINUX', 'HYBRID_LINUX', 'HYPERPOD_LINUX'];

/**
 * Paths of what may give the cluster nodes that the app does not define as its capacity. Where there is any, it is not certain that
 * the cluster has none.
 *
 * Searches the whole app, with all stages, so that it is called only if no other capacity was found.
 */
function otherCapacity(target: TargetCluster, support: IConstruct): string[] {
  const app = support.node.root.node.findAll().filter((construct) => !construct.node.scopes.includes(support));
  const nestedStacks = new Set(app.map((construct) => NestedStack.isNestedStack(construct) ? (construct as Stack).nestedStackResource : undefined));
  const resources = app.filter((construct): construct is CfnResource => CfnResource.isCfnResource(construct) && !nestedStacks.has(construct));
  const hybrid = target.resource && propertiesOf(target.resource).remoteNetworkConfig !== undefined;
  return [
    ...resources.filter((resource) => mayGiveNodes(resource, target)).map(({ node }) => node.path),
    ...hybrid ? [`${target.cluster.node.path}, which has hybrid nodes`] : [],
  ];
}

function mayGiveNodes(resource: CfnResource, target: TargetCluster): boolean {
  const names = clusterNamesOf(resource).filter(({ value }) => value !== undefined);
  // A parameter or an import may be the name of any cluster; another resource of the app is another cluster.
  const mayBeThis = names.some((name) => target.isNamedBy(name) || (name.literal === undefined && !CfnResource.isCfnResource(name.referent)));
  if (names.length > 0 && !mayBeThis) {
    return false;
  }
  switch (resource.cfnResourceType) {
    case 'AWS::EKS::AccessEntry':
      return NODE_ACCESS.includes(propertiesOf(resource).type);
    case 'Custom::AWSCDK-EKS-KubernetesResource':
      return names.length > 0 && objectsOf(resource).some(({ kind, data }) => kind === 'ConfigMap' && hasNodeRole(data?.mapRoles));
    default:
      // What names this cluster itself was added as its capacity, or does not fit.
      return SOURCES.includes(resource.cfnResourceType) && !names.some((name) => target.isNamedBy(name));
  }
}

/** Whether `aws-auth` maps a role of nodes. Roles of Fargate and of Windows nodes have one more group. */
function hasNodeRole(mapRoles: unknown): boolean {
  const roles = tryRead(() => JSON.parse(String(mapRoles)));
  return Array.isArray(roles) && roles.some(({ groups = [] }: { groups?: string[] }) =>
    groups.includes('system:nodes') && !groups.includes('system:node-proxier') && !groups.includes('eks:kube-proxy-windows'));
}
