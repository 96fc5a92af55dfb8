import { App } from 'aws-cdk-lib';
import { EksAlbIngressSupport } from '../../src';
import { ReferenceFinder } from '../../src/util/references';
import { MODULES, newCluster, newManifest, newStack, newVpc } from '../fixtures';

test.each(MODULES)('an app is read once while it is synthesized, and no resource of it twice, %s', (module) => {
  const find = jest.spyOn(ReferenceFinder.prototype, 'find');
  const stack = newStack();
  const vpc = newVpc(stack);
  const cluster = newCluster(stack, module, { vpc });
  const { controller } = new EksAlbIngressSupport(stack, 'AlbIngress', { cluster, vpc });
  // What depends on the construct has it look for circles at the end.
  newManifest(stack, cluster).node.addDependency(controller!);

  (stack.node.root as App).synth();

  const read = find.mock.calls.map(([resource]) => resource.node.path);
  expect(read.length).toBeGreaterThan(0);
  expect(new Set(read).size).toBe(read.length);
});
