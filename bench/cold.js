// One measured process, as one run of the CDK CLI starts it: clusters that are made ready one way.
//   node --expose-gc bench/cold.js <module> <way> [clusters] [flags] [layout]
const path = require('path');
const { measure, timed } = require('./app');

const [eksModule, way, clusters = '1', flags, layout] = process.argv.slice(2);
require(`aws-cdk-lib/${eksModule}`).Cluster;
// The app has loaded the CDK already. The CDK loads its AlbController when it is used: that is in the time below.
const { ms: importMs } = timed(() => way === 'support' && require(path.join(__dirname, '..')).EksAlbIngressSupport);

const { ms, template } = measure(eksModule, way, Number(clusters), flags, layout);
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
  template: process.env.BENCH_TEMPLATE ? template : undefined,
}));
