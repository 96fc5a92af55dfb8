import { Stack, Token, TokenComparison } from 'aws-cdk-lib';
import * as eks from 'aws-cdk-lib/aws-eks';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct, IDependable } from 'constructs';
import { roleOfThisApp } from './attach-policies';
import { bindRole, checkRoleOptions, Trust } from './controller-role';
import { ControllerIdentityOptions, IrsaOptions } from './controller-role-options';
import { installAgent, rejectProviderOfAnotherAccount, rejectProviderOfAnotherRegion, rejectSecondProvider } from './identity-providers';
import { minorOf } from '../cluster/cluster-requirements';
import { TargetCluster } from '../cluster/target-cluster';
import { markInstances } from '../util/class-marker';
import { invalidProp } from '../util/messages';
import { checkStruct, checkText } from '../util/struct-check';
import { isLookupDummy, isUnknown } from '../util/tokens';

/**
 * How the controller gets its AWS credentials through EKS Pod Identity.
 */
export interface PodIdentityOptions extends ControllerIdentityOptions {
  /**
   * Who installs the EKS Pod Identity Agent on the nodes.
   *
   * @default PodIdentityAgent.managed()
   */
  readonly agent?: PodIdentityAgent;
}

/**
 * Where the EKS Pod Identity Agent of the cluster comes from.
 *
 * @see https://docs.aws.amazon.com/eks/latest/userguide/pod-id-agent-setup.html
 */
export class PodIdentityAgent {
  /**
   * The EKS add-on `eks-pod-identity-agent`, in the version that EKS chooses, shared with whatever else of the app uses it.
   */
  public static managed(): PodIdentityAgent {
    return new PodIdentityAgent(true);
  }

  /**
   * The EKS add-on `eks-pod-identity-agent` in one version.
   *
   * Rejected when the app has that add-on for the cluster elsewhere, as `cluster.eksPodIdentityAgent` does.
   *
   * @param addonVersion such as `v1.3.4-eksbuild.1`
   */
  public static pinned(addonVersion: string): PodIdentityAgent {
    checkText('addonVersion', addonVersion);
    if (!isUnknown(addonVersion) && !/^v\d+\.\d+\.\d+-eksbuild\.\d+$/.test(addonVersion)) {
      throw invalidProp('addonVersion', 'must be the version of an EKS add-on', addonVersion, 'try "v1.3.4-eksbuild.1"');
    }
    return new PodIdentityAgent(true, addonVersion);
  }

  /**
   * Nothing is installed: the cluster has the agent already, as EKS Auto Mode clusters do.
   */
  public static alreadyInstalled(): PodIdentityAgent {
    return new PodIdentityAgent(false);
  }

  private constructor(private readonly install: boolean, private readonly addonVersion?: string) {}

  /**
   * @internal
   */
  public _bind(scope: Construct, target: TargetCluster): IDependable[] {
    return this.install ? [installAgent(scope, target, this.addonVersion)] : [];
  }
}

markInstances(PodIdentityAgent, 'PodIdentityAgent');

/**
 * What an identity is given to bind to.
 *
 * @internal
 */
export interface IdentityContext {
  readonly target: TargetCluster;
  readonly controllerNamespace: string;
  readonly serviceAccountName: string;
}

/**
 * What an identity brought about.
 *
 * @internal
 */
export interface BoundIdentity {
  readonly role: iam.IRole;
  /** Annotations that the ServiceAccount must carry. */
  readonly annotations: Record<string, string>;
  /**
   * Annotations of the controller's pods, which get their credentials when they are made: a change of identity has to replace them.
   */
  readonly podAnnotations: Record<string, string>;
  /** What must be there before a pod can get credentials. */
  readonly prerequisites: IDependable[];
}

/**
 * How the controller gets its AWS credentials.
 */
export abstract class ControllerIdentity {
  /**
   * IAM roles for service accounts (IRSA): the role trusts the cluster's OIDC provider, for the one ServiceAccount.
   *
   * Works on every kind of cluster. An owned cluster gets its OIDC provider if it has none yet; bring the one that you have defined
   * yourself as `openIdConnectProvider`.
   *
   * @param options settings of the role, or a role of your own
   * @see https://docs.aws.amazon.com/eks/latest/userguide/iam-roles-for-service-accounts.html
   */
  public static irsa(options?: IrsaOptions): ControllerIdentity {
    if (options !== undefined) checkStruct('IrsaOptions', 'identity', options);
    return new Irsa(options ?? {});
  }

  /**
   * EKS Pod Identity: an association gives the role to the ServiceAccount, and an agent on each node hands out the credentials.
   *
   * Needs no OIDC provider. Not for pods on Fargate, nor for Kubernetes before 1.24.
   *
   * @param options who installs the agent, settings of the role, or a role of your own
   * @see https://docs.aws.amazon.com/eks/latest/userguide/pod-identities.html
   */
  public static podIdentity(options?: PodIdentityOptions): ControllerIdentity {
    if (options !== undefined) checkStruct('PodIdentityOptions', 'identity', options);
    return new PodIdentity(options ?? {});
  }

  /**
   * @internal
   */
  public abstract readonly _needsOpenIdConnectProvider: boolean;

  /**
   * @internal
   */
  public abstract readonly _runsOnFargate: boolean;

  /**
   * Whether the controller's session has tags that go along when it assumes a further role.
   *
   * @internal
   */
  public abstract readonly _tagsSession: boolean;

