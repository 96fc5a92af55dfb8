import { Component } from 'projen';
import { JsiiProject } from 'projen/lib/cdk';

/**
 * The task behind the README's first command: the example app, installed from the package as a user would install it,
 * synthesized with the CDK CLI and told in words.
 */
export class Examples extends Component {
  constructor(project: JsiiProject) {
    super(project);
    const cwd = 'examples/typescript';

    const example = project.addTask('example', { description: 'Synthesize the example app from the packed library, and print what it defines' });
    example.spawn(project.tasks.tryFind('pack')!);
    // The version stays the same while the content changes, so npm would keep what it has.
    example.exec('rm -rf node_modules/cdk-eks-alb-ingress-support', { cwd });
    example.exec('npm install --no-audit --no-fund --loglevel=error', { cwd });
    example.exec('npm run --silent synth', { cwd });
    example.exec(`npx ${project.name} cdk.out`, { cwd });

    // The generator of the API reference takes any copy of the package's API that it finds below the project, older ones too.
    project.tasks.tryFind('docgen')?.prependExec('find examples dist -path "*/cdk-eks-alb-ingress-support/.jsii" -delete 2>/dev/null || true');
  }
}
