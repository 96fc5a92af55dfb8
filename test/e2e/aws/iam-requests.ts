import { ApiCall, numbered, tagsIn } from './api-call';
import { IamRequest } from './decisions';
import { ACCOUNT } from '../settings';

type Context = IamRequest['context'];
type Tags = Record<string, string>;

/** What IAM learns of resources that are there already. */
export interface ResourceFacts {
  /** Tags of an EC2 resource, by its id. */
  ec2Tags(id: string): Promise<Tags>;
  /** Id of the VPC of a security group; undefined where there is no such group. */
  vpcOfSecurityGroup(id: string): Promise<string | undefined>;
  /** Tags of a load balancer, a listener and so on, by its ARN. */
  elbTags(arn: string): Promise<Tags>;
}

/** Ids of resources that a call is about to make: IAM sees a pattern, a policy cannot name them. */
const NEW = '0123456789abcdef0';

const EC2_KINDS: [prefix: string, kind: string][] = [
  ['sgr-', 'security-group-rule'], ['sg-', 'security-group'], ['subnet-', 'subnet'], ['vpc-', 'vpc'], ['eni-', 'network-interface'],
];

/** Actions, resources and condition keys that IAM decides on for one API call, as the service authorization reference tells them. */
export async function iamRequestsOf(call: ApiCall, facts: ResourceFacts): Promise<IamRequest[]> {
  const common = { 'aws:RequestedRegion': call.region };
  const isReading = /^(Describe|Get|List)/.test(call.action);
  const requests = isReading ? undefined
    : call.service === 'ec2' ? await ec2Requests(call, facts)
      : call.service === 'elasticloadbalancing' ? await elbRequests(call, facts)
        : undefined;
  return (requests ?? [{ action: `${call.service}:${call.action}`, resource: resourceOf(call), context: {} }])
    .map((request) => ({ ...request, context: { ...common, ...request.context } }));
}

function resourceOf({ service, action, params, region }: ApiCall): string {
  switch (`${service}:${action}`) {
    case 'cloudformation:DescribeStacks':
      return params.StackName;
    case 'eks:DescribeCluster':
      return `arn:aws:eks:${region}:${ACCOUNT}:cluster/${params.name}`;
    case 'lambda:InvokeFunction':
      return params.FunctionName;
    case 'sts:AssumeRole':
      return params.RoleArn;
    default:
      return '*';
  }
}

async function ec2Requests(call: ApiCall, facts: ResourceFacts): Promise<IamRequest[] | undefined> {
  const { action, params, region } = call;
  const arn = (kind: string, id: string) => `arn:aws:ec2:${region}:${ACCOUNT}:${kind}/${id}`;
  const sentTags = Object.keys(params).filter((key) => /^TagSpecification\.\d+\.ResourceType$/.test(key))
    .reduce<Tags>((tags, key) => ({ ...tags, ...tagsIn(params, key.replace(/ResourceType$/, 'Tag')) }), {});
  /** Tags that come with a new resource are a call of their own to IAM. */
  const tagging = (kind: string): IamRequest[] => Object.keys(sentTags).length === 0 ? []
    : [{ action: 'ec2:CreateTags', resource: arn(kind, NEW), context: { ...requestTags(sentTags), 'ec2:CreateAction': action } }];

  switch (action) {
    case 'CreateSecurityGroup': {
      const vpc = { 'ec2:Vpc': arn('vpc', params.VpcId) };
      return [
        { action: 'ec2:CreateSecurityGroup', resource: arn('vpc', params.VpcId), context: { ...vpc } },
        { action: 'ec2:CreateSecurityGroup', resource: arn('security-group', NEW), context: { ...vpc, ...requestTags(sentTags) } },
        ...tagging('security-group'),
      ];
    }
    case 'AuthorizeSecurityGroupIngress':
    case 'AuthorizeSecurityGroupEgress':
    case 'RevokeSecurityGroupIngress':
    case 'RevokeSecurityGroupEgress':
    case 'DeleteSecurityGroup':
    case 'ModifySecurityGroupRules': {
      const context = await securityGroupContext(params.GroupId ?? '', arn, facts);
      return [{ action: `ec2:${action}`, resource: arn('security-group', params.GroupId ?? ''), context }, ...tagging('security-group-rule')];
    }
    case 'CreateTags':
    case 'DeleteTags':
      return Promise.all(numbered(params, 'ResourceId').map(async (id) => {
        const kind = EC2_KINDS.find(([prefix]) => id.startsWith(prefix))?.[1] ?? 'instance';
        const context = kind === 'security-group' ? await securityGroupContext(id, arn, facts) : resourceTags('ec2', await facts.ec2Tags(id));
        return { action: `ec2:${action}`, resource: arn(kind, id), context: { ...context, ...requestTags(tagsIn(params, 'Tag')) } };
      }));
    default:
      return undefined;
  }
}

