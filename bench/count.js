// Counts what the measured processes of cold.js execute, for machines on which times cannot be compared.
//   npx projen bench:count [rounds]
// The task packs the library first. Takes valgrind. V8 interprets, as it does what runs once; it compiles nothing to machine code. It has
// the memory to collect no garbage, and one seed: else processes would differ by a hundredth of all that they execute, which is a quarter
// of what is measured. Of a way the least of the rounds counts.
const { spawnSync } = require('child_process');
const path = require('path');

const NODE = [process.execPath, '--jitless', '--single-threaded', '--min-semi-space-size=256', '--max-semi-space-size=256', '--hash-seed=1', '--random-seed=1'];

const rounds = Number(process.argv[2] ?? 2);
const MANY = 5;

function millionsOf(...args) {
  const { stderr, status, error } = spawnSync('valgrind', [
    '--tool=cachegrind', '--cache-sim=no', '--cachegrind-out-file=/dev/null', ...NODE, path.join(__dirname, 'cold.js'), ...args,
  ], { encoding: 'utf8' });
  const [, count] = stderr?.match(/I\s+refs:\s+([\d,]+)/) ?? [];
  if (error || status !== 0 || !count) {
    throw error ?? new Error(stderr);
  }
  return Number(count.replace(/,/g, '')) / 1e6;
}

const compare = (theirs, ours) => ({ theirs: Math.round(theirs), ours: Math.round(ours), ratio: Math.round(100 * ours / theirs) / 100 });

for (const eksModule of ['aws-eks', 'aws-eks-v2']) {
  const counts = (way) => ['1', `${MANY}`].map((clusters) =>
    Math.min(...Array.from({ length: rounds }, () => millionsOf(eksModule, way, clusters))));
  const [none, theirs, ours] = ['none', 'alb-controller', 'support'].map(counts);
  const added = ([one, many]) => ({ one: one - none[0], further: (many - none[1] - (one - none[0])) / (MANY - 1) });
  console.log(`\n${eksModule}: millions of instructions added to an app with a cluster, by AlbController v3.2.2 and by EksAlbIngressSupport`);
  console.table({
    'import and synth of one cluster in a new process': compare(added(theirs).one, added(ours).one),
    [`synth of each further cluster up to ${MANY}`]: compare(added(theirs).further, added(ours).further),
  });
}
