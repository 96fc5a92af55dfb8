import {
  AllocateAddressCommand, AssociateRouteTableCommand, AttachInternetGatewayCommand, AuthorizeSecurityGroupEgressCommand,
  AuthorizeSecurityGroupIngressCommand, CreateInternetGatewayCommand, CreateNatGatewayCommand, CreateRouteCommand, CreateRouteTableCommand,
  CreateSecurityGroupCommand, CreateSubnetCommand, CreateVpcCommand, DeleteInternetGatewayCommand, DeleteNatGatewayCommand, DeleteRouteCommand,
  DeleteRouteTableCommand, DeleteSecurityGroupCommand, DeleteSubnetCommand, DeleteVpcCommand, DescribeSecurityGroupsCommand,
  DetachInternetGatewayCommand, DisassociateRouteTableCommand, IpPermission, ModifySubnetAttributeCommand, ReleaseAddressCommand, ResourceType,
  RevokeSecurityGroupEgressCommand, RevokeSecurityGroupIngressCommand, TagSpecification,
} from '@aws-sdk/client-ec2';
import { NetworkDependencies } from './network-dependencies';
import { retag } from './network-tags';
import { changedProperties, ExistingResourceRequest, generatedName, ResourceProvider, ResourceRequest, ResourceState, UpdateRequest } from './provider';
import { Moto } from '../aws/moto';
import { MotoFacts } from '../aws/moto-facts';

type Create = (properties: any, request: ResourceRequest) => Promise<ResourceState>;
type Delete = (request: ExistingResourceRequest) => Promise<unknown>;

