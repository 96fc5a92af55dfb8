import * as assert from 'assert';
import * as path from 'path';
import { DeploymentFailed } from '../cloudformation/stack';
import { Template } from '../cloudformation/template';
import { addressOf, leftInAws, loadBalancers } from '../look';
import { eventually } from '../processes';
import { Scenario } from '../scenario';
import { ROOT } from '../settings';

const GAME = path.join(ROOT, 'examples', 'typescript', 'app.ts');

/**
 * What comes before what. All scenarios destroy in the worst order that the template allows: nodes, access, policies and routes first. Here
 * the library's order is taken out, so that it is known that they would see a load balancer that is left.
 */
export const ORDER: Scenario = {
  number: 8,
  name: 'order',
  cases: {
    'taken out': async (harness) => {
      const app = harness.app(GAME);
      await app.deploy();
      await eventually('the Ingress has an address', 60, () => addressOf(harness, 'game-2048', 'ingress-2048'));
      await app.deploy({ alter: withoutOrder });
      assert.equal(app.stack().status, 'UPDATE_COMPLETE');

      // Its policies have gone before it.
      harness.calls.tolerate(({ denied }) => denied !== undefined && app.stack().status.startsWith('DELETE'));
      await assert.rejects(app.destroy(), (error: Error) => {
        assert.ok(error instanceof DeploymentFailed, error.stack);
        // Nobody is left to take the finalizer off.
        assert.match(error.message, /AlbIngressIngressClassIngressesGame2048\w+: .*Task timed out/);
        return true;
      });
      assert.equal((await loadBalancers(harness)).length, 1, 'the load balancer is left');
      assert.ok((await leftInAws(harness)).some((left) => left.startsWith('VPC')));
    },
  },
};

/**
 * Takes out what the template says beyond references: of the chart all, of the Ingress what is not of the app. What waits in vain does so
 * for a minute instead of fifteen.
 */
function withoutOrder({ Resources }: Template): void {
  // Its Ingress stands below the class.
  const isOfTheApp = (id: string) => /^(Game2048|AlbIngressIngressClassIngressesGame2048)/.test(id);
  for (const [id, resource] of Object.entries(Resources!)) {
    if (resource.Type === 'Custom::AWSCDK-EKS-HelmChart' || isOfTheApp(id)) {
      Object.assign(resource, { DependsOn: [resource.DependsOn ?? []].flat().filter(isOfTheApp) });
    }
    if (id.startsWith('ClusterKubectlProviderHandler') && resource.Type === 'AWS::Lambda::Function') {
      Object.assign(resource.Properties!, { Timeout: 60 });
    }
  }
}
