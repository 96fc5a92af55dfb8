import {
  AttachInternetGatewayCommand, CreateInternetGatewayCommand, CreateSecurityGroupCommand, CreateSubnetCommand, CreateTagsCommand, CreateVpcCommand,
  DescribeSecurityGroupsCommand, Tag,
} from '@aws-sdk/client-ec2';
import {
  CreateListenerCommand, CreateLoadBalancerCommand, CreateTargetGroupCommand, DescribeLoadBalancersCommand, DescribeTargetGroupsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { Harness } from './harness';
import { REGION } from './settings';

/** A VPC that others have made: public and private subnets in two zones. */
export interface ForeignVpc {
  readonly id: string;
  readonly publicSubnets: string[];
  readonly privateSubnets: string[];
  /** By which `apps/imported-vpc.ts` finds it. */
  readonly environment: Record<string, string>;
}

/**
 * @param tags of each subnet, as its owner has set them
 * @param subnets public ones, and as many private ones
 */
export async function makeVpc({ aws: { ec2 } }: Harness, tags: Tag[] = [], subnets = 2): Promise<ForeignVpc> {
  const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: '10.1.0.0/16' }));
  const VpcId = Vpc!.VpcId!;
  const { InternetGateway } = await ec2.send(new CreateInternetGatewayCommand({}));
  await ec2.send(new AttachInternetGatewayCommand({ VpcId, InternetGatewayId: InternetGateway!.InternetGatewayId! }));
  const ids: string[] = [];
  for (let index = 0; index < 2 * subnets; index++) {
    const { Subnet } = await ec2.send(new CreateSubnetCommand({
      VpcId, CidrBlock: `10.1.${index}.0/24`, AvailabilityZone: REGION + 'ab'[index % 2],
    }));
    ids.push(Subnet!.SubnetId!);
  }
  if (tags.length > 0) {
    await ec2.send(new CreateTagsCommand({ Resources: ids, Tags: tags }));
  }
  const [publicSubnets, privateSubnets] = [ids.slice(0, subnets), ids.slice(subnets)];
  return {
    id: VpcId,
    publicSubnets,
    privateSubnets,
    environment: { VPC_ID: VpcId, PUBLIC_SUBNETS: publicSubnets.join(','), PRIVATE_SUBNETS: privateSubnets.join(',') },
  };
}

/** What the controller of another cluster has made in the same VPC. */
export interface Neighbour {
  readonly loadBalancer: string;
  readonly listener: string;
  readonly targetGroup: string;
  readonly securityGroup: string;
}

export async function makeNeighbour({ aws: { ec2, elb } }: Harness, vpc: ForeignVpc): Promise<Neighbour> {
  const Tags = [{ Key: 'elbv2.k8s.aws/cluster', Value: 'neighbour' }, { Key: 'ingress.k8s.aws/stack', Value: 'shop/web' }];
  const { GroupId } = await ec2.send(new CreateSecurityGroupCommand({
    GroupName: 'k8s-shop-web-neighbour', Description: 'of the neighbour', VpcId: vpc.id, TagSpecifications: [{ ResourceType: 'security-group', Tags }],
  }));
  const { LoadBalancers } = await elb.send(new CreateLoadBalancerCommand({
    Name: 'k8s-shop-web-neighbour', Subnets: vpc.publicSubnets, SecurityGroups: [GroupId!], Tags,
  }));
  const { TargetGroups } = await elb.send(new CreateTargetGroupCommand({
    Name: 'k8s-shop-web-neighbour', Protocol: 'HTTP', Port: 80, VpcId: vpc.id, TargetType: 'ip', Tags,
  }));
  const { LoadBalancerArn } = LoadBalancers![0];
  const { TargetGroupArn } = TargetGroups![0];
  const { Listeners } = await elb.send(new CreateListenerCommand({
    LoadBalancerArn, Protocol: 'HTTP', Port: 80, DefaultActions: [{ Type: 'forward', TargetGroupArn }], Tags,
  }));
  return { loadBalancer: LoadBalancerArn!, listener: Listeners![0].ListenerArn!, targetGroup: TargetGroupArn!, securityGroup: GroupId! };
}

/** Whether all that the neighbour had is there; an error of AWS where it is not. */
export async function isUntouched({ aws: { ec2, elb } }: Harness, neighbour: Neighbour): Promise<boolean> {
  const { LoadBalancers } = await elb.send(new DescribeLoadBalancersCommand({ LoadBalancerArns: [neighbour.loadBalancer] }));
  const { TargetGroups } = await elb.send(new DescribeTargetGroupsCommand({ TargetGroupArns: [neighbour.targetGroup] }));
  const { SecurityGroups } = await ec2.send(new DescribeSecurityGroupsCommand({ GroupIds: [neighbour.securityGroup] }));
  return [LoadBalancers, TargetGroups, SecurityGroups].every((found) => found?.length === 1);
}
