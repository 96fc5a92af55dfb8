/**
 * Fails where AWS still has load balancers, target groups or security groups of a cluster that is gone.
 *
 *   ts-node test/integ/nothing-left.ts <cluster name>
 */
import { DescribeSecurityGroupsCommand, EC2Client } from '@aws-sdk/client-ec2';
import {
  DescribeLoadBalancersCommand, DescribeTagsCommand, DescribeTargetGroupsCommand, ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';

/** On all that the controller makes. */
const TAG = 'elbv2.k8s.aws/cluster';
/** As many as one call tells the tags of. */
const CHUNK = 20;

const elb = new ElasticLoadBalancingV2Client();
const ec2 = new EC2Client();

async function leftOf(cluster: string): Promise<string[]> {
  const { LoadBalancers = [] } = await elb.send(new DescribeLoadBalancersCommand({ PageSize: 400 }));
  const { TargetGroups = [] } = await elb.send(new DescribeTargetGroupsCommand({ PageSize: 400 }));
  const arns = [...LoadBalancers.map(({ LoadBalancerArn }) => LoadBalancerArn!), ...TargetGroups.map(({ TargetGroupArn }) => TargetGroupArn!)];
  const chunks = Array.from({ length: Math.ceil(arns.length / CHUNK) }, (_, index) => arns.slice(index * CHUNK, (index + 1) * CHUNK));
  const described = await Promise.all(chunks.map((ResourceArns) => elb.send(new DescribeTagsCommand({ ResourceArns }))));
  const { SecurityGroups = [] } = await ec2.send(new DescribeSecurityGroupsCommand({ Filters: [{ Name: `tag:${TAG}`, Values: [cluster] }] }));
  return [
    ...described.flatMap(({ TagDescriptions = [] }) => TagDescriptions)
      .filter(({ Tags = [] }) => Tags.some(({ Key, Value }) => Key === TAG && Value === cluster)).map(({ ResourceArn }) => ResourceArn!),
    ...SecurityGroups.map(({ GroupId }) => GroupId!),
  ];
}

void leftOf(process.argv[2]).then((left) => {
  left.forEach((id) => console.error(`left behind: ${id}`));
  process.exitCode = left.length > 0 ? 1 : 0;
});
