import { Component } from 'projen';
import { JsiiProject } from 'projen/lib/cdk';

/**
 * The task that deploys and destroys stacks of this library on a running cluster: test/e2e/README.md.
 */
export class EndToEnd extends Component {
  constructor(project: JsiiProject) {
    super(project);
    const task = project.addTask('e2e', {
      description: 'Deploy and destroy stacks on a real Kubernetes API server with the real controller: all scenarios, or those that are named',
      // Apps are programs of their own, which take the library from its source.
      steps: [{ spawn: 'bundle' }],
    });
    // Apps import the package by its name, which leads to the source or, once that is compiled, to the package itself.
    project.eslint?.addOverride({ files: ['test/e2e/apps/**'], rules: { 'import/no-unresolved': 'off', 'import/order': 'off' } });
    const mutations = project.addTask('mutations', {
      description: 'Plant one defect at a time into the library, and fail when the scenario that should see it passes',
      steps: [{ spawn: 'bundle' }],
    });
    mutations.exec('ts-node --transpile-only --project tsconfig.dev.json test/e2e/mutations.ts', { receiveArgs: true });
    task.exec('ts-node --transpile-only --project tsconfig.dev.json test/e2e/main.ts', { receiveArgs: true });
  }
}