async function securityGroupContext(id: string, arn: (kind: string, id: string) => string, facts: ResourceFacts): Promise<Context> {
  const vpc = await facts.vpcOfSecurityGroup(id);
  return { ...resourceTags('ec2', await facts.ec2Tags(id)), ...(vpc && { 'ec2:Vpc': arn('vpc', vpc) }) };
}

async function elbRequests(call: ApiCall, facts: ResourceFacts): Promise<IamRequest[]> {
  const { action, params, region } = call;
  const name = `elasticloadbalancing:${action}`;
  const sent = requestTags(tagsIn(params, 'Tags.member'));
  const arn = (rest: string) => `arn:aws:elasticloadbalancing:${region}:${ACCOUNT}:${rest}`;
  const tagsOf = async (resource: string) => resourceTags('elasticloadbalancing', await facts.elbTags(resource));
  const creating = (created: string, on: string, context: Context = {}): IamRequest[] => [
    { action: name, resource: on, context: { ...sent, ...context } },
    ...(Object.keys(sent).length === 0 ? []
      : [{ action: 'elasticloadbalancing:AddTags', resource: created, context: { ...sent, 'elasticloadbalancing:CreateAction': action } }]),
  ];

  switch (action) {
    case 'CreateLoadBalancer': {
      const created = arn(`loadbalancer/${params.Type === 'network' ? 'net' : 'app'}/${params.Name}/${NEW}`);
      return creating(created, created);
    }
    case 'CreateTargetGroup': {
      const created = arn(`targetgroup/${params.Name}/${NEW}`);
      return creating(created, created);
    }
    case 'CreateListener': {
      const on = params.LoadBalancerArn;
      return creating(`${on.replace(':loadbalancer/', ':listener/')}/${NEW}`, on, await tagsOf(on));
    }
    case 'CreateRule': {
      const on = params.ListenerArn;
      return creating(`${on.replace(':listener/', ':listener-rule/')}/${NEW}`, on, await tagsOf(on));
    }
    default: {
      const named = Object.entries(params)
        .filter(([key]) => /^(LoadBalancerArn|TargetGroupArn|ListenerArn|RuleArn|ResourceArns\.member\.\d+|RulePriorities\.member\.\d+\.RuleArn)$/.test(key))
        .map(([, value]) => value);
      const removed: Context = action === 'RemoveTags' ? { 'aws:TagKeys': numbered(params, 'TagKeys.member') } : {};
      return Promise.all((named.length > 0 ? named : ['*']).map(async (resource) => ({
        action: name, resource, context: { ...sent, ...removed, ...(resource === '*' ? {} : await tagsOf(resource)) },
      })));
    }
  }
}

function requestTags(tags: Tags): Context {
  const keys = Object.keys(tags);
  return keys.length === 0 ? {} : { 'aws:TagKeys': keys, ...prefixed('aws:RequestTag/', tags) };
}

function resourceTags(service: string, tags: Tags): Context {
  return { ...prefixed('aws:ResourceTag/', tags), ...prefixed(`${service}:ResourceTag/`, tags) };
}

function prefixed(prefix: string, tags: Tags): Tags {
  return Object.fromEntries(Object.entries(tags).map(([key, value]) => [prefix + key, value]));
}
