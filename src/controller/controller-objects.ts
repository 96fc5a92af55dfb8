import { CfnResource } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { KubernetesObject } from '../cluster/manifest-objects';
import { TargetCluster } from '../cluster/target-cluster';
import { warn } from '../util/messages';
import { isUnknown } from '../util/tokens';

/** Namespaces that each cluster has from the start. */
const BUILT_IN = ['default', 'kube-node-lease', 'kube-public', 'kube-system'];

export interface ControllerObjectsProps {
  readonly target: TargetCluster;
  readonly controllerNamespace: string;
  readonly serviceAccountName: string;
  readonly takeOver?: boolean;
}

/** The Kubernetes objects of the app that the controller needs, or that have the name of one of its own. */
export class ControllerObjects {
  private readonly serviceAccounts = new Set<CfnResource>();
  private hasNamespace = false;
  /** Apps may be synthesized more than once. */
  private isWarned = false;

  constructor(private readonly support: Construct, private readonly props: ControllerObjectsProps) {
    support.node.addValidation({ validate: () => this.validate() });
  }

  public addManifest(resource: CfnResource, objects: KubernetesObject[]): void {
    const { controllerNamespace, serviceAccountName } = this.props;
    if (resource.node.scopes.includes(this.support)) {
      return;
    }
    this.hasNamespace ||= objects.some(({ kind, metadata }) => kind === 'Namespace'
      && (metadata?.name === controllerNamespace || isUnknown(metadata?.name)));
    if (objects.some(({ kind, metadata }) => kind === 'ServiceAccount' && metadata?.name === serviceAccountName
      && (metadata?.namespace ?? 'default') === controllerNamespace)) {
      this.serviceAccounts.add(resource);
    }
  }

  /** Helm may create the Namespace for a release, or the chart may have it among its objects. */
  public addRelease(release: CfnResource): void {
    this.hasNamespace ||= !release.node.scopes.includes(this.support);
  }

  private validate(): string[] {
    const { support, props: { target, controllerNamespace, serviceAccountName, takeOver } } = this;
    const mayExist = this.hasNamespace || isUnknown(controllerNamespace) || BUILT_IN.includes(controllerNamespace) || !target.isOwned;
    if (!mayExist && !this.isWarned) {
      this.isWarned = true;
      warn(support, 'controllerNamespaceMissing', `nothing in the app creates the namespace ${controllerNamespace}, which controllerNamespace `
        + 'names: on a new cluster the deployment fails; add a manifest of it to the cluster, or acknowledge this warning if the cluster has it');
    }
    return takeOver ? [] : [...this.serviceAccounts].map(({ node }) => `the ServiceAccount ${controllerNamespace}/${serviceAccountName} is defined by `
      + `${node.path} and by ${support.node.path}: the one that is created last fails; remove the former, since this construct defines the ServiceAccount `
      + 'and its role, or set serviceAccountName to another name');
  }
}
