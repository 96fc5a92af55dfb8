import { faultsOf } from '../../scripts/check-package';

const GOOD = [
  '.jsii', '.jsii.gz', 'LICENSE', 'NOTICE', 'README.md', 'package.json', 'lib/index.d.ts', 'lib/index.js', 'lib/cluster/target-cluster.js', 'lib/release/controller-version.d.ts', 'docs/props.md',
  'assets/bundled/yaml/index.js', 'assets/cleanup/program/load-balancer-cleanup/index.js', 'assets/network/program/network-tags/index.js', 'assets/summary/program/summary/index.js', 'assets/controller/program/crd_upgrade/index.py',
];

const packed = (paths: string[], unpackedSize = 500_000) => ({ unpackedSize, files: paths.map((path) => ({ path })) });

test('has nothing to say of what a user needs', () => {
  expect(faultsOf(packed(GOOD))).toEqual([]);
});

test.each([
  'src/index.ts', 'lib/index.ts', 'lib/index.js.map', 'lib/custom-resource/program/aws.d.ts', 'lib/custom-resource/program/aws.js', 'lib/bundled/yaml.d.ts', 'test/setup.ts', 'docs/images/defines.svg', 'docs/decisions/names.md', 'examples/go/go.mod',
  'bench/run.js', '.ci/run', 'tsconfig.json', 'package-lock.json', 'tsconfig.tsbuildinfo', 'assets/network/program/network-tags/index.js.map', 'API.md', '.env',
])('fails for %s', (path) => {
  expect(faultsOf(packed([...GOOD, path]))).toEqual([`${path} is of no use to a user`]);
});

test.each(GOOD.filter((path) => !['lib/cluster/target-cluster.js', 'lib/release/controller-version.d.ts'].includes(path)))('fails without %s', (path) => {
  expect(faultsOf(packed(GOOD.filter((one) => one !== path)))).toEqual([`${path} is missing`]);
});

test('fails for more than 1.25 megabytes', () => {
  expect(faultsOf(packed(GOOD, 1_250_000))).toEqual([]);
  expect(faultsOf(packed(GOOD, 1_250_001))).toEqual(['it takes 1250001 bytes when installed, more than 1250000']);
});
