// Measures the support construct beside the CDK's own AlbController, in one run.
//   npx projen bench [rounds]
// Rounds are paired: each measures all three ways one after the other, so that a busy machine slows all of them; figures are medians.
const { execFileSync } = require('child_process');
const fs = require('fs');
const path = require('path');

const rounds = Number(process.argv[2] ?? 7);
const WAYS = ['none', 'alb-controller', 'support'];
const MANY = 50;

const median = (values) => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
};
const subject = (...args) => JSON.parse(execFileSync(process.execPath, [path.join(__dirname, 'subject.js'), ...args.map(String)], {
  stdio: ['ignore', 'pipe', 'ignore'],
}));

for (const eksModule of ['aws-eks', 'aws-eks-v2']) {
  const samples = Array.from({ length: rounds }, () => Object.fromEntries(WAYS.map((way) =>
    [way, { one: subject(eksModule, way, 1), many: subject(eksModule, way, MANY) }])));
  const added = (figure) => {
    const [theirs, ours] = ['alb-controller', 'support'].map((way) => samples.map((sample) => figure(sample[way]) - figure(sample.none)));
    return { theirs: median(theirs), ours: median(ours), ratio: median(ours.map((value, index) => value / theirs[index])) };
  };
  const fixed = (key) => added((sample) => sample.one[key]);

  console.log(`\n${eksModule}: added to an app with a cluster, by AlbController v3.2.2 and by EksAlbIngressSupport (medians of ${rounds} paired rounds)`);
  console.table({
    'resources': fixed('resources'),
    'custom resources': fixed('customResources'),
    'Lambda functions': fixed('functions'),
    'custom resources in series, with the release': ['alb-controller', 'support'].reduce((row, way, index) =>
      ({ ...row, [['theirs', 'ours'][index]]: samples[0][way].one.chain }), {}),
    'template bytes': fixed('templateBytes'),
    'construct and synth, ms': fixed('totalMs'),
    [`the same for each further cluster up to ${MANY}, ms`]: added((sample) => (sample.many.totalMs - sample.one.totalMs) / (MANY - 1)),
    [`memory at ${MANY} clusters, MiB`]: added((sample) => sample.many.rssMiB),
    'import, ms': { ours: median(samples.map(({ support }) => support.one.importMs)) },
  });
}

const tarball = path.join(__dirname, '..', 'dist', 'examples', 'cdk-eks-alb-ingress-support.tgz');
if (fs.existsSync(tarball)) {
  const unpacked = execFileSync('tar', ['-tzvf', tarball], { encoding: 'utf8' }).split('\n').reduce((sum, line) => sum + Number(line.split(/\s+/)[2] ?? 0), 0);
  console.log(`package: ${Math.round(fs.statSync(tarball).size / 1024)} KiB packed, ${Math.round(unpacked / 1024)} KiB installed`);
}
