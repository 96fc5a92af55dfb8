import { DescribeNetworkInterfacesCommand, DescribeSecurityGroupsCommand } from '@aws-sdk/client-ec2';
import { DescribeLoadBalancersCommand, LoadBalancer } from '@aws-sdk/client-elastic-load-balancing-v2';
import { Moto } from '../aws/moto';
import { MotoFacts } from '../aws/moto-facts';

/** What EC2 rejects to delete because something else is still there; moto deletes it. */
export class NetworkDependencies {
  constructor(private readonly moto: Moto, private readonly facts: MotoFacts) {}

  public async rejectToDeleteVpc(vpc: string): Promise<void> {
    const { SecurityGroups } = await this.moto.ec2.send(new DescribeSecurityGroupsCommand({ Filters: [{ Name: 'vpc-id', Values: [vpc] }] }));
    const groups = SecurityGroups!.filter(({ GroupName }) => GroupName !== 'default').map(({ GroupName, GroupId }) => `${GroupName} ${GroupId}`);
    reject(`the vpc '${vpc}' has dependencies: security groups`, groups);
  }

  public async rejectToDeleteSubnet(subnet: string): Promise<void> {
    const balancers = await this.loadBalancers(({ AvailabilityZones }) => AvailabilityZones!.some(({ SubnetId }) => SubnetId === subnet));
    reject(`the subnet '${subnet}' has dependencies: load balancers`, balancers);
    const { NetworkInterfaces } = await this.moto.ec2.send(new DescribeNetworkInterfacesCommand({ Filters: [{ Name: 'subnet-id', Values: [subnet] }] }));
    const interfaces = NetworkInterfaces!.filter(({ Status, InterfaceType }) => Status === 'in-use' && InterfaceType === 'interface');
    reject(`the subnet '${subnet}' has dependencies: interfaces`, interfaces.map(({ NetworkInterfaceId }) => NetworkInterfaceId!));
  }

  public async rejectToDetachGateway(vpc: string): Promise<void> {
    reject(`network ${vpc} has some mapped public address(es): load balancers`,
      await this.loadBalancers(({ VpcId, Scheme }) => VpcId === vpc && Scheme === 'internet-facing'));
  }

  public async rejectToDeleteSecurityGroup(group: string): Promise<void> {
    reject(`resource ${group} has a dependent object`, [await this.facts.holderOf(group) ?? []].flat());
  }

  private async loadBalancers(fits: (balancer: LoadBalancer) => boolean): Promise<string[]> {
    const { LoadBalancers } = await this.moto.elb.send(new DescribeLoadBalancersCommand({}));
    return LoadBalancers!.filter(fits).map(({ LoadBalancerName }) => LoadBalancerName!);
  }
}

function reject(what: string, holders: string[]): void {
  if (holders.length > 0) {
    throw new Error(`DependencyViolation: ${what} ${holders.join(', ')}`);
  }
}
