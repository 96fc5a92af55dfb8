import * as acm from 'aws-cdk-lib/aws-certificatemanager';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { ControllerVersion, EksAlbIngressSupport, EksAlbIngressSupportProps, GatewayApi, GatewayClassOptions, IngressTargetType, IngressWebAcl, LoadBalancerScheme } from '../../src';
import { importCluster, kubernetesObjects, MODULES, newAutoModeCluster, newCluster, newManifest, newStack, newVpc, soundGraph, warningsOf } from '../fixtures';
import { nodeOf } from '../support/deployment-graph';

const KINDS = MODULES.flatMap((module) => (['owned', 'imported'] as const).map((kind) => [module, kind] as const));

describe.each(KINDS)('with a cluster of %s, %s', (module, kind) => {
  const define = (props: Partial<EksAlbIngressSupportProps> = {}) => {
    const stack = newStack('Stack', { env: { account: '111122223333', region: 'eu-west-1' } });
    const vpc = newVpc(stack);
    const cluster = kind === 'owned' ? newCluster(stack, module, { vpc }) : importCluster(stack, module, { vpc });
    return { stack, cluster, vpc, support: new EksAlbIngressSupport(stack, 'Alb', { cluster, vpc, gatewayApi: GatewayApi.external(), ...props }) };
  };
  const objectsOf = (options?: GatewayClassOptions, props?: Partial<EksAlbIngressSupportProps>): any[] => {
    const { stack, support } = define(props);
    support.addGatewayClass('InternalWeb', options);
    return kubernetesObjects(stack).filter(({ apiVersion }: any) => /gateway/.test(apiVersion));
  };

  test('a class has its settings beside it', () => {
    expect(objectsOf({ scheme: LoadBalancerScheme.INTERNAL, tags: { team: 'shop' }, loadBalancerAttributes: { 'idle_timeout.timeout_seconds': '30' } })).toEqual([
      {
        apiVersion: 'gateway.k8s.aws/v1',
        kind: 'LoadBalancerConfiguration',
        metadata: expect.objectContaining({ name: 'internal-web', namespace: 'kube-system' }),
        spec: { scheme: 'internal', tags: { team: 'shop' }, loadBalancerAttributes: [{ key: 'idle_timeout.timeout_seconds', value: '30' }] },
      },
      {
        apiVersion: 'gateway.networking.k8s.io/v1',
        kind: 'GatewayClass',
        metadata: expect.objectContaining({ name: 'internal-web' }),
        spec: {
          controllerName: 'gateway.k8s.aws/alb',
          parametersRef: { group: 'gateway.k8s.aws', kind: 'LoadBalancerConfiguration', name: 'internal-web', namespace: 'kube-system' },
        },
      },
    ]);
  });

  test('the kinds are those of the release', () => {
    expect(objectsOf({}, { controllerVersion: ControllerVersion.V3_4_3 })[0].apiVersion).toBe('gateway.k8s.aws/v1beta1');
  });

  test('a target type is a configuration of its own', () => {
    const [targets, { spec }] = objectsOf({ targetType: IngressTargetType.IP });
    expect(targets).toMatchObject({ kind: 'TargetGroupConfiguration', spec: { defaultConfiguration: { targetType: 'ip' } } });
    expect(spec).toEqual({ defaultTargetGroupConfiguration: { name: 'internal-web' } });
  });

  test('certificates and the security policy are those of HTTPS', () => {
    const { stack, support } = define();
    const certificates = ['a', 'b'].map((id) => acm.Certificate.fromCertificateArn(stack, id, `arn:aws:acm:eu-west-1:111122223333:certificate/${id}`));
    support.addGatewayClass('Web', { certificates, sslPolicy: elbv2.SslPolicy.RECOMMENDED_TLS });
    expect(kubernetesObjects(stack).find(({ kind: one }: any) => one === 'LoadBalancerConfiguration')!.spec.listenerConfigurations).toEqual([{
      protocolPort: 'HTTPS:443',
      defaultCertificate: 'arn:aws:acm:eu-west-1:111122223333:certificate/a',
      certificates: ['arn:aws:acm:eu-west-1:111122223333:certificate/b'],
      sslPolicy: elbv2.SslPolicy.RECOMMENDED_TLS,
    }]);
  });

  test('it comes after the controller, and Gateways after it', () => {
    const { stack, cluster, support } = define();
    const gatewayClass = support.addGatewayClass('Web');
    const gateway = newManifest(stack, cluster, {
      apiVersion: 'gateway.networking.k8s.io/v1', kind: 'Gateway', metadata: { name: 'web' }, spec: { gatewayClassName: gatewayClass.gatewayClassName, listeners: [] },
    });
    const graph = soundGraph(stack.node.root as never);
    expect(graph.comesAfter(nodeOf(gatewayClass.node.findChild('Resource') as never), nodeOf(support.controller!))).toBe(true);
    expect(graph.comesAfter(nodeOf(gateway), nodeOf(gatewayClass.node.findChild('Resource') as never))).toBe(true);
  });

  test.each<[string, GatewayClassOptions, Partial<EksAlbIngressSupportProps>, string]>([
    ['a value that cannot be', { minimumCapacityUnits: 0 }, {}, 'addGatewayClass(InternalWeb).minimumCapacityUnits must be a whole number from 1 to 2147483647, got 0'],
    ['a CIDR block without prefix length', { inboundCidrs: ['10.0.0.0'] }, {}, 'addGatewayClass(InternalWeb).inboundCidrs must be a CIDR block'],
    ['a web ACL by name', { webAcl: IngressWebAcl.fromName('web') }, {}, 'addGatewayClass(InternalWeb).webAcl must be given by its ARN, got "web"; use IngressWebAcl.fromArn()'],
    ['a web ACL of another region', { webAcl: IngressWebAcl.fromArn('arn:aws:wafv2:us-west-1:111122223333:regional/webacl/a/b') }, {}, 'must be of the region of the load balancer'],
    ['a release before the Gateway API', {}, { controllerVersion: ControllerVersion.V2_12_0 }, 'addGatewayClass(InternalWeb) must be used with controller v2.14.0 or later, got "v2.12.0"'],
    ['a gate that is off', {}, { featureGates: { ALBGatewayAPI: false } }, 'would have no effect: the feature gate ALBGatewayAPI'],
    ['a target type before v3.2.0', { targetType: IngressTargetType.IP }, { controllerVersion: ControllerVersion.V3_1_0, featureGates: { ALBGatewayAPI: true } },
      'addGatewayClass(InternalWeb).targetType must be used with controller v3.2.0 or later, got "v3.1.0"'],
    ['a name that Kubernetes rejects', { gatewayClassName: 'Web' }, {}, 'addGatewayClass(InternalWeb).gatewayClassName must be'],
  ])('fails for %s', (_, options, props, message) => {
    expect(() => objectsOf(options, props)).toThrow(message);
  });

  test('the definitions are asked for', () => {
    const { stack, support } = define({ gatewayApi: undefined });
    support.addGatewayClass('Web');
    expect(warningsOf(stack).map(({ text }) => text)).toEqual([expect.stringContaining('GatewayClass web needs the definitions of the Gateway API before controller v3.5.0 starts')]);
  });

  test('fails for a name or an id that is taken', () => {
    const { support } = define();
    support.addGatewayClass('Web');
    expect(() => support.addGatewayClass('Other', { gatewayClassName: 'web' })).toThrow('addGatewayClass(Other).gatewayClassName must not be that of addGatewayClass(Web) too, got "web"');
    expect(() => support.addGatewayClass('Web', { gatewayClassName: 'web-2' })).toThrow('addGatewayClass(Web) must have an id of its own');
  });
});

test('fails in EKS Auto Mode, whose settings are of another API', () => {
  const stack = newStack();
  const vpc = newVpc(stack);
  const support = new EksAlbIngressSupport(stack, 'Alb', { cluster: newAutoModeCluster(stack, { vpc }), vpc });
  expect(() => support.addGatewayClass('Web')).toThrow('addGatewayClass(Web) must be left out in EKS Auto Mode');
});
