import { Component } from 'projen';
import { JsiiProject } from 'projen/lib/cdk';

export const TARBALL = 'dist/examples/cdk-eks-alb-ingress-support.tgz';

/** Development is on a newer CDK than the lowest that is supported, which has a task of its own: of that there is nothing to warn (JSII6). */
const COMPILE = 'jsii --silence-warnings=reserved-word --silence-warnings=JSII6 --compress-assembly';

/** How the library is compiled and packed: what an app of two props uses in one file of JavaScript, and the rest in another. */
export class Library extends Component {
  constructor(project: JsiiProject) {
    super(project);
    const bundle = project.addTask('bundle:library', {
      description: 'Make two files of the compiled library: what an app of two props uses, and the rest',
      exec: 'ts-node --transpile-only --project tsconfig.dev.json scripts/bundle-library.ts',
    });
    project.compileTask.updateStep(0, { exec: COMPILE });
    project.compileTask.insertStep(1, { spawn: bundle.name });
    project.watchTask.reset(COMPILE.replace('jsii', 'jsii -w'));
    project.addPackageIgnore('/lib/*/**/*.js');
    project.addPackageIgnore('/lib/!(index|later).js');

    const pack = project.addTask('pack', { description: `Pack the library as npm would publish it, to ${TARBALL}` });
    pack.spawn(project.preCompileTask);
    pack.exec(COMPILE);
    pack.spawn(bundle);
    pack.exec('mkdir -p dist/examples');
    // A new file that no user needs does not slip in.
    pack.exec('npm pack --dry-run --json --ignore-scripts --silent | ts-node --transpile-only --project tsconfig.dev.json scripts/check-package.ts');
    pack.exec(`mv "dist/examples/$(npm pack --silent --pack-destination dist/examples | tail -n 1)" ${TARBALL}`);
    project.gitignore.exclude('/dist/');
  }
}
