import { Component } from 'projen';
import { JsiiProject } from 'projen/lib/cdk';
import { GithubWorkflow } from 'projen/lib/github';
import { JobPermission } from 'projen/lib/github/workflows-model';

const CHECKOUT = { uses: 'actions/checkout@v5' };
/** Where the upstream workflow puts its clone, aside of the checkout. */
const CLONE = '/tmp/aws-load-balancer-controller';
const NODE = { uses: 'actions/setup-node@v6', with: { 'node-version': '22.x' } };

/**
 * Workflows beside those that projen makes: the whole gate on every pull request, all end-to-end scenarios each night, and a weekly look at what upstream has released.
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

    const endToEnd = new GithubWorkflow(project.github!, 'e2e');
    endToEnd.on({ schedule: [{ cron: '0 3 * * *' }], workflowDispatch: {} });
    endToEnd.addJob('e2e', {
      runsOn: ['ubuntu-latest'],
      permissions: { contents: JobPermission.READ },
      env: { E2E_UPSTREAM_DIR: '/tmp/e2e-upstream', E2E_CACHE_DIR: '/tmp/e2e-cache', E2E_REQUIRED: '1' },
      steps: [
        CHECKOUT,
        NODE,
        { uses: 'actions/setup-go@v6', with: { 'go-version': 'stable', 'cache': false } },
        // The programs take ten minutes to build, and change with the releases that are named there.
        { uses: 'actions/cache@v4', with: { path: '/tmp/e2e-cache', key: '${{ runner.os }}-${{ hashFiles(\'test/e2e/settings.ts\', \'test/e2e/upstream.sh\') }}' } },
        { run: 'npm ci' },
        { run: 'npx projen moto' },
        { name: 'Charts and sources of the controller', run: 'test/e2e/upstream.sh "$E2E_UPSTREAM_DIR"' },
        { name: 'All scenarios', run: 'sudo --preserve-env env "PATH=$PATH" npx projen e2e' },
        { if: 'failure()', uses: 'actions/upload-artifact@v4', with: { name: 'failed', path: 'dist/e2e/0/failed' } },
      ],
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
