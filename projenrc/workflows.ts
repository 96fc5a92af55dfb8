import { Component } from 'projen';
import { JsiiProject } from 'projen/lib/cdk';
import { GithubWorkflow } from 'projen/lib/github';
import { JobPermission } from 'projen/lib/github/workflows-model';

const CHECKOUT = { uses: 'actions/checkout@v5' };
/** Where the upstream workflow puts its clone, aside of the checkout. */
const CLONE = '/tmp/aws-load-balancer-controller';
const NODE = { uses: 'actions/setup-node@v6', with: { 'node-version': '22.x' } };

/**
 * Workflows beside those that projen makes: the whole gate on every pull request, and a weekly look at what upstream has released.
 */
export class Workflows extends Component {
  constructor(project: JsiiProject) {
    super(project);

    const gate = new GithubWorkflow(project.github!, 'gate');
    gate.on({ pullRequest: {}, workflowDispatch: {} });
    gate.addJob('gate', {
      runsOn: ['ubuntu-latest'],
      permissions: { contents: JobPermission.READ },
      steps: [CHECKOUT, NODE, { name: 'The gate', run: '.ci/run' }],
    });

    const upstream = new GithubWorkflow(project.github!, 'upstream');
    upstream.on({ schedule: [{ cron: '0 6 * * 1' }], workflowDispatch: {} });
    upstream.addJob('check', {
      runsOn: ['ubuntu-latest'],
      permissions: { contents: JobPermission.READ },
      steps: [
        CHECKOUT,
        NODE,
        { run: 'npm ci' },
        { name: 'Clone the controller\'s repository', run: `git clone --quiet --bare https://github.com/kubernetes-sigs/aws-load-balancer-controller.git ${CLONE}` },
        { run: 'npx projen bundle' },
        { name: 'Tables against the repository', run: 'npx jest repository.upstream --ci --coverage=false', env: { LBC_REPOSITORY_DIR: CLONE } },
        { name: 'Releases of the controller that have no constant yet', run: 'npx projen upstream:check' },
      ],
    });
  }
}
