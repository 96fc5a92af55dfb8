// One measured process: an app of some clusters, with one way of making them ready for ALB Ingresses.
//   node bench/subject.js <module> <way> <clusters>
// Prints what it took as JSON. Template validation is off: it takes the same seconds whatever is in the template.
process.env.CDK_VALIDATION = 'false';
const { performance } = require('perf_hooks');
const path = require('path');

const [module_, way, count] = [process.argv[2], process.argv[3], Number(process.argv[4])];

const cdk = require('aws-cdk-lib');
const ec2 = require('aws-cdk-lib/aws-ec2');
const eks = require(`aws-cdk-lib/${module_}`);
const { KubectlV35Layer } = require('@aws-cdk/lambda-layer-kubectl-v35');

// The import is of the installed package, over a CDK that is loaded already.
const importStart = performance.now();
const lib = way === 'support' ? require(path.join(__dirname, '..')) : undefined;
void lib?.EksAlbIngressSupport;
const importMs = performance.now() - importStart;

const outdir = require('fs').mkdtempSync(path.join(require('os').tmpdir(), 'bench-'));
const app = new cdk.App({ outdir, analyticsReporting: false, context: { '@aws-cdk/aws-eks:useNativeOidcProvider': true } });

let constructMs = 0;
for (let i = 0; i < count; i++) {
  const stack = new cdk.Stack(app, `Stack${i}`);
  const vpc = new ec2.Vpc(stack, 'Vpc', { maxAzs: 2, natGateways: 1 });
  const kubectlLayer = new KubectlV35Layer(stack, 'Kubectl');
  const cluster = new eks.Cluster(stack, 'Cluster', {
    vpc,
    version: eks.KubernetesVersion.of('1.35'),
    ...(module_ === 'aws-eks'
      ? { kubectlLayer, defaultCapacity: 2 }
      : { kubectlProviderOptions: { kubectlLayer }, defaultCapacityType: eks.DefaultCapacityType.NODEGROUP, defaultCapacity: 2 }),
  });
  // All three have the OIDC provider, which is the cluster's.
  void cluster.openIdConnectProvider;

  const start = performance.now();
  if (way === 'support') {
    new lib.EksAlbIngressSupport(stack, 'AlbIngress', { cluster, vpc });
  } else if (way === 'alb-controller') {
    eks.AlbController.create(stack, { cluster, version: eks.AlbControllerVersion.V3_2_2 });
  }
  constructMs += performance.now() - start;
}

const synthStart = performance.now();
const assembly = app.synth();
const synthMs = performance.now() - synthStart;

const { template } = assembly.stacks[0];
const types = Object.values(template.Resources).map(({ Type }) => Type);
console.log(JSON.stringify({
  importMs,
  totalMs: constructMs + synthMs,
  rssMiB: process.memoryUsage().rss / 2 ** 20,
  resources: types.length,
  customResources: types.filter((type) => type.startsWith('Custom::')).length,
  functions: types.filter((type) => type === 'AWS::Lambda::Function').length,
  templateBytes: JSON.stringify(template).length,
  chain: chainOf(template, 'Custom::AWSCDK-EKS-HelmChart'),
}));
require('fs').rmSync(outdir, { recursive: true });

/** Custom resources one after the other up to the controller's release, itself included, that wait for the cluster. */
function chainOf(template, type) {
  const resources = template.Resources;
  const refs = (value) => JSON.stringify(value ?? {}).match(/"(?:Ref|Fn::GetAtt)":(?:\[)?"([^"]+)"/g)?.map((found) => found.match(/"([^"]+)"$/)[1]) ?? [];
  const depth = new Map();
  const visit = (id) => {
    if (!(id in resources)) { return 0; }
    if (!depth.has(id)) {
      depth.set(id, 0);
      const { Type, Properties, DependsOn } = resources[id];
      const before = [...refs(Properties), ...[DependsOn ?? []].flat()].map(visit);
      const own = Type.startsWith('Custom::') && !Type.includes('Cluster') ? 1 : 0;
      depth.set(id, own + Math.max(0, ...before));
    }
    return depth.get(id);
  };
  return Math.max(0, ...Object.keys(resources).filter((id) => resources[id].Type === type).map(visit));
}
