// One measured process, as one run of the CDK CLI starts it: one cluster, or some, made ready one way.
//   node --expose-gc bench/cold.js <module> <way> [clusters]
const path = require('path');
const { measure, timed } = require('./app');

const [eksModule, way, clusters = '1'] = process.argv.slice(2);
require(`aws-cdk-lib/${eksModule}`).Cluster;
// Over a CDK that is loaded already. The CDK loads its AlbController when it is used: that is in the time below.
const { ms: importMs } = timed(() => way === 'support' && require(path.join(__dirname, '..')).EksAlbIngressSupport);

const { ms, template } = measure(eksModule, way, Number(clusters));
global.gc?.();
const { heapUsed, external } = process.memoryUsage();
const types = Object.values(template.Resources).map(({ Type }) => Type);
console.log(JSON.stringify({
  ms: ms + importMs,
  importMs,
  memoryMiB: (heapUsed + external) / 2 ** 20,
  resources: types.length,
  customResources: types.filter((type) => type.startsWith('Custom::')).length,
  functions: types.filter((type) => type === 'AWS::Lambda::Function').length,
  templateBytes: JSON.stringify(template).length,
  chain: chainTo(template.Resources, 'Custom::AWSCDK-EKS-HelmChart'),
}));

/** Custom resources that are made one after the other once the cluster is there, up to one of a type and with it. */
function chainTo(resources, type) {
  const lengths = new Map();
  const lengthOf = (id) => {
    if (!(id in resources)) { return 0; }
    if (!lengths.has(id)) {
      lengths.set(id, 0);
      const { Type, Properties, DependsOn } = resources[id];
      const own = Type.startsWith('Custom::') && !Type.includes('Cluster') ? 1 : 0;
      lengths.set(id, own + Math.max(0, ...[...idsIn(Properties), ...[DependsOn ?? []].flat()].map(lengthOf)));
    }
    return lengths.get(id);
  };
  return Math.max(0, ...Object.keys(resources).filter((id) => resources[id].Type === type).map(lengthOf));
}

/** What a value refers to. */
function idsIn(value) {
  if (typeof value !== 'object' || value === null) { return []; }
  return Object.entries(value).flatMap(([key, inner]) => {
    if (key === 'Ref') { return [inner]; }
    return key === 'Fn::GetAtt' ? [[inner].flat()[0]] : idsIn(inner);
  });
}
