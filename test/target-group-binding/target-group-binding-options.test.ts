import { App, CfnParameter, Duration, Lazy, Stack, Token } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { EksAlbIngressSupport, IngressLabelOperator, IngressTargetType, TargetGroupBindingOptions } from '../../src';
import { importCluster } from '../fixtures';
import { SHOP } from '../support/binding-fixtures';

const stack = new Stack(new App({ treeMetadata: false }), 'Stack', { env: { account: '111122223333', region: 'eu-west-1' } });
const vpc = ec2.Vpc.fromVpcAttributes(stack, 'Vpc', { vpcId: 'vpc-0123456789abcdef0', availabilityZones: ['a', 'b'], privateSubnetIds: ['subnet-0c', 'subnet-0d'] });
const group = ec2.SecurityGroup.fromSecurityGroupId(stack, 'Group', 'sg-0123456789abcdef0');
const support = new EksAlbIngressSupport(stack, 'AlbIngress', {
  cluster: importCluster(stack, 'aws-eks-v2', { vpc, clusterSecurityGroupId: 'sg-0123456789abcdef0' }), vpc,
});
const parameter = new CfnParameter(stack, 'Number', { type: 'Number' }).valueAsNumber;
const targetGroup = elbv2.ApplicationTargetGroup.fromTargetGroupAttributes(stack, 'Theirs', {
  targetGroupArn: 'arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/shop/0123456789abcdef',
});

let count = 0;

/** From context, or without types: anything. */
const bind = (id: string, options: object) => () => support.addTargetGroupBinding(id, { ...SHOP, ...options });

test.each<[Record<string, unknown>, string]>([
  [{ service: 5 }, 'service must be text, got 5; write it as "5"'],
  [{ namespace: undefined }, 'namespace must be set, got undefined; add it to the TargetGroupBindingOptions'],
  [{ port: '80' }, 'port must be a number, got "80"; write it as 80, without quotes'],
  [{ targetPort: 'http' }, 'targetPort must be a number, got "http"; pass a number'],
  [{ targetGroup: 'arn' },
    'targetGroup must be an ITargetGroup, got "arn"; pass the target group itself, or what ApplicationTargetGroup.fromTargetGroupAttributes() gives'],
  [{ protocol: 'http' }, 'protocol must be a value of Protocol, got "http"; use a constant of elbv2.Protocol, such as Protocol.HTTP'],
  [{ protocolVersion: 'HTTP/2' }, 'protocolVersion must be a value of ApplicationProtocolVersion, got "HTTP/2"; use a constant of elbv2.ApplicationProtocolVersion'],
  [{ targetType: 'IP' }, 'targetType must be a value of IngressTargetType, got "IP"; use IngressTargetType.IP'],
  [{ targetType: Lazy.string({ produce: () => 'ip' }) },
    'targetType must not be a token: it decides what the template contains, got "a token"; use IngressTargetType.INSTANCE or IngressTargetType.IP'],
  [{ ipAddressType: 6 }, 'ipAddressType must be a value of TargetGroupIpAddressType, got 6; use a constant of elbv2.TargetGroupIpAddressType'],
  [{ healthCheck: 'x' }, 'healthCheck must be a map of names and values, got "x"; write it as a map that is known at synthesis'],
  [{ healthCheck: { port: 9000 } }, 'healthCheck.port must be text, got 9000; write it as "9000"'],
  [{ healthCheck: { interval: 30 } }, 'healthCheck.interval must be a Duration, got 30; try Duration.minutes(10)'],
  [{ healthCheck: { protocol: 'tcp' } }, 'healthCheck.protocol must be a value of Protocol, got "tcp"; use a constant of elbv2.Protocol, such as Protocol.HTTP'],
  [{ healthCheck: { healthyThresholdCount: '3' } }, 'healthCheck.healthyThresholdCount must be a number, got "3"; write it as 3, without quotes'],
  [{ deregistrationDelay: 20 }, 'deregistrationDelay must be a Duration, got 20; try Duration.minutes(10)'],
  [{ vpc: 'x' }, 'vpc must be a VPC of aws-ec2, got "x"; pass the Vpc itself, or what Vpc.fromLookup() or Vpc.fromVpcAttributes() gives'],
  [{ nodeSelector: { matchLabels: { pool: 1 } } }, 'nodeSelector.matchLabels.pool must be text, got 1; write it as "1"'],
  [{ multiCluster: 'false' }, 'multiCluster must be true or false, got "false"; compare text, as in value === "true"'],
  [{ securityGroups: ['sg'] }, 'securityGroups[0] must be an ISecurityGroup, got "sg"; pass the SecurityGroup itself, or what SecurityGroup.fromSecurityGroupId() gives'],
  [{ securityGroups: group }, 'securityGroups must be a list, got "Stack/Group"; put it in a list, also when it is the only one'],
  [{ scope: 'Stack' }, 'scope must be a Construct, got "Stack"; pass a construct, such as the stack of the load balancer'],
  [{ scope: null }, 'scope must be a Construct, got null; leave it out instead'],
])('fails for %j', (options, message) => {
  expect(bind('Shop', options)).toThrow(new Error(`addTargetGroupBinding(Shop).${message}`));
});

test('fails without options', () => {
  expect(() => support.addTargetGroupBinding('Shop', undefined as any)).toThrow(new Error(
    'addTargetGroupBinding(Shop) must be a map of names and values, got undefined; write it as a map that is known at synthesis'));
});

test.each<Partial<TargetGroupBindingOptions>>([
  { service: Token.asString({ Ref: 'Service' }), namespace: Lazy.string({ produce: () => 'shop' }), port: parameter, targetPort: parameter },
  { ipAddressType: elbv2.TargetGroupIpAddressType.IPV6 },
  { deregistrationDelay: Duration.seconds(1), multiCluster: true },
  ...Object.values(elbv2.ApplicationProtocolVersion).map((protocolVersion) => ({ protocolVersion })),
  { targetType: IngressTargetType.INSTANCE, nodeSelector: { matchExpressions: [{ key: 'pool', operator: IngressLabelOperator.EXISTS }] } },
  { healthCheck: { enabled: true, interval: Duration.seconds(30), path: '/', port: '9000', protocol: elbv2.Protocol.HTTP, healthyHttpCodes: '200' } },
  { targetGroup, vpc, securityGroups: [group], scope: stack },
])('accepts the types of the options: case %#', (options) => {
  expect(bind(`Shop${count++}`, options)).not.toThrow();
});
