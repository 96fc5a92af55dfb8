// An app with clusters, and one way of making them ready for ALB Ingresses.
// Template validation is off: it takes the same seconds whatever the template contains.
process.env.CDK_VALIDATION = 'false';
process.env.JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION = '20';
const fs = require('fs');
const os = require('os');
const path = require('path');
const { performance } = require('perf_hooks');

const cdk = require('aws-cdk-lib');
const ec2 = require('aws-cdk-lib/aws-ec2');
const { Construct } = require('constructs');
const { KubectlV35Layer } = require('@aws-cdk/lambda-layer-kubectl-v35');

const WAYS = {
  'none': () => {},
  'alb-controller': (stack, { cluster, eks }) => eks.AlbController.create(stack, { cluster, version: eks.AlbControllerVersion.V3_2_2 }),
  'support': (stack, { cluster, vpc }) => {
    const { EksAlbIngressSupport } = require(path.join(__dirname, '..'));
    new EksAlbIngressSupport(stack, 'AlbIngress', { cluster, vpc });
  },
};

/** Feature flags of an app: those of an app without any, or all recommended ones, which `cdk init` writes. The native OIDC provider is on in both. */
const FLAGS = {
  'no flags': { '@aws-cdk/aws-eks:useNativeOidcProvider': true },
  'all flags': { ...require('aws-cdk-lib/recommended-feature-flags.json'), '@aws-cdk/aws-eks:useNativeOidcProvider': true },
};

/**
 * Makes and synthesizes an app; returns the milliseconds that the way took and those of the synthesis, and the first stack's template.
 *
 * @param layout `stacks` for one stack for each cluster, `one stack` for one stack with all of them
 */
function measure(eksModule, way, clusters, flags = 'no flags', layout = 'stacks') {
  const eks = require(`aws-cdk-lib/${eksModule}`);
  const outdir = fs.mkdtempSync(path.join(os.tmpdir(), 'bench-'));
  const app = new cdk.App({ outdir, analyticsReporting: false, context: FLAGS[flags] });
  try {
    let ms = 0;
    for (let index = 0; index < clusters; index++) {
      const stack = layout === 'stacks' ? new cdk.Stack(app, `Stack${index}`) : app.node.tryFindChild('Stack') ?? new cdk.Stack(app, 'Stack');
      const scope = layout === 'stacks' ? stack : new Construct(stack, `Cluster${index}`);
      const made = newCluster(scope, eksModule, eks);
      ms += timed(() => WAYS[way](scope, made)).ms;
    }
    const synthesis = timed(() => app.synth());
    return { ms: ms + synthesis.ms, template: synthesis.result.stacks[0].template };
  } finally {
    fs.rmSync(outdir, { recursive: true });
  }
}

function newCluster(stack, eksModule, eks) {
  const vpc = new ec2.Vpc(stack, 'Vpc', { maxAzs: 2, natGateways: 1 });
  const kubectlLayer = new KubectlV35Layer(stack, 'Kubectl');
  const cluster = new eks.Cluster(stack, 'Cluster', {
    vpc,
    version: eks.KubernetesVersion.of('1.35'),
    ...(eksModule === 'aws-eks'
      ? { kubectlLayer, defaultCapacity: 2 }
      : { kubectlProviderOptions: { kubectlLayer }, defaultCapacityType: eks.DefaultCapacityType.NODEGROUP, defaultCapacity: 2 }),
  });
  // All ways have the OIDC provider, which is the cluster's.
  void cluster.openIdConnectProvider;
  return { cluster, vpc, eks };
}

function timed(run) {
  const start = performance.now();
  const result = run();
  return { result, ms: performance.now() - start };
}

/** The ways, each round starting with another one. */
function inTurn(round) {
  const ways = Object.keys(WAYS);
  return ways.map((_, index) => ways[(index + round) % ways.length]);
}

module.exports = { FLAGS: Object.keys(FLAGS), inTurn, measure, timed };
