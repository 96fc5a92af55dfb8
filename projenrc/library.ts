import { Component } from 'projen';
import { JsiiProject } from 'projen/lib/cdk';

export const TARBALL = 'dist/examples/cdk-eks-alb-ingress-support.tgz';

/** Development is on a newer CDK than the lowest that is supported, which has a task of its own: of that there is nothing to warn (JSII6). */
const COMPILE = 'jsii --silence-warnings=reserved-word --silence-warnings=JSII6 --compress-assembly';

/** How the library is compiled and packed: as jsii compiles it, a file of JavaScript for each one in `src/`, without comments. */
export class Library extends Component {
  constructor(project: JsiiProject) {
    super(project);
    // Apps import the package by its name only, so that its files can move; the rest is what tools read.
    project.package.addField('exports', {
      '.': { types: './lib/index.d.ts', default: './lib/index.js' },
      './package.json': './package.json',
      './.jsii': './.jsii',
    });

    // By these PyPI's readers filter; jsii writes those of the audience, the licence and the maturity itself.
    project.tryFindObjectFile('package.json')!.addOverride('jsii.targets.python.classifiers', ['Framework :: AWS CDK', 'Framework :: AWS CDK :: 2']);

    const trim = project.addTask('trim-library', {
      description: 'Remove from the compiled library what no app needs: hidden declarations, and the comments of the JavaScript',
      exec: 'ts-node --transpile-only --project tsconfig.dev.json scripts/trim-library.ts',
    });
    project.compileTask.updateStep(0, { exec: COMPILE });
    // Files that are no longer in the source would be packed too.
    project.compileTask.prependExec('rm -rf lib');
    project.compileTask.spawn(trim);
    project.watchTask.reset(COMPILE.replace('jsii', 'jsii -w'));

    // A new file that no user needs does not slip in, and none that a user needs is missing.
    const check = project.addTask('check-package', {
      description: 'Check the content of the package for npm, which is in the packages of all languages',
      exec: 'npm pack --dry-run --json --ignore-scripts --silent | ts-node --transpile-only --project tsconfig.dev.json scripts/check-package.ts',
    });
    const pack = project.addTask('pack', { description: `Pack the library as npm would publish it, to ${TARBALL}` });
    pack.spawn(project.preCompileTask);
    // Without the comparison with the last release, which takes a network.
    pack.exec('rm -rf lib');
    pack.exec(COMPILE);
    pack.spawn(trim);
    pack.spawn(check);
    pack.exec('mkdir -p dist/examples');
    pack.exec(`mv "dist/examples/$(npm pack --silent --pack-destination dist/examples | tail -n 1)" ${TARBALL}`);
    project.gitignore.exclude('/dist/');
  }
}
