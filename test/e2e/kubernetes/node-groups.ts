import {
  AssignPrivateIpAddressesCommand, DeleteNetworkInterfaceCommand, DescribeImagesCommand, DescribeInstancesCommand,
  DescribeSecurityGroupsCommand, DescribeSubnetsCommand, InstanceNetworkInterface, RunInstancesCommand, TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import { Kubelet } from './kubelet';
import { Moto } from '../aws/moto';
import { eventually } from '../processes';

export interface NodeGroup {
  readonly clusterName: string;
  readonly subnets: string[];
  readonly size: number;
  /** @default - the cluster's, as EKS does it */
  readonly securityGroups?: string[];
}

/** A node: an instance, and the addresses that its pods get. */
export interface Node {
  readonly name: string;
  readonly instanceId: string;
  readonly interfaceId: string;
  readonly address: string;
  readonly zone: string;
  readonly podAddresses: string[];
}

/** Groups of nodes: instances in moto, and nodes of the kubelet. */
export class NodeGroups {
  private readonly groups = new Map<string, Node[]>();

  constructor(private readonly moto: Moto, private readonly kubelet: Kubelet) {}

  public async create(name: string, group: NodeGroup): Promise<void> {
    const nodes: Node[] = [];
    for (let index = 0; index < group.size; index++) {
      nodes.push(await this.startNode(group.subnets[index % group.subnets.length], group));
    }
    this.groups.set(name, nodes);
    nodes.forEach((node) => this.kubelet.addNode(node, name));
    await eventually(`nodes of ${name} are ready`, 60, async () => nodes.every(({ name: node }) => this.kubelet.isReady(node)));
  }

  /** As EKS does it: pods are evicted, and end as they would; then the instances go. */
  public async delete(name: string): Promise<void> {
    const nodes = this.groups.get(name) ?? [];
    await Promise.all(nodes.map((node) => this.kubelet.removeNode(node.name)));
    await this.moto.ec2.send(new TerminateInstancesCommand({ InstanceIds: nodes.map(({ instanceId }) => instanceId) }));
    for (const { interfaceId } of nodes) {
      // With an instance goes its interface; in moto it stays.
      await this.moto.ec2.send(new DeleteNetworkInterfaceCommand({ NetworkInterfaceId: interfaceId }));
    }
    this.groups.delete(name);
  }

  private async startNode(subnet: string, { clusterName, securityGroups }: NodeGroup): Promise<Node> {
    const { ec2 } = this.moto;
    const { Subnets } = await ec2.send(new DescribeSubnetsCommand({ SubnetIds: [subnet] }));
    const { Images } = await ec2.send(new DescribeImagesCommand({}));
    const { Instances } = await ec2.send(new RunInstancesCommand({
      ImageId: Images![0].ImageId,
      InstanceType: 't3.medium',
      MinCount: 1,
      MaxCount: 1,
      SubnetId: subnet,
      SecurityGroupIds: securityGroups ?? [await this.clusterSecurityGroup(clusterName)],
      TagSpecifications: [{ ResourceType: 'instance', Tags: [{ Key: `kubernetes.io/cluster/${clusterName}`, Value: 'owned' }] }],
    }));
    const instanceId = Instances![0].InstanceId!;
    const interfaceId = (await this.interfaceOf(instanceId)).NetworkInterfaceId!;
    // The VPC CNI gives pods further addresses of the node's interface, by which the controller finds the interface of a pod.
    await ec2.send(new AssignPrivateIpAddressesCommand({ NetworkInterfaceId: interfaceId, SecondaryPrivateIpAddressCount: 25 }));
    const { PrivateIpAddresses } = await this.interfaceOf(instanceId);
    return {
      name: Instances![0].PrivateDnsName || instanceId,
      instanceId,
      interfaceId,
      address: Instances![0].PrivateIpAddress!,
      zone: Subnets![0].AvailabilityZone!,
      podAddresses: PrivateIpAddresses!.filter(({ Primary }) => !Primary).map(({ PrivateIpAddress }) => PrivateIpAddress!),
    };
  }

  private async interfaceOf(instanceId: string): Promise<InstanceNetworkInterface> {
    const { Reservations } = await this.moto.ec2.send(new DescribeInstancesCommand({ InstanceIds: [instanceId] }));
    return Reservations![0].Instances![0].NetworkInterfaces![0];
  }

  private async clusterSecurityGroup(clusterName: string): Promise<string> {
    const { SecurityGroups } = await this.moto.ec2.send(new DescribeSecurityGroupsCommand({
      Filters: [{ Name: 'tag:aws:eks:cluster-name', Values: [clusterName] }],
    }));
    return SecurityGroups![0].GroupId!;
  }
}
