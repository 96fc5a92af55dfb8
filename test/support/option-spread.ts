import { App, CfnParameter, Duration, Fn, NestedStack, Size, Stack, StackProps } from 'aws-cdk-lib';
import * as acm from 'aws-cdk-lib/aws-certificatemanager';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as eks from 'aws-cdk-lib/aws-eks';
import * as eks_v2 from 'aws-cdk-lib/aws-eks-v2';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as route53 from 'aws-cdk-lib/aws-route53';
import * as s3 from 'aws-cdk-lib/aws-s3';
import {
  ClusterFixtureProps, importCluster, Module, MODULES, newAutoModeCluster, newCluster, newLayer, newStack, newVpc, OwnedCluster,
} from '../fixtures';
import { manifestFile } from './manifest-fixtures';
import {
  ControllerIdentity, ControllerPolicyScope, ControllerSource, ControllerVersion, EksAlbIngressSupport, EksAlbIngressSupportProps, GatewayApi,
  IngressTargetType, KubernetesClusterTag, LoadBalancerScheme,
} from '../../src';

/** Known to CloudFormation and to the CDK, and not yet to the linter of templates. */
export const AUTO_MODE_GATEWAYS = 'Auto Mode with Gateways';

/**
 * Apps of every kind that differs in what it deploys, for the checks that read templates: the CDK's validation, the linter, the names of
 * IAM actions. Each puts what it wants to be looked at into the app that it is given.
 */
