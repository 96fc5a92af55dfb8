import { randomBytes } from 'crypto';
import { ACCOUNT } from '../settings';

/** A policy document: of a role's permissions, or of its trust. */
export type Policy = any;

export interface Role {
  readonly name: string;
  readonly arn: string;
  trust: Policy;
  readonly inlinePolicies: Map<string, Policy>;
  readonly attachedPolicies: Set<string>;
}

/** Quotas: characters of all inline policies of a role and of one managed policy, and managed policies of a role. */
const LIMITS = { inline: 10_240, managed: 6_144, attached: 10 };

/** What IAM holds of an account: as much of it as decides on calls. */
export class Iam {
  private readonly roles = new Map<string, Role>();
  private readonly managedPolicies = new Map<string, Policy>();
  private readonly callers = new Map<string, string>();
  public readonly openIdConnectProviders = new Set<string>();

  public createRole(name: string, trust: Policy): Role {
    const arn = `arn:aws:iam::${ACCOUNT}:role/${name}`;
    if (this.roles.has(arn)) {
      throw new Error(`EntityAlreadyExists: role ${name}`);
    }
    const role = { name, arn, trust, inlinePolicies: new Map(), attachedPolicies: new Set<string>() };
    this.roles.set(arn, role);
    return role;
  }

  /** @param nameOrArn CloudFormation's policies name roles, others have their ARN */
  public role(nameOrArn: string): Role {
    const role = this.findRole(nameOrArn);
    if (!role) {
      throw new Error(`NoSuchEntity: role ${nameOrArn}`);
    }
    return role;
  }

  public findRole(nameOrArn: string): Role | undefined {
    return this.roles.get(nameOrArn.startsWith('arn:') ? nameOrArn : `arn:aws:iam::${ACCOUNT}:role/${nameOrArn}`);
  }

  /** Rejects what is just set where IAM would: the quotas of a role. */
  public rejectBeyondQuota(name: string): void {
    const { inlinePolicies, attachedPolicies } = this.role(name);
    const sizes = [...inlinePolicies.values()].map(sizeOf);
    const inline = sizes.reduce((sum, size) => sum + size, 0);
    if (inline > LIMITS.inline) {
      throw new Error(`LimitExceeded: Maximum policy size of ${LIMITS.inline} bytes exceeded for role ${name}: ${inline}`);
    }
    if (attachedPolicies.size > LIMITS.attached) {
      throw new Error(`LimitExceeded: Cannot exceed quota for PoliciesPerRole: ${LIMITS.attached}`);
    }
  }

  public get roleNames(): string[] {
    return [...this.roles.values()].map(({ name }) => name);
  }

  public deleteRole(name: string): void {
    const role = this.role(name);
    const holding = [...role.inlinePolicies.keys(), ...role.attachedPolicies].filter((policy) => this.managedPolicies.has(policy)
      || role.inlinePolicies.has(policy));
    if (holding.length > 0) {
      throw new Error(`DeleteConflict: role ${name} has policies: ${holding}`);
    }
    this.roles.delete(role.arn);
  }

  public createPolicy(name: string, document: Policy): string {
    const arn = `arn:aws:iam::${ACCOUNT}:policy/${name}`;
    if (this.managedPolicies.has(arn)) {
      throw new Error(`EntityAlreadyExists: policy ${name}`);
    }
    this.setPolicy(arn, document);
    return arn;
  }

  public setPolicy(arn: string, document: Policy): void {
    if (sizeOf(document) > LIMITS.managed) {
      throw new Error(`LimitExceeded: Cannot exceed quota for PolicySize: ${LIMITS.managed}`);
    }
    this.managedPolicies.set(arn, document);
  }

  public deletePolicy(arn: string): void {
    const holder = [...this.roles.values()].find((role) => role.attachedPolicies.has(arn));
    if (holder) {
      throw new Error(`DeleteConflict: ${arn} is attached to ${holder.name}`);
    }
    this.managedPolicies.delete(arn);
  }

  /** What the template says a role may do. Policies of AWS itself are not known here, and grant nothing. */
  public policiesOf(roleArn: string): Policy[] {
    const role = this.roles.get(roleArn);
    if (!role) {
      return [];
    }
    const attached = [...role.attachedPolicies].map((arn) => this.managedPolicies.get(arn)).filter((document) => document !== undefined);
    return [...role.inlinePolicies.values(), ...attached];
  }

  /** Credentials of a session of the role, which the proxy knows again: the id of the access key. */
  public issueCredentials(roleArn: string): string {
    const accessKeyId = `ASIA${randomBytes(8).toString('hex').toUpperCase()}`;
    this.callers.set(accessKeyId, roleArn);
    return accessKeyId;
  }

  public roleOf(accessKeyId: string | undefined): string | undefined {
    return accessKeyId === undefined ? undefined : this.callers.get(accessKeyId);
  }
}

/** As IAM counts it: without white space. */
function sizeOf(document: Policy): number {
  return JSON.stringify(document).replace(/\s/g, '').length;
}
