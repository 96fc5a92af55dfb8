import { AuthorizeSecurityGroupIngressCommand, CreateSecurityGroupCommand, DeleteSecurityGroupCommand, DescribeSubnetsCommand } from '@aws-sdk/client-ec2';
import { NetworkDependencies } from './network-dependencies';
import { changedProperties, ExistingResourceRequest, generatedName, ResourceProvider, ResourceRequest, ResourceState, UpdateRequest } from './provider';
import { Eks } from '../aws/eks';
import { Moto } from '../aws/moto';
import { MotoFacts } from '../aws/moto-facts';
import { NodeGroups } from '../kubernetes/node-groups';
import { ACCOUNT, ISSUER_HOST, PORTS, REGION } from '../settings';

/** What only AWS can make: simulated, so that the rest of the template finds what it refers to. */
export function eksProviders(eks: Eks, moto: Moto, facts: MotoFacts, nodes: NodeGroups): Record<string, ResourceProvider> {
  const clusters = new Clusters(eks, moto, new NetworkDependencies(moto, facts));
  return {
    'AWS::EKS::Cluster': clusters,
    'Custom::AWSCDK-EKS-Cluster': clusters,
    'AWS::EKS::Nodegroup': new Nodegroups(nodes),
    'AWS::EKS::AccessEntry': record(eks.accessEntries, ({ ClusterName, PrincipalArn, AccessPolicies }) => ({
      clusterName: ClusterName, principalArn: PrincipalArn, policies: (AccessPolicies ?? []).map(({ PolicyArn }: any) => PolicyArn),
    })),
    'AWS::EKS::PodIdentityAssociation': record(eks.podIdentityAssociations, ({ ClusterName, Namespace, ServiceAccount, RoleArn }) => ({
      clusterName: ClusterName, namespace: Namespace, serviceAccount: ServiceAccount, roleArn: RoleArn,
    })),
    'AWS::EKS::Addon': new Addons(eks),
  };
}

class Clusters implements ResourceProvider {
  constructor(private readonly eks: Eks, private readonly moto: Moto, private readonly dependencies: NetworkDependencies) {}

  public async create(request: ResourceRequest): Promise<ResourceState> {
    const { properties } = request;
    const config = properties.Config ?? {};
    const name = properties.Name ?? config.name ?? generatedName(request, 100);
    const subnets: string[] = properties.ResourcesVpcConfig?.SubnetIds ?? config.resourcesVpcConfig.subnetIds;
    const { Subnets } = await this.moto.ec2.send(new DescribeSubnetsCommand({ SubnetIds: subnets }));
    // EKS makes a group for its interfaces and for the nodes, which lets them all talk with one another.
    const { GroupId } = await this.moto.ec2.send(new CreateSecurityGroupCommand({
      GroupName: `eks-cluster-sg-${name}`,
      Description: 'EKS created security group',
      VpcId: Subnets![0].VpcId,
      TagSpecifications: [{
        ResourceType: 'security-group',
        Tags: [{ Key: `kubernetes.io/cluster/${name}`, Value: 'owned' }, { Key: 'aws:eks:cluster-name', Value: name }],
      }],
    }));
    await this.moto.ec2.send(new AuthorizeSecurityGroupIngressCommand({
      GroupId, IpPermissions: [{ IpProtocol: '-1', UserIdGroupPairs: [{ GroupId }] }],
    }));
    this.eks.clusters.add(name);
    if (properties.AssumeRoleArn) {
      this.eks.creators.add(properties.AssumeRoleArn);
    }
    return {
      physicalId: name,
      attributes: {
        Arn: `arn:aws:eks:${REGION}:${ACCOUNT}:cluster/${name}`,
        Endpoint: `https://127.0.0.1:${PORTS.apiServer}`,
        CertificateAuthorityData: 'LS0t',
        ClusterSecurityGroupId: GroupId,
        EncryptionConfigKeyArn: '',
        OpenIdConnectIssuerUrl: `https://${ISSUER_HOST}`,
        OpenIdConnectIssuer: ISSUER_HOST,
      },
    };
  }

  public async update(request: UpdateRequest): Promise<ResourceState | undefined> {
    return changedProperties(request).includes('Name') ? undefined : request;
  }

  public async delete({ physicalId, attributes }: ExistingResourceRequest): Promise<void> {
    const GroupId = String(attributes.ClusterSecurityGroupId);
    await this.dependencies.rejectToDeleteSecurityGroup(GroupId);
    await this.moto.ec2.send(new DeleteSecurityGroupCommand({ GroupId }));
    this.eks.clusters.delete(physicalId);
  }
}

/** Groups of nodes with the cluster's security group, as EKS makes them. */
class Nodegroups implements ResourceProvider {
  constructor(private readonly nodes: NodeGroups) {}

  public async create(request: ResourceRequest): Promise<ResourceState> {
    const { Subnets, ScalingConfig, ClusterName } = request.properties;
    const name = generatedName(request);
    await this.nodes.create(name, { clusterName: ClusterName, subnets: Subnets, size: Number(ScalingConfig?.DesiredSize ?? 2) });
    return { physicalId: name, attributes: { NodegroupName: name } };
  }

  public async update(request: UpdateRequest): Promise<ResourceState> {
    return request;
  }

  public async delete({ physicalId }: ExistingResourceRequest): Promise<void> {
    await this.nodes.delete(physicalId);
  }
}

class Addons implements ResourceProvider {
  constructor(private readonly eks: Eks) {}

  public async create({ properties: { AddonName } }: ResourceRequest): Promise<ResourceState> {
    this.eks.addons.add(AddonName);
    return { physicalId: AddonName };
  }

  public async update(request: UpdateRequest): Promise<ResourceState> {
    return request;
  }

  public async delete({ properties: { AddonName } }: ExistingResourceRequest): Promise<void> {
    this.eks.addons.delete(AddonName);
  }
}

function record<T>(into: Map<string, T>, read: (properties: any) => T): ResourceProvider {
  return {
    create: async (request) => {
      const physicalId = generatedName(request);
      into.set(physicalId, read(request.properties));
      return { physicalId, attributes: { AssociationId: physicalId, AccessEntryArn: physicalId } };
    },
    update: async (request) => {
      into.set(request.physicalId, read(request.properties));
      return request;
    },
    delete: async ({ physicalId }) => { into.delete(physicalId); },
  };
}