export const OPTION_SPREAD: { readonly [name: string]: (app: App) => void } = {
  ...forEachModule('two props', (module) => support(module, {})),
  ...forEachModule('Pod Identity', (module) => support(module, { identity: ControllerIdentity.podIdentity() })),
  ...forEachModule('a role of the app', (module) => support(module, (stack) => ({
    identity: ControllerIdentity.irsa({ role: new iam.Role(stack, 'Own', { assumedBy: new iam.AccountRootPrincipal() }) }),
  }))),
  ...forEachModule('a role from elsewhere', (module) => support(module, (stack) => ({
    identity: ControllerIdentity.podIdentity({ role: iam.Role.fromRoleArn(stack, 'Own', 'arn:aws:iam::111122223333:role/team/lbc') }),
  }))),
  ...forEachModule('all that is taken back', (module) => support(module, {
    autoDeleteLoadBalancers: true, subnetClusterTag: KubernetesClusterTag.SHARED, upgradeCrds: true,
  })),
  ...forEachModule('a controller that is taken over', (module) => support(module, { takeOver: true, releaseName: 'lbc' })),
  ...forEachModule('a controller installed elsewhere', (module) => support(module, { installController: false })),
  ...forEachModule('tags at deploy', (module) => support(module, (stack, vpc) => ({
    subnetClusterTag: KubernetesClusterTag.SHARED,
    workerSecurityGroup: new ec2.SecurityGroup(stack, 'Workers', { vpc }),
  }))),
  ...forEachModule('a manifest file', (module) => support(module, { source: ControllerSource.fromManifestFile(manifestFile()), ingressClass: { isDefault: true } })),
  ...forEachModule('three stacks', (module) => (app) => {
    const vpc = newVpc(newStack('Network', {}, app));
    const cluster = newCluster(newStack('Cluster', {}, app), module, { vpc });
    new EksAlbIngressSupport(newStack('Support', {}, app), 'AlbIngress', {
      cluster, vpc, subnetClusterTag: KubernetesClusterTag.OWNED, identity: ControllerIdentity.podIdentity(),
    });
  }),
  ...forEachModule('a nested stack', (module) => (app) => {
    const stack = newStack('Stack', {}, app);
    const vpc = newVpc(stack);
    const cluster = newCluster(stack, module, { vpc });
    new EksAlbIngressSupport(new NestedStack(stack, 'Nested'), 'AlbIngress', { cluster, vpc, subnetClusterTag: KubernetesClusterTag.OWNED });
  }),
  ...forEachModule('an imported cluster', (module) => (app) => {
    const stack = newStack('Stack', { env: { account: '111122223333', region: 'eu-west-1' } }, app);
    supportImported(stack, module, 'blue', ec2.Vpc.fromVpcAttributes(stack, 'Vpc', {
      vpcId: 'vpc-0123456789abcdef0',
      availabilityZones: ['eu-west-1a', 'eu-west-1b'],
      publicSubnetIds: ['subnet-0123456789abcdef0', 'subnet-0123456789abcdef1'],
      privateSubnetIds: ['subnet-0123456789abcdef2', 'subnet-0123456789abcdef3'],
    }));
  }),
  ...forEachModule('an imported cluster, all of it tokens', (module) => (app) => {
    const stack = newStack('Stack', {}, app);
    const list = (name: string) => Fn.split(',', Fn.importValue(name), 2);
    supportImported(stack, module, new CfnParameter(stack, 'ClusterName').valueAsString, ec2.Vpc.fromVpcAttributes(stack, 'Vpc', {
      vpcId: new CfnParameter(stack, 'VpcId').valueAsString,
      availabilityZones: [Fn.select(0, Fn.getAzs()), Fn.select(1, Fn.getAzs())],
      publicSubnetIds: list('PublicSubnets'),
      privateSubnetIds: list('PrivateSubnets'),
    }));
  }),
  ...forEachModule('Fargate', (module) => (app) => {
    const stack = newStack('Stack', {}, app);
    const vpc = newVpc(stack);
    const kubectlLayer = newLayer(stack, 'Kubectl');
    const cluster = module === 'aws-eks'
      ? new eks.FargateCluster(stack, 'Cluster', { vpc, version: eks.KubernetesVersion.of('1.35'), kubectlLayer })
      : new eks_v2.FargateCluster(stack, 'Cluster', { vpc, version: eks_v2.KubernetesVersion.of('1.35'), kubectlProviderOptions: { kubectlLayer } });
    new EksAlbIngressSupport(stack, 'AlbIngress', { cluster, vpc });
  }),
  ...forEachModule('targets of load balancers', (module) => (app) => {
    const stack = newStack('Stack', {}, app);
    const vpc = newVpc(stack);
    targets(new EksAlbIngressSupport(stack, 'AlbIngress', { cluster: newCluster(stack, module, { vpc }), vpc }), stack, vpc);
  }),
  ...forEachModule('classes and Ingresses', (module) => (app) => {
    const stack = newStack('Stack', {}, app);
    const vpc = newVpc(stack);
    ingresses(new EksAlbIngressSupport(stack, 'AlbIngress', { cluster: newCluster(stack, module, { vpc }), vpc }), stack);
  }),
  'targets of load balancers in Auto Mode': (app) => {
    const stack = newStack('Stack', {}, app);
    const vpc = newVpc(stack);
    targets(new EksAlbIngressSupport(stack, 'AlbIngress', { cluster: newAutoModeCluster(stack, { vpc }), vpc }), stack, vpc);
  },
  ...forEachModule('definitions of the Gateway API', (module) => support(module, { gatewayApi: GatewayApi.managed() })),
  'Auto Mode': autoMode({ ingressClass: { isDefault: true }, subnetClusterTag: KubernetesClusterTag.SHARED }),
  'Auto Mode with tags': autoMode({ ingressClass: { tags: { team: 'shop' } } }),
  [AUTO_MODE_GATEWAYS]: autoMode({ gatewayApi: GatewayApi.managed() }),
  'Auto Mode beside the controller': autoMode({ installController: true, ingressClass: { ingressClassName: 'alb-controller' } }),
  'a named cluster': support('aws-eks-v2', (stack, vpc) => ({
    subnetClusterTag: KubernetesClusterTag.SHARED,
    workerSecurityGroup: new ec2.SecurityGroup(stack, 'Workers', { vpc }),
    autoDeleteLoadBalancers: true,
  }), {}, { clusterName: 'blue' }),
  'all opt-ins': support('aws-eks-v2', { enableGlobalAccelerator: true, enableAcmCertificateManagement: true, enableServiceMutatorWebhook: true, values: { serviceMonitor: { enabled: true } } }),
  'the policy of upstream': support('aws-eks-v2', { policyScope: ControllerPolicyScope.UPSTREAM, enableGlobalAccelerator: true, enableAcmCertificateManagement: true }),
  'few features': support('aws-eks-v2', { enableWafv2: false, enableShield: false, enableCognito: false }),
  'target groups of others': support('aws-eks-v2', { targetGroupBindingOnly: true }),
  'target groups of other accounts, zones of choice': support('aws-eks-v2', (stack) => ({
    identity: ControllerIdentity.podIdentity(),
    targetGroupBindingRoleArns: ['arn:aws:iam::444455556666:role/target-groups'],
    enableAcmCertificateManagement: true,
    certificateHostedZones: [route53.HostedZone.fromHostedZoneId(stack, 'Zone', 'Z0123456789ABCDEFGHIJ')],
    featureGates: { EnableRGTAPI: true },
  })),
  'more statements': support('aws-eks-v2', {
    additionalPolicyStatements: [new iam.PolicyStatement({ actions: ['ec2:DescribeRegions'], resources: ['*'] })],
  }),
  'the oldest release': support('aws-eks-v2', { controllerVersion: ControllerVersion._known()[0] }),
  'many options': support('aws-eks-v2', {
    controllerNamespace: 'ingress',
    replicas: 3,
    maxUnavailableReplicas: 1,
    resources: { cpuRequest: '100m', memoryLimit: Size.mebibytes(256) },
    nodeSelector: { pool: 'system' },
    tolerations: [{}],
    defaultTags: { team: 'shop' },
    defaultTargetType: IngressTargetType.IP,
    defaultScheme: LoadBalancerScheme.INTERNAL,
    values: { syncPeriod: '1h' },
    installTimeout: Duration.minutes(9),
    ingressClass: {
      ingressClassName: 'internal',
      groupName: 'shared',
      scheme: LoadBalancerScheme.INTERNAL,
      inboundCidrs: ['10.0.0.0/8'],
      sslPolicy: elbv2.SslPolicy.RECOMMENDED_TLS,
      loadBalancerAttributes: { 'idle_timeout.timeout_seconds': '30' },
    },
  }),
  ...Object.fromEntries(['cn-north-1', 'us-gov-west-1', 'us-iso-east-1', 'us-isob-east-1', 'eu-isoe-west-1', 'us-isof-south-1', 'eusc-de-east-1']
    .map((region) => [`in ${region}`, support('aws-eks-v2', { autoDeleteLoadBalancers: true, subnetClusterTag: KubernetesClusterTag.SHARED }, {
      // Without an account, so that the CDK does not ask for zones.
      env: { region },
    })])),
};