/** VPCs and what is in them, in moto: as far as load balancers and their controller look at it. */
export function networkProviders(moto: Moto, facts: MotoFacts): Record<string, ResourceProvider> {
  const { ec2 } = moto;
  const dependencies = new NetworkDependencies(moto, facts);
  const provider = (create: Create, remove: Delete) => new NetworkResources(moto, create, remove);
  return {
    'AWS::EC2::VPC': provider(async ({ CidrBlock, Tags }) => {
      const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock, TagSpecifications: tagged('vpc', Tags) }));
      const { SecurityGroups } = await ec2.send(new DescribeSecurityGroupsCommand({ Filters: [{ Name: 'vpc-id', Values: [Vpc!.VpcId!] }] }));
      return { physicalId: Vpc!.VpcId!, attributes: { VpcId: Vpc!.VpcId, CidrBlock, DefaultSecurityGroup: SecurityGroups![0].GroupId } };
    }, async ({ physicalId }) => {
      await dependencies.rejectToDeleteVpc(physicalId);
      await ec2.send(new DeleteVpcCommand({ VpcId: physicalId }));
    }),

    'AWS::EC2::Subnet': provider(async ({ VpcId, CidrBlock, AvailabilityZone, MapPublicIpOnLaunch, Tags }) => {
      const { Subnet } = await ec2.send(new CreateSubnetCommand({ VpcId, CidrBlock, AvailabilityZone, TagSpecifications: tagged('subnet', Tags) }));
      const SubnetId = Subnet!.SubnetId!;
      await ec2.send(new ModifySubnetAttributeCommand({ SubnetId, MapPublicIpOnLaunch: { Value: MapPublicIpOnLaunch ?? false } }));
      return { physicalId: SubnetId, attributes: { SubnetId, CidrBlock, VpcId, AvailabilityZone } };
    }, async ({ physicalId }) => {
      await dependencies.rejectToDeleteSubnet(physicalId);
      await ec2.send(new DeleteSubnetCommand({ SubnetId: physicalId }));
    }),

    'AWS::EC2::RouteTable': provider(async ({ VpcId, Tags }) => {
      const { RouteTable } = await ec2.send(new CreateRouteTableCommand({ VpcId, TagSpecifications: tagged('route-table', Tags) }));
      return { physicalId: RouteTable!.RouteTableId!, attributes: { RouteTableId: RouteTable!.RouteTableId } };
    }, ({ physicalId }) => ec2.send(new DeleteRouteTableCommand({ RouteTableId: physicalId }))),

    'AWS::EC2::SubnetRouteTableAssociation': provider(async ({ RouteTableId, SubnetId }) => {
      const { AssociationId } = await ec2.send(new AssociateRouteTableCommand({ RouteTableId, SubnetId }));
      return { physicalId: AssociationId! };
    }, ({ physicalId }) => ec2.send(new DisassociateRouteTableCommand({ AssociationId: physicalId }))),

    'AWS::EC2::Route': provider(async ({ RouteTableId, DestinationCidrBlock, GatewayId, NatGatewayId }, { logicalId }) => {
      await ec2.send(new CreateRouteCommand({ RouteTableId, DestinationCidrBlock, GatewayId, NatGatewayId }));
      return { physicalId: logicalId };
    }, ({ properties: { RouteTableId, DestinationCidrBlock } }) => ec2.send(new DeleteRouteCommand({ RouteTableId, DestinationCidrBlock }))),

    'AWS::EC2::InternetGateway': provider(async ({ Tags }) => {
      const { InternetGateway } = await ec2.send(new CreateInternetGatewayCommand({ TagSpecifications: tagged('internet-gateway', Tags) }));
      return { physicalId: InternetGateway!.InternetGatewayId! };
    }, ({ physicalId }) => ec2.send(new DeleteInternetGatewayCommand({ InternetGatewayId: physicalId }))),

    'AWS::EC2::VPCGatewayAttachment': provider(async ({ VpcId, InternetGatewayId }, { logicalId }) => {
      await ec2.send(new AttachInternetGatewayCommand({ VpcId, InternetGatewayId }));
      return { physicalId: logicalId };
    }, async ({ properties: { VpcId, InternetGatewayId } }) => {
      await dependencies.rejectToDetachGateway(VpcId);
      await ec2.send(new DetachInternetGatewayCommand({ VpcId, InternetGatewayId }));
    }),

    'AWS::EC2::EIP': provider(async () => {
      const { PublicIp, AllocationId } = await ec2.send(new AllocateAddressCommand({ Domain: 'vpc' }));
      return { physicalId: PublicIp!, attributes: { AllocationId } };
    }, ({ attributes }) => ec2.send(new ReleaseAddressCommand({ AllocationId: String(attributes.AllocationId) }))),

    'AWS::EC2::NatGateway': provider(async ({ SubnetId, AllocationId }) => {
      const { NatGateway } = await ec2.send(new CreateNatGatewayCommand({ SubnetId, AllocationId }));
      return { physicalId: NatGateway!.NatGatewayId!, attributes: { NatGatewayId: NatGateway!.NatGatewayId } };
    }, ({ physicalId }) => ec2.send(new DeleteNatGatewayCommand({ NatGatewayId: physicalId }))),

    'AWS::EC2::SecurityGroup': provider(async ({ GroupName, GroupDescription, VpcId, Tags, SecurityGroupIngress }, request) => {
      const { GroupId } = await ec2.send(new CreateSecurityGroupCommand({
        GroupName: GroupName ?? generatedName(request, 255), Description: GroupDescription, VpcId, TagSpecifications: tagged('security-group', Tags),
      }));
      if (SecurityGroupIngress?.length > 0) {
        await ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions: SecurityGroupIngress.map(permission) }));
      }
      return { physicalId: GroupId!, attributes: { GroupId, VpcId } };
    }, async ({ physicalId }) => {
      await dependencies.rejectToDeleteSecurityGroup(physicalId);
      await ec2.send(new DeleteSecurityGroupCommand({ GroupId: physicalId }));
    }),

    'AWS::EC2::SecurityGroupIngress': provider(async (properties, { logicalId }) => {
      await ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId: properties.GroupId, IpPermissions: [permission(properties)] }));
      return { physicalId: logicalId };
    }, ({ properties }) => ec2.send(new RevokeSecurityGroupIngressCommand({ GroupId: properties.GroupId, IpPermissions: [permission(properties)] }))),

    'AWS::EC2::SecurityGroupEgress': provider(async (properties, { logicalId }) => {
      await ec2.send(new AuthorizeSecurityGroupEgressCommand({ GroupId: properties.GroupId, IpPermissions: [permission(properties)] }));
      return { physicalId: logicalId };
    }, ({ properties }) => ec2.send(new RevokeSecurityGroupEgressCommand({ GroupId: properties.GroupId, IpPermissions: [permission(properties)] }))),
  };
}

/** Tags change in place; for all else there is a new resource. */
class NetworkResources implements ResourceProvider {
  constructor(private readonly moto: Moto, private readonly make: Create, private readonly remove: Delete) {}

  public async create(request: ResourceRequest): Promise<ResourceState> {
    return this.make(request.properties, request);
  }

  public async update(request: UpdateRequest): Promise<ResourceState | undefined> {
    if (changedProperties(request).some((name) => name !== 'Tags')) {
      return undefined;
    }
    await retag(this.moto, request.physicalId, request.oldProperties.Tags ?? [], request.properties.Tags ?? []);
    return request;
  }

  public async delete(request: ExistingResourceRequest): Promise<void> {
    await this.remove(request);
  }
}

function tagged(kind: ResourceType, tags: TagSpecification['Tags'] = []): TagSpecification[] {
  return tags.length > 0 ? [{ ResourceType: kind, Tags: tags }] : [];
}

function permission({ IpProtocol, FromPort, ToPort, CidrIp, SourceSecurityGroupId, DestinationSecurityGroupId }: any): IpPermission {
  const group = SourceSecurityGroupId ?? DestinationSecurityGroupId;
  return {
    IpProtocol: String(IpProtocol), FromPort, ToPort, ...(group ? { UserIdGroupPairs: [{ GroupId: group }] } : { IpRanges: [{ CidrIp }] }),
  };
}
