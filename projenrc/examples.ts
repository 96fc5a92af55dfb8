import { Component } from 'projen';
import { JsiiProject } from 'projen/lib/cdk';

const TARBALL = 'dist/examples/cdk-eks-alb-ingress-support.tgz';

/**
 * The task behind the README's first command: the example app, installed from the package as a user would install it,
 * synthesized with the CDK CLI and told in words.
 */
export class Examples extends Component {
  constructor(project: JsiiProject) {
    super(project);
    const cwd = 'examples/typescript';

    const pack = project.addTask('pack', { description: `Pack the library as npm would publish it, to ${TARBALL}` });
    pack.spawn(project.preCompileTask);
    pack.exec('jsii --silence-warnings=reserved-word --compress-assembly');
    pack.exec('mkdir -p dist/examples');
    // A new file that no user needs does not slip in.
    pack.exec('npm pack --dry-run --json --ignore-scripts --silent | ts-node --transpile-only --project tsconfig.dev.json scripts/check-package.ts');
    pack.exec(`mv "dist/examples/$(npm pack --silent --pack-destination dist/examples | tail -n 1)" ${TARBALL}`);

    const example = project.addTask('example', { description: 'Synthesize the example app from the packed library, and print what it defines' });
    example.spawn(pack);
    // The version stays the same while the content changes, so npm would keep what it has.
    example.exec('rm -rf node_modules/cdk-eks-alb-ingress-support', { cwd });
    example.exec('npm install --no-audit --no-fund --loglevel=error', { cwd });
    example.exec('npm run --silent synth', { cwd });
    example.exec(`ts-node --transpile-only --project tsconfig.dev.json examples/describe.ts ${cwd}/cdk.out`);

    // The generator of the API reference takes any copy of the package's API that it finds below the project, older ones too.
    project.tasks.tryFind('docgen')?.prependExec('find examples dist -path "*/cdk-eks-alb-ingress-support/.jsii" -delete 2>/dev/null || true');
    project.gitignore.exclude('/dist/');
  }
}
