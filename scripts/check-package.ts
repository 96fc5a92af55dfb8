/**
 * Says what is wrong with the content of the npm package: every other language's package holds it too.
 *
 *   npm pack --dry-run --json --ignore-scripts | ts-node scripts/check-package.ts
 */
import * as fs from 'fs';

/** What a user needs. Anything else is left out by `addPackageIgnore` in .projenrc.ts, or added here. */
const CONTENT = [
  // What jsii compiled, but no program of its own: those are bundled into assets/.
  /^lib\/(?!bundled\/|[\w-]+\/program\/)[\w./-]+\.(js|d\.ts)$/,
  /^assets\/(bundled|\w+\/program)\/[\w-]+\/index\.(js|py)$/,
  // The API as jsii reads it: a note, and the compressed description that the note points to.
  /^\.jsii(\.gz)?$/,
  // README and docstrings in the other languages, from which their packages are made.
  /^\.jsii\.tabl\.json\.gz$/,
  /^(package\.json|README\.md|LICENSE|NOTICE)$/,
  /^docs\/[\w-]+\.md$/,
];

/** Without these it cannot be imported, or fails at the first construct. */
const NEEDED = [
  'package.json', 'README.md', 'LICENSE', 'NOTICE', '.jsii', '.jsii.gz', 'lib/index.js', 'lib/index.d.ts', 'docs/props.md',
  'assets/bundled/yaml/index.js', 'assets/cleanup/program/load-balancer-cleanup/index.js', 'assets/network/program/network-tags/index.js',
  'assets/summary/program/summary/index.js', 'assets/controller/program/crd_upgrade/index.py',
];

const LARGEST_INSTALLED = 1_250_000;

/** Of the output of `npm pack --json`, what is read here. */
export interface PackedPackage {
  readonly unpackedSize: number;
  readonly files: { readonly path: string }[];
}

/** What is wrong with a package; empty when nothing is. */
export function faultsOf({ unpackedSize, files }: PackedPackage): string[] {
  const paths = files.map((file) => file.path);
  return [
    ...paths.filter((path) => !CONTENT.some((pattern) => pattern.test(path))).map((path) => `${path} is of no use to a user`),
    ...NEEDED.filter((path) => !paths.includes(path)).map((path) => `${path} is missing`),
    ...(unpackedSize > LARGEST_INSTALLED ? [`it takes ${unpackedSize} bytes when installed, more than ${LARGEST_INSTALLED}`] : []),
  ];
}

function main(): void {
  const [packed]: PackedPackage[] = JSON.parse(fs.readFileSync(0, 'utf8'));
  const faults = faultsOf(packed);
  if (faults.length > 0) {
    console.error(`the package for npm is not what it should be:\n  ${faults.join('\n  ')}`);
    process.exitCode = 1;
    return;
  }
  console.log(`the package for npm has ${packed.files.length} files, and takes ${packed.unpackedSize} bytes when installed`);
}

if (require.main === module) {
  main();
}
