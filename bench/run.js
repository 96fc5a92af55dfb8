// Measures the support construct beside the CDK's own AlbController, in one run.
//   npx projen bench [rounds]
// The task packs the library first, which tells its size.
// Rounds are paired: each measures all ways one after the other, so that a busy machine slows all of them; figures are medians, and
// ratios are medians of the rounds' ratios, with the range of the middle half of them.
const { execFileSync } = require('child_process');
const path = require('path');
const { inTurn } = require('./app');

const rounds = Number(process.argv[2] ?? 9);
const MANY = 50;

const median = (values) => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
};
const run = (program, ...args) => JSON.parse(execFileSync(process.execPath, ['--expose-gc', path.join(__dirname, program), ...args.map(String)], {
  stdio: ['ignore', 'pipe', 'inherit'],
}));
const rounded = (value) => Math.round(value * 100) / 100;
/** Where the middle half lies. */
const quartiles = (values) => {
  const sorted = [...values].sort((a, b) => a - b);
  const half = Math.ceil(sorted.length / 2);
  return `${rounded(median(sorted.slice(0, half)))}..${rounded(median(sorted.slice(-half)))}`;
};
const compare = (theirs, ours) => {
  const ratios = ours.map((value, index) => value / theirs[index]);
  return { 'theirs': rounded(median(theirs)), 'ours': rounded(median(ours)), 'ratio': rounded(median(ratios)), 'middle half of the ratios': quartiles(ratios) };
};

for (const eksModule of ['aws-eks', 'aws-eks-v2']) {
  const cold = Array.from({ length: rounds }, (_, round) => Object.fromEntries(inTurn(round).map((way) => [way, run('cold.js', eksModule, way)])));
  const warm = run('warm.js', eksModule, MANY, rounds);
  const [theirs, ours] = ['alb-controller', 'support'];
  const added = (samples, figure) => compare(...[theirs, ours].map((way) => samples.map((sample) => figure(sample[way]) - figure(sample.none))));
  const absolute = (figure) => compare(...[theirs, ours].map((way) => cold.map((sample) => figure(sample[way]))));

  console.log(`\n${eksModule}: added to an app with a cluster, by AlbController v3.2.2 and by EksAlbIngressSupport (medians of ${rounds} rounds)`);
  console.table({
    'resources': added(cold, ({ resources }) => resources),
    'custom resources': added(cold, ({ customResources }) => customResources),
    'Lambda functions': added(cold, ({ functions }) => functions),
    'template bytes': added(cold, ({ templateBytes }) => templateBytes),
    'import and synth of one cluster in a new process, ms': added(cold, ({ ms }) => ms),
    'import of the library, of that, ms': { ours: rounded(median(cold.map(({ support }) => support.importMs))) },
    'synth of one cluster in a warm process, ms': added(warm, ({ one }) => one),
    [`synth of each further cluster up to ${MANY}, ms`]: added(warm, ({ one, many }) => (many - one) / (MANY - 1)),
    'memory after the synth of one cluster, MiB': added(cold, ({ memoryMiB }) => memoryMiB),
  });
}
