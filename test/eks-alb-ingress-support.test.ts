import { App, Duration, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import { helmValues, importCluster, joined, kubernetesObjects, MODULES, newCluster, newStack, newVpc, OwnedCluster } from './fixtures';
import { ControllerIdentity, ControllerVersion, EksAlbIngressSupport, EksAlbIngressSupportProps } from '../src';
import { DeploymentGraph } from './support/deployment-graph';

const RELEASE = { Release: 'aws-load-balancer-controller' };

describe.each(MODULES)('with a cluster of %s', (module) => {
  let stack: Stack;
  let vpc: ec2.Vpc;
  let cluster: OwnedCluster;

  beforeEach(() => {
    stack = newStack();
    vpc = newVpc(stack, {
      subnetConfiguration: [
        { name: 'Public', subnetType: ec2.SubnetType.PUBLIC },
        { name: 'Private', subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS },
        { name: 'Isolated', subnetType: ec2.SubnetType.PRIVATE_ISOLATED },
      ],
    });
    cluster = newCluster(stack, module, { vpc });
  });

  function support(props: Partial<EksAlbIngressSupportProps> = {}): EksAlbIngressSupport {
    return new EksAlbIngressSupport(stack, 'AlbIngress', { cluster, vpc, ...props });
  }

  test('two props define role, policy, ServiceAccount and controller', () => {
    support();

    const template = Template.fromStack(stack);
    template.hasResourceProperties('AWS::IAM::ManagedPolicy', { Roles: [{ Ref: Match.stringLikeRegexp('^AlbIngressRole') }] });
    template.hasResourceProperties('Custom::AWSCDK-EKS-HelmChart', {
      ...RELEASE,
      Chart: 'aws-load-balancer-controller',
      Version: ControllerVersion._default.chartVersion,
      Repository: 'https://aws.github.io/eks-charts',
      Namespace: 'kube-system',
    });
  });

  test('the role trusts the one ServiceAccount of the cluster, in words that can be read in the template', () => {
    support();

    const roles = Template.fromStack(stack).findResources('AWS::IAM::Role');
    const [, role] = Object.entries(roles).find(([id]) => id.startsWith('AlbIngress'))!;
    const trust = JSON.parse(joined(role.Properties.AssumeRolePolicyDocument));
    expect(trust.Statement).toEqual([{
      Effect: 'Allow',
      Action: 'sts:AssumeRoleWithWebIdentity',
      Principal: { Federated: expect.stringContaining('ClusterOidcProvider') },
      Condition: { StringEquals: expect.any(Object) },
    }]);
    const conditions = Object.entries(trust.Statement[0].Condition.StringEquals);
    expect(conditions).toEqual([
      [expect.stringMatching(/ClusterOidcProvider.*:aud$/), 'sts.amazonaws.com'],
      [expect.stringMatching(/ClusterOidcProvider.*:sub$/), 'system:serviceaccount:kube-system:aws-load-balancer-controller'],
    ]);
  });

  test('adds no Lambda, and two custom resources', () => {
    const counted = () => {
      const template = Template.fromStack(stack).toJSON();
      return Object.values<any>(template.Resources).map(({ Type }) => Type).filter((type) => type === 'AWS::Lambda::Function' || type.startsWith('Custom::')).sort();
    };
    void cluster.openIdConnectProvider;
    const before = counted();

    stack = newStack();
    vpc = newVpc(stack);
    cluster = newCluster(stack, module, { vpc });
    support();

    expect(counted()).toEqual([...before, 'Custom::AWSCDK-EKS-HelmChart', 'Custom::AWSCDK-EKS-KubernetesResource'].sort());
  });

  test('the ServiceAccount has the labels and the annotation', () => {
    support();

    expect(kubernetesObjects(stack)).toContainEqual({
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: {
        name: 'aws-load-balancer-controller',
        namespace: 'kube-system',
        labels: expect.objectContaining({
          'app.kubernetes.io/component': 'controller',
          'app.kubernetes.io/name': 'aws-load-balancer-controller',
        }),
        annotations: { 'eks.amazonaws.com/role-arn': expect.stringMatching(/"Fn::GetAtt":\["AlbIngressRole.*","Arn"\]/) },
      },
    });
  });

  test('the controller needs no instance metadata, leaves Services alone and survives a drain', () => {
    support();

    const values = helmValues(stack);
    expect(values).toMatchObject({
      clusterName: expect.stringContaining('"Ref":"Cluster'),
      region: '{"Ref":"AWS::Region"}',
      vpcId: expect.stringContaining('"Ref":"Vpc'),
      serviceAccount: { create: false, name: 'aws-load-balancer-controller' },
      image: { repository: 'public.ecr.aws/eks/aws-load-balancer-controller', tag: ControllerVersion._default.releaseTag },
      replicaCount: 2,
      podDisruptionBudget: { maxUnavailable: 1 },
      enableServiceMutatorWebhook: false,
      keepTLSSecret: true,
    });
  });

  test('Helm waits, and gives up before the handler does', () => {
    support();
    Template.fromStack(stack).hasResourceProperties('Custom::AWSCDK-EKS-HelmChart', { ...RELEASE, Wait: true, Timeout: '600s' });
  });

  test('chart and image belong to the release', () => {
    support({ controllerVersion: ControllerVersion.V2_13_4 });

    Template.fromStack(stack).hasResourceProperties('Custom::AWSCDK-EKS-HelmChart', { ...RELEASE, Version: '1.13.4' });
    expect(helmValues(stack).image.tag).toBe('v2.13.4');
  });

  test('another namespace and ServiceAccount name are the same in trust, manifest and chart', () => {
    const made = support({ controllerNamespace: 'ingress', serviceAccountName: 'lbc' });

    const template = Template.fromStack(stack);
    const [, role] = Object.entries(template.findResources('AWS::IAM::Role')).find(([id]) => id.startsWith('AlbIngress'))!;
    expect(joined(role.Properties.AssumeRolePolicyDocument)).toContain('"system:serviceaccount:ingress:lbc"');
    expect(kubernetesObjects(stack)).toContainEqual(expect.objectContaining({
      kind: 'ServiceAccount', metadata: expect.objectContaining({ name: 'lbc', namespace: 'ingress' }),
    }));
    template.hasResourceProperties('Custom::AWSCDK-EKS-HelmChart', { ...RELEASE, Namespace: 'ingress' });
    expect(helmValues(stack).serviceAccount).toEqual({ create: false, name: 'lbc' });
    expect([made.controllerNamespace, made.serviceAccountName]).toEqual(['ingress', 'lbc']);
  });

  test('a ServiceAccount that is there already is not overwritten by default', () => {
    support();
    const manifests = Template.fromStack(stack).findResources('Custom::AWSCDK-EKS-KubernetesResource', { Properties: { Overwrite: true } });
    expect(Object.values(manifests).filter(({ Properties }) => joined(Properties.Manifest).includes('ServiceAccount'))).toEqual([]);
  });

  test('shows what was made', () => {
    const made = support({ ingressClass: { ingressClassName: 'public' } });

    expect(stack.resolve(made.role!.roleArn)).toEqual({ 'Fn::GetAtt': [expect.stringMatching(/^AlbIngressRole/), 'Arn'] });
    expect(made.serviceAccountName).toBe('aws-load-balancer-controller');
    expect(made.controllerNamespace).toBe('kube-system');
    expect(made.ingressClass.ingressClassName).toBe('public');
    expect(made.controller).toBe(made.node.defaultChild);
    expect(made.controllerVersion).toBe(ControllerVersion._default);
    expect([made.cluster, made.vpc]).toEqual([cluster, vpc]);
  });

  test('a grant to it is one to the role of the controller', () => {
    const made = support();
    expect(made.grantPrincipal).toBe(made.role);
    iam.Grant.addToPrincipal({ grantee: made, actions: ['s3:GetObject'], resourceArns: ['*'] }).assertSuccess();
    Template.fromStack(stack).hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: Match.objectLike({ Statement: [Match.objectLike({ Action: 's3:GetObject' })] }),
      Roles: [{ Ref: Match.stringLikeRegexp('^AlbIngressRole') }],
    });
  });

  describe('order', () => {
    test('role, permissions, ServiceAccount and nodes come before the controller', () => {
      support();

      const graph = DeploymentGraph.of(stack.node.root as App);
      const chart = graph.theOne('Custom::AWSCDK-EKS-HelmChart');
      const role = graph.find('AWS::IAM::Role').find((id) => id.includes('AlbIngress'))!;
      const serviceAccount = graph.theOne('Custom::AWSCDK-EKS-KubernetesResource', ({ Manifest }) => joined(Manifest).includes('ServiceAccount'));
      const before = [role, ...graph.find('AWS::IAM::ManagedPolicy'), serviceAccount, ...graph.find('AWS::EKS::Nodegroup')];
      expect(before.length).toBeGreaterThan(4);
      expect(before.filter((id) => !graph.comesAfter(chart, id))).toEqual([]);
      expect(graph.comesAfter(serviceAccount, role)).toBe(true);
    });

    test('nodes that are added later come before the controller as well', () => {
      support();
      cluster.addNodegroupCapacity('Later');
      cluster.addAutoScalingGroupCapacity('SelfManaged', { instanceType: new ec2.InstanceType('m7i.large') });
      cluster.addFargateProfile('Fargate', { selectors: [{ namespace: 'batch' }] });

      const graph = DeploymentGraph.of(stack.node.root as App);
      const chart = graph.theOne('Custom::AWSCDK-EKS-HelmChart', ({ Release }) => Release === RELEASE.Release);
      const capacity = [
        'AWS::EKS::Nodegroup', 'AWS::EKS::FargateProfile', 'Custom::AWSCDK-EKS-FargateProfile', 'AWS::AutoScaling::AutoScalingGroup',
      ].flatMap((type) => graph.find(type));
      expect(capacity).toHaveLength(4);
      expect(capacity.filter((id) => !graph.comesAfter(chart, id))).toEqual([]);
    });

    test('an Ingress comes after the controller, and on destroy goes before it and its nodes', () => {
      const ingress = cluster.addManifest('Ingress', {
        apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', metadata: { name: 'game' }, spec: { ingressClassName: 'alb' },
      });
      support();

      const graph = DeploymentGraph.of(stack.node.root as App);
      const id = `Stack/${stack.getLogicalId(ingress.node.findChild('Resource').node.defaultChild as any)}`;
      const order = graph.destroyOrder();
      const positions = [id, graph.theOne('Custom::AWSCDK-EKS-HelmChart'), graph.theOne('AWS::EKS::Nodegroup')].map((node) => order.indexOf(node));
      expect(positions[0]).toBeGreaterThanOrEqual(0);
      expect(positions).toEqual([...positions].sort((a, b) => a - b));
    });

    test('what cannot be seen can be ordered by hand', () => {
      const made = support();
      const other = cluster.addHelmChart('Shop', { chart: 'shop', repository: 'https://charts.example.com' });
      other.node.addDependency(made);

      const graph = DeploymentGraph.of(stack.node.root as App);
      expect(graph.comesAfter(
        graph.theOne('Custom::AWSCDK-EKS-HelmChart', ({ Chart }) => Chart === 'shop'),
        graph.theOne('Custom::AWSCDK-EKS-HelmChart', ({ Release }) => Release === RELEASE.Release),
      )).toBe(true);
    });

    test('a manifest that has nothing to do with the controller does not wait for it', () => {
      support();
      const map = cluster.addManifest('Map', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings' } });

      const graph = DeploymentGraph.of(stack.node.root as App);
      const id = `Stack/${stack.getLogicalId(map.node.findChild('Resource').node.defaultChild as any)}`;
      expect(graph.comesAfter(id, graph.theOne('Custom::AWSCDK-EKS-HelmChart'))).toBe(false);
    });
  });

  describe('bad input', () => {
    test.each<[Partial<EksAlbIngressSupportProps>, string]>([
      [{ controllerNamespace: 'Kube_System' },
        'controllerNamespace must be a DNS label (a-z, 0-9, \'-\', starting and ending alphanumeric, at most 63 characters), got "Kube_System"; rename it'],
      [{ serviceAccountName: 'arn:aws:iam::1:role/x' },
        'serviceAccountName must be a DNS subdomain (labels of a-z, 0-9 and \'-\', joined by \'.\', at most 253 characters), got "arn:aws:iam::1:role/x"; rename it'],
      [{ ingressClass: { ingressClassName: 'ALB' } },
        'ingressClass.ingressClassName must be a DNS subdomain (labels of a-z, 0-9 and \'-\', joined by \'.\', at most 253 characters), got "ALB"; rename it'],
      [{ installTimeout: Duration.minutes(15) },
        'installTimeout must be whole seconds, at least one and at most 10 minutes with atomic, got "900 seconds"; shorten it, or set atomic to false for up to 14 minutes'],
    ])('fails for %j', (props, message) => {
      expect(() => support(props)).toThrow(new Error(message));
    });

    test('fails for a second support of the same cluster', () => {
      support();
      expect(() => new EksAlbIngressSupport(stack, 'Second', { cluster, vpc }))
        .toThrow(new Error('cluster Stack/Cluster already has ALB Ingress support by Stack/AlbIngress; define it once'));
    });

    test.each([
      ['a repository', { chart: 'aws-load-balancer-controller', repository: 'https://aws.github.io/eks-charts' }],
      ['a registry', { chart: 'oci://111122223333.dkr.ecr.eu-west-1.amazonaws.com/charts/aws-load-balancer-controller', release: 'lbc' }],
    ])('fails beside another installation of the controller, from %s', (_, chart) => {
      support();
      cluster.addHelmChart('ByHand', chart);
      Template.fromStack(stack);
      Annotations.fromStack(stack).hasError('/Stack/AlbIngress', Match.stringLikeRegexp(
        '^the AWS Load Balancer Controller is installed on this cluster by Stack/Cluster/chart-ByHand/.* already; '
        + 'remove that and set takeOver here, both in one deployment, and leave takeOver out in the next .docs/migrating.md describes each step.$'));
    });
  });

  test('a newer controller than is known is a warning, and gets the newest policy', () => {
    support({ controllerVersion: ControllerVersion.of('v99.0.0', '99.0.0') });
    Annotations.fromStack(stack).hasWarning('/Stack/AlbIngress', Match.stringLikeRegexp(
      `^controller v99.0.0 is newer than this library: it gets the IAM policy of ${ControllerVersion._latest.releaseTag}.*controllerNewerThanKnown`));
  });

  test('a release that was passed over is a warning: it may have been published since', () => {
    support({ controllerVersion: ControllerVersion.of('v2.4.7', '1.4.9') });
    Annotations.fromStack(stack).hasWarning('/Stack/AlbIngress', Match.stringLikeRegexp(
      '^there was no controller v2.4.7 with chart 1.4.9 when this library was released, though there were later ones: .*releaseNotPublished'));
  });

  test.each<[string, Partial<EksAlbIngressSupportProps>]>([
    ['controllerNamespace', { controllerNamespace: '123' }],
    ['serviceAccountName', { serviceAccountName: 'true' }],
    ['ingressClass.ingressClassName', { ingressClass: { ingressClassName: '1e3' } }],
  ])('fails for a %s that YAML reads as no text', (prop, props) => {
    const [name] = Object.values(props).map((value) => typeof value === 'object' ? Object.values(value)[0] : value);
    expect(() => support(props)).toThrow(new Error(`${prop} must be a name that YAML reads as text, since the chart's templates print it without quotes, `
      + `got "${name}"; rename it`));
  });

  test('a class of such a name that is there already is no matter', () => {
    expect(() => support({ ingressClass: { ingressClassName: '123', create: false } })).not.toThrow();
  });

  test('large numbers in values are printed as they are', () => {
    support({ values: { awsMaxRetries: 1_000_000 } });
    expect(helmValues(stack)).toMatchObject({ awsMaxRetries: '1000000' });
  });

  test('fails for props of the class without a class, with constructs among them', () => {
    expect(() => support({ ingressClass: { create: false, subnets: vpc.privateSubnets } })).toThrow(new Error(
      'ingressClass.subnets must be left out where the class is not defined, got ["subnets"]; set ingressClass.create to true'));
  });

  test('another identity replaces the pods, which keep the credentials they were made with', () => {
    support();
    expect(helmValues(stack).podAnnotations).toEqual({
      'cdk-eks-alb-ingress-support/identity': expect.stringMatching(/"Fn::GetAtt":\["AlbIngressRole.*","Arn"\]/),
    });

    stack = newStack();
    vpc = newVpc(stack);
    cluster = newCluster(stack, module, { vpc });
    support({ identity: ControllerIdentity.podIdentity(), values: { podAnnotations: { team: 'platform' } } });
    expect(helmValues(stack).podAnnotations).toEqual({ 'cdk-eks-alb-ingress-support/identity': 'pod-identity', 'team': 'platform' });
  });

  test('attaches no warnings to what is right', () => {
    support();
    expect(Annotations.fromStack(stack).findWarning('*', Match.anyValue())).toEqual([]);
  });
});

test('in a VPC without a way out the image is that of the region, and nothing is asked that only the internet answers', () => {
  const stack = newStack('Stack', { env: { region: 'eu-west-1', account: '111122223333' } });
  const vpc = newVpc(stack, { natGateways: 0, subnetConfiguration: [{ name: 'Isolated', subnetType: ec2.SubnetType.PRIVATE_ISOLATED }] });
  new EksAlbIngressSupport(stack, 'AlbIngress', { cluster: importCluster(stack, 'aws-eks-v2'), vpc });

  expect(helmValues(stack)).toMatchObject({
    image: { repository: '602401143452.dkr.ecr.eu-west-1.amazonaws.com/amazon/aws-load-balancer-controller' },
    enableWaf: false,
    enableWafv2: false,
    enableShield: false,
  });
});
