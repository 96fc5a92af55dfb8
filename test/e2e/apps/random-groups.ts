// A dozen groups of Ingresses as chance, by the number in SEED, would have them.
import * as cdk from 'aws-cdk-lib';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { EksAlbIngressSupport, IngressAction, IngressPathType, IngressRule, IngressTargetType, LoadBalancerScheme } from 'cdk-eks-alb-ingress-support';
import * as fc from 'fast-check';
import { newCluster, newVpc } from './cluster';
import { namespace, workload } from './web';

// What the list of the CDK's constructs calls the class when it is compiled, for the summary.
Object.assign(EksAlbIngressSupport, { [Symbol.for('jsii.rtti')]: { fqn: 'cdk-eks-alb-ingress-support.EksAlbIngressSupport', version: '0.0.0' } });

const hosts = fc.constantFrom(undefined, 'a.example.com', 'b.example.com', '*.example.com');
const paths = fc.constantFrom('/', '/a', '/a/b', '/c', '/a/b/c');
const rules: fc.Arbitrary<IngressRule> = fc.record({
  host: hosts,
  path: paths,
  pathType: fc.constantFrom(IngressPathType.PREFIX, IngressPathType.EXACT),
  to: fc.constantFrom<Partial<IngressRule>>(
    { service: 'web', port: 80 },
    { action: IngressAction.fixedResponse(404) },
    { action: IngressAction.fixedResponse(204) },
    { action: IngressAction.redirect({ host: 'other.example.org', permanent: true }) },
    { service: 'web', port: 80, conditions: [elbv2.ListenerCondition.httpHeader('x-version', ['1', '2'])] },
    { service: 'web', port: 80, conditions: [elbv2.ListenerCondition.httpRequestMethods(['GET', 'HEAD'])] },
  ),
}).map(({ to, ...match }) => ({ ...match, ...to }));
const members = fc.array(fc.record({
  rules: fc.uniqueArray(rules, { minLength: 1, maxLength: 4, selector: ({ host, path, pathType }) => `${host}${path}${pathType}` }),
  groupOrder: fc.integer({ min: -3, max: 3 }),
  loadBalancerAttributes: fc.constantFrom(undefined, { 'idle_timeout.timeout_seconds': '90' }),
}), { minLength: 1, maxLength: 3 });
const groups = fc.sample(fc.record({ scheme: fc.constantFrom(LoadBalancerScheme.INTERNAL, LoadBalancerScheme.INTERNET_FACING), members }), {
  seed: Number(process.env.SEED), numRuns: 60,
});

const app = new cdk.App();
const stack = new cdk.Stack(app, 'RandomGroups');
const vpc = newVpc(stack);
const cluster = newCluster(stack, vpc);
const albIngress = new EksAlbIngressSupport(stack, 'AlbIngress', { cluster, vpc, ingressClass: { targetType: IngressTargetType.IP } });
cluster.addManifest('Web', namespace('web'), ...workload('web'));

let defined = 0;
for (const [index, group] of groups.entries()) {
  // A group that the library rejects, such as one with a rule that never gets a request, is none of the dozen.
  const scratch = new cdk.Stack(new cdk.App({ autoSynth: false }), 'Scratch');
  const define = (support: EksAlbIngressSupport) => group.members.forEach((member, position) => support.addIngress(`G${index}M${position}`, {
    ...member,
    namespace: 'web',
    groupName: `g${index}`,
    scheme: group.scheme,
    loadBalancerAttributes: position === 0 ? member.loadBalancerAttributes : undefined,
  }));
  try {
    const scratchVpc = newVpc(scratch);
    define(new EksAlbIngressSupport(scratch, 'AlbIngress', { cluster: newCluster(scratch, scratchVpc), vpc: scratchVpc, ingressClass: { targetType: IngressTargetType.IP } }));
  } catch {
    continue;
  }
  define(albIngress);
  if (++defined === 12) break;
}
