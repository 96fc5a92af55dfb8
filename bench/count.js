// Counts what the measured processes of cold.js execute, for machines on which times cannot be compared.
//   npx projen bench:count [rounds]
// The task packs the library first. Takes valgrind. V8 interprets, as it does what runs once; it compiles nothing to machine code. Of a
// way the least of the rounds counts: some more is garbage collected in others, up to a hundredth of all that the process executes.
const { spawnSync } = require('child_process');
const path = require('path');

const NODE = [process.execPath, '--jitless', '--single-threaded', '--expose-gc'];

const rounds = Number(process.argv[2] ?? 3);

function millionsOf(eksModule, way) {
  const { stderr, status, error } = spawnSync('valgrind', [
    '--tool=cachegrind', '--cache-sim=no', '--cachegrind-out-file=/dev/null', ...NODE, path.join(__dirname, 'cold.js'), eksModule, way,
  ], { encoding: 'utf8' });
  const [, count] = stderr?.match(/I\s+refs:\s+([\d,]+)/) ?? [];
  if (error || status !== 0 || !count) {
    throw error ?? new Error(stderr);
  }
  return Number(count.replace(/,/g, '')) / 1e6;
}

for (const eksModule of ['aws-eks', 'aws-eks-v2']) {
  const [none, theirs, ours] = ['none', 'alb-controller', 'support']
    .map((way) => Math.min(...Array.from({ length: rounds }, () => millionsOf(eksModule, way))));
  const added = { theirs: Math.round(theirs - none), ours: Math.round(ours - none) };
  console.log(`\n${eksModule}: instructions added to an app with a cluster, by AlbController v3.2.2 and by EksAlbIngressSupport`);
  console.table({ 'import and synth of one cluster in a new process, millions': { ...added, ratio: Math.round(100 * added.ours / added.theirs) / 100 } });
}
