import { DescribeNetworkInterfacesCommand, DescribeSecurityGroupsCommand, DescribeTagsCommand, SecurityGroup } from '@aws-sdk/client-ec2';
import { DescribeLoadBalancersCommand, DescribeTagsCommand as DescribeElbTagsCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { ResourceFacts } from './iam-requests';
import { Moto } from './moto';

/** What AWS knows of its resources when it decides on a call, read from moto. */
export class MotoFacts implements ResourceFacts {
  constructor(private readonly moto: Moto) {}

  public async ec2Tags(id: string): Promise<Record<string, string>> {
    const { Tags } = await this.moto.ec2.send(new DescribeTagsCommand({ Filters: [{ Name: 'resource-id', Values: [id] }] }));
    return toRecord(Tags);
  }

  public async vpcOfSecurityGroup(id: string): Promise<string | undefined> {
    return (await this.securityGroups('group-id', id))[0]?.VpcId;
  }

  public async elbTags(arn: string): Promise<Record<string, string>> {
    try {
      const { TagDescriptions } = await this.moto.elb.send(new DescribeElbTagsCommand({ ResourceArns: [arn] }));
      return toRecord(TagDescriptions?.[0]?.Tags);
    } catch {
      // One that is gone has no tags.
      return {};
    }
  }

  /** What keeps a security group: EC2 rejects to delete it then, and moto does not. */
  public async holderOf(group: string): Promise<string | undefined> {
    const naming = await Promise.all(['ip-permission.group-id', 'egress.ip-permission.group-id'].map((filter) => this.securityGroups(filter, group)));
    const rule = naming.flat().find(({ GroupId }) => GroupId !== group);
    if (rule) {
      return `a rule of ${rule.GroupId}`;
    }
    const { LoadBalancers } = await this.moto.elb.send(new DescribeLoadBalancersCommand({}));
    const balancer = LoadBalancers?.find(({ SecurityGroups }) => SecurityGroups?.includes(group));
    if (balancer) {
      return `load balancer ${balancer.LoadBalancerName}`;
    }
    const { NetworkInterfaces } = await this.moto.ec2.send(new DescribeNetworkInterfacesCommand({ Filters: [{ Name: 'group-id', Values: [group] }] }));
    return NetworkInterfaces?.[0] && `interface ${NetworkInterfaces[0].NetworkInterfaceId}`;
  }

  private async securityGroups(filter: string, value: string): Promise<SecurityGroup[]> {
    const { SecurityGroups } = await this.moto.ec2.send(new DescribeSecurityGroupsCommand({ Filters: [{ Name: filter, Values: [value] }] }));
    return SecurityGroups ?? [];
  }
}

function toRecord(tags: { Key?: string; Value?: string }[] | undefined): Record<string, string> {
  return Object.fromEntries((tags ?? []).map(({ Key, Value }) => [Key!, Value ?? '']));
}
