import { Component } from 'projen';
import { JsiiProject } from 'projen/lib/cdk';

/** Where AWS is asked for what is left. */
const CLUSTER = 'alb-ingress-integ';

/**
 * An app that is deployed to AWS by whoever has an account; its template is compared with a snapshot by everybody.
 *
 * By the CDK CLI rather than integ-runner: that cannot read yet what the CDK of today writes.
 */
export class Integ extends Component {
  constructor(project: JsiiProject) {
    super(project);
    const cli = (command: string) => `cdk ${command} --app "ts-node --transpile-only --project tsconfig.dev.json test/integ/game-2048.integ.ts"`
      + ' --output dist/integ --all';

    const deploy = project.addTask('integ:deploy', { description: 'Deploy the app of test/integ to AWS, assert, destroy, and look for what is left' });
    deploy.spawn(project.bundler.bundleTask);
    // What fails to answer is destroyed all the same.
    deploy.exec(`failed=0; ${cli('deploy')} --require-approval never || failed=1; ${cli('destroy')} --force || failed=1; exit $failed`);
    deploy.exec(`ts-node --transpile-only --project tsconfig.dev.json test/integ/nothing-left.ts ${CLUSTER}`);
  }
}
