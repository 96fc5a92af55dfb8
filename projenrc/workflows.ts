import { Component } from 'projen';
import { JsiiProject } from 'projen/lib/cdk';
import { GithubWorkflow } from 'projen/lib/github';
import { JobPermission } from 'projen/lib/github/workflows-model';

const CHECKOUT = { uses: 'actions/checkout@v5' };
/** Facts of the controller's project, for the comparisons: without them, the tests fail in the workflows. */
const UPSTREAM = { LBC_UPSTREAM_DIR: '/tmp/upstream', LBC_UPSTREAM_REQUIRED: '1' };
const FETCH = { name: 'Charts, policies and facts of the controller', run: 'scripts/fetch-upstream.sh "$LBC_UPSTREAM_DIR"' };
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
      env: UPSTREAM,
      steps: [CHECKOUT, NODE, { run: 'npm ci' }, FETCH, { name: 'The gate', run: '.ci/run' }],
    });

    const endToEnd = new GithubWorkflow(project.github!, 'e2e');
    endToEnd.on({ schedule: [{ cron: '0 3 * * *' }], workflowDispatch: {} });
    const steps = (name: string, task: string, kept: string) => [
      CHECKOUT,
      NODE,
      { uses: 'actions/setup-go@v6', with: { 'go-version': 'stable', 'cache': false } },
      // The programs of Kubernetes take minutes to build, and change with the releases that are named there.
      { uses: 'actions/cache@v4', with: { path: '/tmp/e2e-cache', key: '${{ runner.os }}-${{ hashFiles(\'test/e2e/settings.ts\') }}' } },
      { run: 'npm ci' },
      { run: 'npx projen moto' },
      FETCH,
      { name: 'Released programs of the controller', run: 'test/e2e/controller-programs.sh "$E2E_CONTROLLER_DIR"' },
      { name, run: `sudo --preserve-env env "PATH=$PATH" npx projen ${task}` },
      { if: 'failure()', uses: 'actions/upload-artifact@v4', with: { name: `failed-${task}`, path: kept } },
    ];
    const job = {
      runsOn: ['ubuntu-latest'],
      permissions: { contents: JobPermission.READ },
      env: { ...UPSTREAM, E2E_CONTROLLER_DIR: '/tmp/controllers', E2E_CACHE_DIR: '/tmp/e2e-cache', E2E_REQUIRED: '1' },
    };
    endToEnd.addJob('e2e', { ...job, steps: steps('All scenarios', 'e2e', 'dist/e2e/0/failed') });
    endToEnd.addJob('mutations', { ...job, steps: steps('Twenty defects, each seen by its scenario', 'mutations', 'dist/mutations') });

    const upstream = new GithubWorkflow(project.github!, 'upstream');
    upstream.on({ schedule: [{ cron: '0 6 * * 1' }], workflowDispatch: {} });
    upstream.addJob('check', {
      runsOn: ['ubuntu-latest'],
      permissions: { contents: JobPermission.READ },
      env: UPSTREAM,
      steps: [
        CHECKOUT,
        NODE,
        { run: 'npm ci' },
        FETCH,
        { name: 'Tables against charts, policies and facts', run: 'npx jest upstream helm release manifest-file --ci' },
        { name: 'Releases of the controller that have no constant yet', run: 'npx projen upstream:check' },
      ],
    });
  }
}
