import { Duration, Lazy, Stack, Token } from 'aws-cdk-lib';
import * as eks from 'aws-cdk-lib/aws-eks';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct, IDependable } from 'constructs';
import { TargetCluster } from './private/cluster';
import { minorOf } from './private/cluster-requirements';
import { refusal, warn } from './private/messages';

/**
 * What can be set of the role that is defined for the controller.
 */
export interface ControllerRoleOptions {
  /**
   * Name of the role: at most 64 letters, digits and `+=,.@_-`.
   *
   * A fixed name keeps the stack from being deployed twice into one account, and from replacing the role in place.
   *
   * @default - CloudFormation makes one
   */
  readonly roleName?: string;

  /**
   * Path of the role, such as `/eks/`.
   *
   * @default /
   */
  readonly path?: string;

  /**
   * Description of the role, at most 1,000 characters.
   *
   * @default - says what the role is for, and for which ServiceAccount
   */
  readonly description?: string;

  /**
   * Upper bound of what the role may be granted.
   *
   * @default - no boundary but the one that the app sets for all its roles
   */
  readonly permissionsBoundary?: iam.IManagedPolicy;

  /**
   * Longest session that may be asked of the role: 1 to 12 hours.
   *
   * @default Duration.hours(1)
   */
  readonly maxSessionDuration?: Duration;

  /**
   * Statements that let others assume the role too, beside the controller's own ServiceAccount.
   *
   * @default - the role trusts one ServiceAccount of one cluster and nobody else
   */
  readonly additionalTrustStatements?: iam.PolicyStatement[];
}

/**
 * How the controller gets its AWS credentials through IRSA.
 */
export interface IrsaOptions extends ControllerRoleOptions {
  /**
   * A role of your own, instead of one defined here.
   *
   * It gets the controller's permissions, and the trust in the ServiceAccount where it is defined in this app. To an imported role
   * no trust can be added: a warning says so.
   *
   * @default - a role is defined
   */
  readonly role?: iam.IRole;
}

/**
 * How the controller gets its AWS credentials through EKS Pod Identity.
 */
export interface PodIdentityOptions extends IrsaOptions {
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
   * @param addonVersion such as `v1.3.4-eksbuild.1`
   */
  public static pinned(addonVersion: string): PodIdentityAgent {
    if (!Token.isUnresolved(addonVersion) && !/^v\d+\.\d+\.\d+-eksbuild\.\d+$/.test(addonVersion)) {
      throw refusal('addonVersion', 'must be the version of an EKS add-on', addonVersion, 'try "v1.3.4-eksbuild.1"');
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
    if (!this.install) {
      return [];
    }
    const shared = this.addonVersion === undefined ? target.cluster.eksPodIdentityAgent : undefined;
    return [shared ?? new eks.CfnAddon(scope, 'PodIdentityAgent', {
      clusterName: target.name,
      addonName: 'eks-pod-identity-agent',
      addonVersion: this.addonVersion,
    })];
  }
}

/**
 * What an identity is given to bind to.
 *
 * @internal
 */
export interface IdentityContext {
  readonly target: TargetCluster;
  readonly namespace: string;
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
   * Works on every kind of cluster. An owned cluster gets its OIDC provider if it has none yet.
   *
   * @see https://docs.aws.amazon.com/eks/latest/userguide/iam-roles-for-service-accounts.html
   */
  public static irsa(options: IrsaOptions = {}): ControllerIdentity {
    return new Irsa(options);
  }

  /**
   * EKS Pod Identity: an association gives the role to the ServiceAccount, and an agent on each node hands out the credentials.
   *
   * Needs no OIDC provider. Not for pods on Fargate, nor for Kubernetes before 1.24.
   *
   * @see https://docs.aws.amazon.com/eks/latest/userguide/pod-identities.html
   */
  public static podIdentity(options: PodIdentityOptions = {}): ControllerIdentity {
    return new PodIdentity(options);
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
   * @internal
   */
  public abstract _bind(scope: Construct, context: IdentityContext): BoundIdentity;
}

class Irsa extends ControllerIdentity {
  /**
   * @internal
   */
  public readonly _needsOpenIdConnectProvider = true;

  /**
   * @internal
   */
  public readonly _runsOnFargate = true;

  constructor(private readonly options: IrsaOptions) {
    super();
    refuseOptionsOfABroughtRole(options);
  }

