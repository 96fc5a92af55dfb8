import { faultsOf } from '../../scripts/check-package';

const GOOD = [
  '.jsii', '.jsii.gz', 'LICENSE', 'README.md', 'package.json', 'lib/index.d.ts', 'lib/index.js', 'lib/later.js', 'lib/cluster/target-cluster.d.ts',
  'assets/bundled/yaml/index.js', 'assets/cleanup/program/load-balancer-cleanup/index.js', 'assets/network/program/network-tags/index.js', 'assets/summary/program/summary/index.js',
];

const packed = (paths: string[], unpackedSize = 500_000) => ({ unpackedSize, files: paths.map((path) => ({ path })) });

test('has nothing to say of what a user needs', () => {
  expect(faultsOf(packed(GOOD))).toEqual([]);
});

test.each([
  'src/index.ts', 'lib/index.ts', 'lib/index.js.map', 'lib/custom-resource/program/aws.d.ts', 'lib/cluster/target-cluster.js', 'lib/eks-alb-ingress-support.js', 'lib/bundled/yaml.d.ts', 'test/setup.ts', 'docs/iam.md', 'examples/go/go.mod',
  'bench/run.js', '.ci/run', 'tsconfig.json', 'package-lock.json', 'tsconfig.tsbuildinfo', 'assets/network/program/network-tags/index.js.map', 'API.md', '.env',
])('fails for %s', (path) => {
  expect(faultsOf(packed([...GOOD, path]))).toEqual([`${path} is of no use to a user`]);
});

test.each(GOOD.filter((path) => path !== 'lib/cluster/target-cluster.d.ts'))('fails without %s', (path) => {
  expect(faultsOf(packed(GOOD.filter((one) => one !== path)))).toEqual([`${path} is missing`]);
});

test('fails for more than 700 kilobytes', () => {
  expect(faultsOf(packed(GOOD, 700_000))).toEqual([]);
  expect(faultsOf(packed(GOOD, 700_001))).toEqual(['it takes 700001 bytes when installed, more than 700000']);
});