type Given = Partial<EksAlbIngressSupportProps>;

function forEachModule(name: string, make: (module: Module) => (app: App) => void): Record<string, (app: App) => void> {
  return Object.fromEntries(MODULES.map((module) => [`${name}, ${module}`, make(module)]));
}

/** Network, cluster and support in one stack. */
function support(
  module: Module, props: Given | ((stack: Stack, vpc: ec2.Vpc) => Given), stackProps: StackProps = {}, clusterProps: ClusterFixtureProps = {},
): (app: App) => void {
  return (app) => {
    const stack = newStack('Stack', stackProps, app);
    const vpc = newVpc(stack);
    const cluster: OwnedCluster = newCluster(stack, module, { vpc, ...clusterProps });
    new EksAlbIngressSupport(stack, 'AlbIngress', { cluster, vpc, ...(typeof props === 'function' ? props(stack, vpc) : props) });
  };
}

function autoMode(props: Given): (app: App) => void {
  return (app) => {
    const stack = newStack('Stack', {}, app);
    const vpc = newVpc(stack);
    new EksAlbIngressSupport(stack, 'AlbIngress', { cluster: newAutoModeCluster(stack, { vpc }), vpc, ...props });
  };
}

/** A class of its own, and Ingresses with what they may bring along. */
function ingresses(albIngress: EksAlbIngressSupport, stack: Stack): void {
  albIngress.addIngressClass('Internal', { scheme: LoadBalancerScheme.INTERNAL }).addIngress('Admin', { rules: [{ service: 'admin', port: 80 }] });
  albIngress.addIngress('Shop', {
    namespace: 'shop',
    rules: [{ host: 'shop.example.com', service: 'shop', port: 80 }],
    scheme: LoadBalancerScheme.INTERNET_FACING,
    certificates: [acm.Certificate.fromCertificateArn(stack, 'Certificate', `arn:aws:acm:${stack.region}:111122223333:certificate/1`)],
    accessLogs: { bucket: new s3.Bucket(stack, 'Logs') },
    zone: route53.HostedZone.fromHostedZoneAttributes(stack, 'Zone', { hostedZoneId: 'Z1', zoneName: 'example.com' }),
  });
}

/** A load balancer of each kind, with targets of each kind. */
function targets(albIngress: EksAlbIngressSupport, stack: Stack, vpc: ec2.Vpc): void {
  const service = { service: 'shop', namespace: 'shop', port: 80 };
  const pods = albIngress.addTargetGroupBinding('Pods', { ...service, healthCheck: { path: '/healthz' }, multiCluster: true });
  const nodes = albIngress.addTargetGroupBinding('Nodes', { ...service, targetType: IngressTargetType.INSTANCE });
  const tcp = albIngress.addNetworkTargetGroupBinding('Tcp', { ...service });
  new elbv2.ApplicationLoadBalancer(stack, 'Alb', { vpc }).addListener('Http', { port: 80, defaultTargetGroups: [pods.targetGroup, nodes.targetGroup] });
  new elbv2.NetworkLoadBalancer(stack, 'Nlb', { vpc, securityGroups: [new ec2.SecurityGroup(stack, 'Edge', { vpc })] })
    .addListener('Tcp', { port: 80, defaultTargetGroups: [tcp.targetGroup] });
}

function supportImported(stack: Stack, module: Module, clusterName: string, vpc: ec2.IVpc): void {
  const cluster = importCluster(stack, module, { clusterName, vpc, clusterSecurityGroupId: 'sg-0123456789abcdef0' });
  new EksAlbIngressSupport(stack, 'AlbIngress', { cluster, vpc, subnetClusterTag: KubernetesClusterTag.SHARED });
}
