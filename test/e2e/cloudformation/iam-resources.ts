import { changedProperties, ExistingResourceRequest, generatedName, ResourceProvider, ResourceRequest, ResourceState, UpdateRequest } from './provider';
import { Iam, Policy } from '../aws/iam';
import { ACCOUNT } from '../settings';

/** Roles and policies, in the account that the proxy decides by. */
export function iamProviders(iam: Iam): Record<string, ResourceProvider> {
  return {
    'AWS::IAM::Role': new Roles(iam),
    'AWS::IAM::Policy': new InlinePolicies(iam),
    'AWS::IAM::ManagedPolicy': new ManagedPolicies(iam),
    'AWS::IAM::OIDCProvider': new OpenIdConnectProviders(iam),
    'Custom::AWSCDKOpenIdConnectProvider': new OpenIdConnectProviders(iam),
  };
}

class Roles implements ResourceProvider {
  constructor(private readonly iam: Iam) {}

  public async create(request: ResourceRequest): Promise<ResourceState> {
    const { RoleName, AssumeRolePolicyDocument } = request.properties;
    const { name, arn } = this.iam.createRole(RoleName ?? generatedName(request), parsed(AssumeRolePolicyDocument));
    this.setPolicies(name, request.properties);
    return { physicalId: name, attributes: { Arn: arn, RoleId: `AROA${name}` } };
  }

  public async update(request: UpdateRequest): Promise<ResourceState | undefined> {
    if (changedProperties(request).some((name) => ['RoleName', 'Path'].includes(name))) {
      return undefined;
    }
    const { physicalId, properties, oldProperties } = request;
    const role = this.iam.role(physicalId);
    role.trust = parsed(properties.AssumeRolePolicyDocument);
    (oldProperties.Policies ?? []).forEach(({ PolicyName }: { PolicyName: string }) => role.inlinePolicies.delete(PolicyName));
    (oldProperties.ManagedPolicyArns ?? []).forEach((arn: string) => role.attachedPolicies.delete(arn));
    this.setPolicies(physicalId, properties);
    return request;
  }

  public async delete({ physicalId, properties }: ExistingResourceRequest): Promise<void> {
    const role = this.iam.role(physicalId);
    (properties.Policies ?? []).forEach(({ PolicyName }: { PolicyName: string }) => role.inlinePolicies.delete(PolicyName));
    (properties.ManagedPolicyArns ?? []).forEach((arn: string) => role.attachedPolicies.delete(arn));
    this.iam.deleteRole(physicalId);
  }

  private setPolicies(name: string, { Policies, ManagedPolicyArns }: any): void {
    const role = this.iam.role(name);
    (Policies ?? []).forEach(({ PolicyName, PolicyDocument }: any) => role.inlinePolicies.set(PolicyName, PolicyDocument));
    (ManagedPolicyArns ?? []).forEach((arn: string) => role.attachedPolicies.add(arn));
    this.iam.rejectBeyondQuota(name);
  }
}

class InlinePolicies implements ResourceProvider {
  constructor(private readonly iam: Iam) {}

  public async create({ properties }: ResourceRequest): Promise<ResourceState> {
    this.put(properties);
    return { physicalId: properties.PolicyName };
  }

  public async update({ properties, oldProperties, physicalId }: UpdateRequest): Promise<ResourceState> {
    this.remove(oldProperties);
    this.put(properties);
    return { physicalId };
  }

  public async delete({ properties }: ExistingResourceRequest): Promise<void> {
    this.remove(properties);
  }

  private put({ PolicyName, PolicyDocument, Roles: roles }: any): void {
    (roles ?? []).forEach((role: string) => {
      this.iam.role(role).inlinePolicies.set(PolicyName, PolicyDocument);
      this.iam.rejectBeyondQuota(role);
    });
  }

  private remove({ PolicyName, Roles: roles }: any): void {
    (roles ?? []).forEach((role: string) => this.iam.findRole(role)?.inlinePolicies.delete(PolicyName));
  }
}

class ManagedPolicies implements ResourceProvider {
  constructor(private readonly iam: Iam) {}

  public async create(request: ResourceRequest): Promise<ResourceState> {
    const { ManagedPolicyName, PolicyDocument, Roles: roles } = request.properties;
    const arn = this.iam.createPolicy(ManagedPolicyName ?? generatedName(request, 128), PolicyDocument);
    this.attach(arn, roles);
    return { physicalId: arn, attributes: { PolicyArn: arn } };
  }

  public async update(request: UpdateRequest): Promise<ResourceState | undefined> {
    if (changedProperties(request).some((name) => ['ManagedPolicyName', 'Description', 'Path'].includes(name))) {
      return undefined;
    }
    const { physicalId, properties, oldProperties } = request;
    this.iam.setPolicy(physicalId, properties.PolicyDocument);
    (oldProperties.Roles ?? []).forEach((role: string) => this.iam.findRole(role)?.attachedPolicies.delete(physicalId));
    this.attach(physicalId, properties.Roles);
    return request;
  }

  private attach(arn: string, roles: string[] = []): void {
    roles.forEach((role) => {
      this.iam.role(role).attachedPolicies.add(arn);
      this.iam.rejectBeyondQuota(role);
    });
  }

  public async delete({ physicalId, properties }: ExistingResourceRequest): Promise<void> {
    (properties.Roles ?? []).forEach((role: string) => this.iam.findRole(role)?.attachedPolicies.delete(physicalId));
    this.iam.deletePolicy(physicalId);
  }
}

class OpenIdConnectProviders implements ResourceProvider {
  constructor(private readonly iam: Iam) {}

  public async create({ properties }: ResourceRequest): Promise<ResourceState> {
    const arn = `arn:aws:iam::${ACCOUNT}:oidc-provider/${properties.Url.replace('https://', '')}`;
    if (this.iam.openIdConnectProviders.has(arn)) {
      throw new Error(`EntityAlreadyExists: provider with url ${properties.Url} already exists.`);
    }
    this.iam.openIdConnectProviders.add(arn);
    return { physicalId: arn, attributes: { Arn: arn } };
  }

  public async update(): Promise<undefined> {
    return undefined;
  }

  public async delete({ physicalId }: ExistingResourceRequest): Promise<void> {
    this.iam.openIdConnectProviders.delete(physicalId);
  }
}

/** A trust policy whose keys are known at deploy only is a text. */
function parsed(document: Policy | string): Policy {
  return typeof document === 'string' ? JSON.parse(document) : document;
}