  /**
   * @internal
   */
  public _bind(scope: Construct, context: IdentityContext): BoundIdentity {
    const role = bindRole(scope, context, this.options, webIdentityPrincipal(context));
    return {
      role,
      annotations: { 'eks.amazonaws.com/role-arn': role.roleArn },
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

  constructor(private readonly options: PodIdentityOptions) {
    super();
    refuseOptionsOfABroughtRole(options);
  }

  /**
   * @internal
   */
  public _bind(scope: Construct, context: IdentityContext): BoundIdentity {
    const { target, namespace, serviceAccountName } = context;
    if (target.kubernetesVersion && minorOf(target.kubernetesVersion) < 24) {
      throw refusal('identity', 'by EKS Pod Identity needs Kubernetes 1.24 or later', target.kubernetesVersion,
        'use ControllerIdentity.irsa()');
    }
    const role = bindRole(scope, context, this.options, podsPrincipal(context));
    const association = new eks.CfnPodIdentityAssociation(scope, 'PodIdentityAssociation', {
      clusterName: target.name,
      namespace,
      serviceAccount: serviceAccountName,
      roleArn: role.roleArn,
    });
    const agent = (this.options.agent ?? PodIdentityAgent.managed())._bind(scope, target);
    return { role, annotations: {}, prerequisites: [role, association, ...agent] };
  }
}

/** Trust in the one ServiceAccount, as the cluster's OIDC provider vouches for it. */
function webIdentityPrincipal({ target, namespace, serviceAccountName }: IdentityContext): iam.PrincipalBase {
  const provider = target.cluster.openIdConnectProvider;
  const issuer = provider.openIdConnectProviderIssuer;
  return new iam.WebIdentityPrincipal(provider.openIdConnectProviderArn, {
    StringEquals: {
      [`${issuer}:aud`]: 'sts.amazonaws.com',
      [`${issuer}:sub`]: `system:serviceaccount:${namespace}:${serviceAccountName}`,
    },
  });
}

/** Trust in EKS Pod Identity, for the one ServiceAccount of this cluster: told by the session tags that EKS sets. */
function podsPrincipal({ target, namespace, serviceAccountName }: IdentityContext): iam.PrincipalBase {
  return new iam.SessionTagsPrincipal(new iam.ServicePrincipal('pods.eks.amazonaws.com').withConditions({
    StringEquals: {
      'aws:RequestTag/eks-cluster-arn': target.cluster.clusterArn,
      'aws:RequestTag/kubernetes-namespace': namespace,
      'aws:RequestTag/kubernetes-service-account': serviceAccountName,
    },
  }));
}

function bindRole(scope: Construct, context: IdentityContext, options: IrsaOptions, assumedBy: iam.PrincipalBase): iam.IRole {
  if (!options.role) {
    const { additionalTrustStatements, role: _, agent: __, ...roleProps } = options as PodIdentityOptions;
    const role = new iam.Role(scope, 'Role', {
      description: `AWS Load Balancer Controller, ServiceAccount ${context.namespace}/${context.serviceAccountName}`,
      ...roleProps,
      assumedBy,
    });
    role.assumeRolePolicy!.addStatements(...additionalTrustStatements ?? []);
    renderTokenKeys(role);
    return role;
  }
  const trust = (options.role as Partial<iam.Role>).assumeRolePolicy;
  if (trust && iam.Role.isRole(options.role)) {
    assumedBy.addToAssumeRolePolicy(trust);
    renderTokenKeys(options.role as iam.Role);
  } else {
    warn(scope, 'roleTrustNotManaged',
      `the role brought by identity is not defined in this app: let it be assumed by the ServiceAccount ${context.namespace}/${context.serviceAccountName} yourself`);
  }
  return options.role;
}

/**
 * Lets the keys of a trust policy's conditions be tokens, as the issuer of an owned cluster is.
 *
 * A CloudFormation map has no computed keys, which is why others compute the map in a Lambda. But CloudFormation takes a trust
 * policy as a string as well: one `Fn::Join`, readable in the template. It is rendered last, so that statements which are added
 * to the role later are in it. Without tokens it stays the object that it was, which is what the CDK's own check wants to see.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-role.html
 */
function renderTokenKeys(role: iam.Role): void {
  const resource = role.node.defaultChild as iam.CfnRole;
  const trust = role.assumeRolePolicy!;
  resource.assumeRolePolicyDocument = Lazy.any({
    produce: () => {
      const document = trust.toJSON();
      const text = Stack.of(role).toJsonString(document);
      return typeof Stack.of(role).resolve(text) === 'string' ? document : text;
    },
  });
}

function refuseOptionsOfABroughtRole(options: IrsaOptions): void {
  const made: (keyof ControllerRoleOptions)[] =
    ['roleName', 'path', 'description', 'permissionsBoundary', 'maxSessionDuration', 'additionalTrustStatements'];
  const given = made.filter((option) => options.role && options[option] !== undefined);
  if (given.length > 0) {
    throw new Error(`${given.join(', ')} cannot be set on a role of your own; set it where the role is defined, or leave out role`);
  }
}