  /**
   * @internal
   */
  public abstract _bind(scope: Construct, context: IdentityContext): BoundIdentity;
}

markInstances(ControllerIdentity, 'ControllerIdentity');

/** Annotation of the pods with the role that they get. */
const IDENTITY_ANNOTATION = 'cdk-eks-alb-ingress-support/identity';

class Irsa extends ControllerIdentity {
  /**
   * @internal
   */
  public readonly _needsOpenIdConnectProvider: boolean;

  /**
   * @internal
   */
  public readonly _runsOnFargate = true;

  /**
   * @internal
   */
  public readonly _tagsSession = false;

  constructor(private readonly options: IrsaOptions) {
    super();
    checkRoleOptions(options);
    this._needsOpenIdConnectProvider = options.openIdConnectProvider === undefined;
  }

  /**
   * @internal
   */
  public _bind(scope: Construct, context: IdentityContext): BoundIdentity {
    const { target } = context;
    const provider = this.options.openIdConnectProvider ?? target.cluster.openIdConnectProvider;
    if (this._needsOpenIdConnectProvider) rejectSecondProvider(scope, target, provider);
    if (!this.options.role) rejectProviderOfAnotherAccount(provider, Stack.of(scope));
    // The trust of a role from outside this app is not known.
    if (!this.options.role || roleOfThisApp(this.options.role)) rejectProviderOfAnotherRegion(provider, target.stack);
    const role = bindRole(scope, this.options, trustInWebIdentity(context, provider));
    return {
      role,
      annotations: { 'eks.amazonaws.com/role-arn': role.roleArn },
      podAnnotations: { [IDENTITY_ANNOTATION]: role.roleArn },
      prerequisites: [role],
    };
  }
}

class PodIdentity extends ControllerIdentity {
  /**
   * @internal
   */
  public readonly _needsOpenIdConnectProvider = false;

  /**
   * @internal
   */
  public readonly _runsOnFargate = false;

  /**
   * @internal
   */
  public readonly _tagsSession = true;

  constructor(private readonly options: PodIdentityOptions) {
    super();
    checkRoleOptions(options);
  }

  /**
   * @internal
   */
  public _bind(scope: Construct, context: IdentityContext): BoundIdentity {
    const { target, controllerNamespace: namespace, serviceAccountName } = context;
    if (target.kubernetesVersion && minorOf(target.kubernetesVersion) < 24) {
      throw invalidProp('identity', 'by EKS Pod Identity needs Kubernetes 1.24 or later', target.kubernetesVersion,
        'use ControllerIdentity.irsa()');
    }
    this.rejectRoleOfAnotherAccount(target);
    const role = bindRole(scope, this.options, trustInPods(context));
    const association = new eks.CfnPodIdentityAssociation(scope, 'PodIdentityAssociation', {
      clusterName: target.name,
      namespace,
      serviceAccount: serviceAccountName,
      roleArn: role.roleArn,
    });
    const agent = (this.options.agent ?? PodIdentityAgent.managed())._bind(scope, target);
    return { role, annotations: {}, podAnnotations: { [IDENTITY_ANNOTATION]: 'pod-identity' }, prerequisites: [role, association, ...agent] };
  }

  /** EKS takes an association with a role of the cluster's account only. */
  private rejectRoleOfAnotherAccount({ stack }: TargetCluster): void {
    const { role } = this.options;
    if (role && !isLookupDummy(role.roleArn) && Token.compareStrings(role.env.account, stack.account) === TokenComparison.DIFFERENT) {
      throw invalidProp('role', `must be in the account of the cluster for EKS Pod Identity, ${stack.account}`, role.env.account,
        'bring a role of that account, or use ControllerIdentity.irsa()');
    }
  }
}

/** Trust in the one ServiceAccount, as the cluster's OIDC provider vouches for it. */
function trustInWebIdentity(context: IdentityContext, provider: iam.IOpenIdConnectProvider): Trust {
  const { target, controllerNamespace: namespace, serviceAccountName } = context;
  const { openIdConnectProviderArn: authority, openIdConnectProviderIssuer: issuer } = provider;
  const principalOf = (host: string) => new iam.WebIdentityPrincipal(authority, {
    StringEquals: {
      [`${host}:aud`]: 'sts.amazonaws.com',
      [`${host}:sub`]: `system:serviceaccount:${namespace}:${serviceAccountName}`,
    },
  });
  return {
    authority,
    clusterStack: target.stack,
    serviceAccount: `${namespace}/${serviceAccountName}`,
    principal: principalOf(issuer),
    readable: Token.isUnresolved(issuer) ? principalOf(`(${provider.node.path}.openIdConnectProviderIssuer)`) : undefined,
  };
}

/** Trust in EKS Pod Identity, for the one ServiceAccount of this cluster, which the session tags of EKS identify. */
function trustInPods({ target, controllerNamespace: namespace, serviceAccountName }: IdentityContext): Trust {
  const authority = target.cluster.clusterArn;
  return {
    authority,
    clusterStack: target.stack,
    serviceAccount: `${namespace}/${serviceAccountName}`,
    principal: new iam.SessionTagsPrincipal(new iam.ServicePrincipal('pods.eks.amazonaws.com').withConditions({
      StringEquals: {
        'aws:RequestTag/eks-cluster-arn': authority,
        'aws:RequestTag/kubernetes-namespace': namespace,
        'aws:RequestTag/kubernetes-service-account': serviceAccountName,
      },
    })),
  };
}
