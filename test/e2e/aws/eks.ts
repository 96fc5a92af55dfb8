/** What grants an IAM principal access to the cluster. */
export interface AccessEntry {
  readonly clusterName: string;
  readonly principalArn: string;
  readonly policies: string[];
}

/** Which role pods with a ServiceAccount get. */
export interface PodIdentityAssociation {
  readonly clusterName: string;
  readonly namespace: string;
  readonly serviceAccount: string;
  readonly roleArn: string;
}

/** The side of EKS that stands in a template: clusters with their access, add-ons and associations. Its cluster is the one control plane. */
export class Eks {
  public readonly clusters = new Set<string>();
  public readonly accessEntries = new Map<string, AccessEntry>();
  public readonly podIdentityAssociations = new Map<string, PodIdentityAssociation>();
  public readonly addons = new Set<string>();
  /** Roles that made a cluster of `aws-eks`: the cluster's first administrators, for ever. */
  public readonly creators = new Set<string>();

  /** User and groups of an IAM role in the cluster; undefined where it has no access. */
  public kubernetesUser(roleArn: string): { username: string; groups: string[] } | undefined {
    if (this.creators.has(roleArn)) {
      return { username: 'kubernetes-admin', groups: ['system:masters'] };
    }
    const entry = [...this.accessEntries.values()].find(({ principalArn }) => principalArn === roleArn);
    if (!entry) {
      return undefined;
    }
    const isAdministrator = entry.policies.some((policy) => policy.endsWith('/AmazonEKSClusterAdminPolicy'));
    return { username: roleArn, groups: isAdministrator ? ['system:masters'] : [] };
  }
}
