import {
  AuthorizeSecurityGroupEgressCommand, AuthorizeSecurityGroupIngressCommand, CreateNetworkInterfaceCommand, CreateSecurityGroupCommand,
  CreateSubnetCommand, CreateVpcCommand, DeleteNetworkInterfaceCommand, DescribeNetworkInterfacesCommand,
  DescribeSecurityGroupRulesCommand, DescribeSecurityGroupsCommand, EC2Client,
} from '@aws-sdk/client-ec2';
import {
  CreateListenerCommand, CreateLoadBalancerCommand, CreateTargetGroupCommand, DescribeTargetGroupsCommand, ElasticLoadBalancingV2Client,
  paginateDescribeLoadBalancers,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { inParallel } from '../../../src/custom-resource/program/aws';

export interface Vpc {
  readonly id: string;
  readonly subnets: string[];
}

export interface Cluster {
  readonly balancerArns: string[];
  readonly frontGroup: string;
  readonly backendGroup: string;
}

/** Everything there is, by id; what a clean-up must not change is compared with it. */
export interface Inventory {
  readonly balancers: string[];
  readonly targetGroups: string[];
  readonly securityGroups: string[];
  /** Shape: `<group> <direction> <peer> <port>`. */
  readonly rules: string[];
  readonly interfaces: string[];
}

/** Builds VPCs with clusters in moto the way the controller leaves them, and lists what is there. */
export class Neighbourhood {
  public readonly ec2: EC2Client;
  public readonly elb: ElasticLoadBalancingV2Client;
  private vpcs = 0;

  constructor(endpoint: string) {
    this.ec2 = new EC2Client({ endpoint });
    this.elb = new ElasticLoadBalancingV2Client({ endpoint });
  }

  public async addVpc(): Promise<Vpc> {
    const octet = 10 + this.vpcs++;
    const { Vpc } = await this.ec2.send(new CreateVpcCommand({ CidrBlock: `10.${octet}.0.0/16` }));
    const subnets: string[] = [];
    for (const [index, zone] of ['a', 'b'].entries()) {
      const { Subnet } = await this.ec2.send(new CreateSubnetCommand({
        VpcId: Vpc!.VpcId, CidrBlock: `10.${octet}.${index * 64}.0/18`, AvailabilityZone: `eu-west-1${zone}`,
      }));
      subnets.push(Subnet!.SubnetId!);
    }
    return { id: Vpc!.VpcId!, subnets };
  }

  /**
   * Load balancers with listener, target group and (the first `interfaces` of them) a network interface,
   * a group in front of them and the shared backend group. An empty tag leaves all of it untagged.
   */
  public async addCluster(vpc: Vpc, prefix: string, tag: string, balancers: number, interfaces = balancers): Promise<Cluster> {
    const Tags = tag === '' ? undefined : [{ Key: 'elbv2.k8s.aws/cluster', Value: tag }, { Key: 'ingress.k8s.aws/stack', Value: prefix }];
    const frontGroup = await this.addGroup(vpc, `${prefix}-front`, tag);
    const backendGroup = await this.addGroup(vpc, `${prefix}-backend`, tag);
    const balancerArns: string[] = [];
    await inParallel(Array.from({ length: balancers }, (_, n) => n), async n => {
      const Type = n % 4 === 3 ? 'network' : 'application';
      const Protocol = Type === 'network' ? 'TCP' : 'HTTP';
      const { LoadBalancers } = await this.elb.send(new CreateLoadBalancerCommand({
        Name: `${prefix}-${n}`, Type, Subnets: vpc.subnets, SecurityGroups: Type === 'network' ? undefined : [frontGroup, backendGroup], Tags,
      }));
      const LoadBalancerArn = LoadBalancers![0].LoadBalancerArn!;
      const { TargetGroups } = await this.elb.send(new CreateTargetGroupCommand({
        Name: `${prefix}-${n}`, Protocol, Port: 80, VpcId: vpc.id, TargetType: 'ip', Tags,
      }));
      await this.elb.send(new CreateListenerCommand({
        LoadBalancerArn, Protocol, Port: 80, DefaultActions: [{ Type: 'forward', TargetGroupArn: TargetGroups![0].TargetGroupArn }],
      }));
      if (n < interfaces) {
        await this.addInterface(vpc, `ELB ${LoadBalancerArn.split(':loadbalancer/')[1]}`, Type === 'network' ? undefined : [frontGroup, backendGroup]);
      }
      balancerArns.push(LoadBalancerArn);
    }, 8);
    return { balancerArns, frontGroup, backendGroup };
  }

  public async addGroup(vpc: Vpc, name: string, tag: string): Promise<string> {
    const { GroupId } = await this.ec2.send(new CreateSecurityGroupCommand({
      GroupName: name,
      Description: name,
      VpcId: vpc.id,
      TagSpecifications: tag === '' ? undefined : [{ ResourceType: 'security-group', Tags: [{ Key: 'elbv2.k8s.aws/cluster', Value: tag }] }],
    }));
    return GroupId!;
  }

  /** @param peer a group id or a CIDR */
  public async addRule(group: string, direction: 'ingress' | 'egress', peer: string, port: number): Promise<void> {
    const input = {
      GroupId: group,
      IpPermissions: [{
        IpProtocol: 'tcp',
        FromPort: port,
        ToPort: port,
        ...peer.startsWith('sg-') ? { UserIdGroupPairs: [{ GroupId: peer }] } : { IpRanges: [{ CidrIp: peer }] },
      }],
    };
    await (direction === 'ingress'
      ? this.ec2.send(new AuthorizeSecurityGroupIngressCommand(input))
      : this.ec2.send(new AuthorizeSecurityGroupEgressCommand(input)));
  }

  public async addInterface(vpc: Vpc, description: string, groups?: string[]): Promise<string> {
    const { NetworkInterface } = await this.ec2.send(new CreateNetworkInterfaceCommand({
      SubnetId: vpc.subnets[0], Description: description, Groups: groups,
    }));
    return NetworkInterface!.NetworkInterfaceId!;
  }

  /** What AWS does on its own some time after a load balancer went. */
  public async releaseInterfaces(): Promise<void> {
    const { balancers } = await this.inventory();
    const alive = new Set(balancers.map(arn => `ELB ${arn.split(':loadbalancer/')[1]}`));
    const { NetworkInterfaces } = await this.ec2.send(new DescribeNetworkInterfacesCommand({}));
    for (const { NetworkInterfaceId, Description } of NetworkInterfaces ?? []) {
      if (Description?.startsWith('ELB ') && !alive.has(Description)) {
        await this.ec2.send(new DeleteNetworkInterfaceCommand({ NetworkInterfaceId }));
      }
    }
  }

  public async inventory(): Promise<Inventory> {
    const balancers: string[] = [];
    for await (const page of paginateDescribeLoadBalancers({ client: this.elb, pageSize: 400 }, {})) {
      balancers.push(...(page.LoadBalancers ?? []).map(balancer => balancer.LoadBalancerArn!));
    }
    const { TargetGroups } = await this.elb.send(new DescribeTargetGroupsCommand({}));
    const { SecurityGroups } = await this.ec2.send(new DescribeSecurityGroupsCommand({}));
    const { SecurityGroupRules } = await this.ec2.send(new DescribeSecurityGroupRulesCommand({}));
    const { NetworkInterfaces } = await this.ec2.send(new DescribeNetworkInterfacesCommand({}));
    return {
      balancers: balancers.sort(),
      targetGroups: (TargetGroups ?? []).map(group => group.TargetGroupArn!).sort(),
      securityGroups: (SecurityGroups ?? []).map(group => group.GroupId!).sort(),
      rules: (SecurityGroupRules ?? []).map(rule => [
        rule.GroupId, rule.IsEgress ? 'egress' : 'ingress', rule.ReferencedGroupInfo?.GroupId ?? rule.CidrIpv4, rule.FromPort,
      ].join(' ')).sort(),
      interfaces: (NetworkInterfaces ?? []).map(networkInterface => networkInterface.NetworkInterfaceId!).sort(),
    };
  }
}
