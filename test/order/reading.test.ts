import { App, Tokenization } from 'aws-cdk-lib';
import { Node } from 'constructs';
import { EksAlbIngressSupport } from '../../src';
import { ReferenceFinder } from '../../src/order/reference-index';
import { MODULES, newApp, newCluster, newManifest, newStack, newVpc } from '../fixtures';

afterEach(() => {
  jest.restoreAllMocks();
});

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

describe.each(MODULES)('with each further cluster, %s', (module) => {
  function newAppOf(clusters: number): App {
    const app = newApp();
    for (let index = 0; index < clusters; index++) {
      const stack = newStack(`Stack${index}`, {}, app);
      const vpc = newVpc(stack);
      new EksAlbIngressSupport(stack, 'AlbIngress', { cluster: newCluster(stack, module, { vpc }), vpc });
    }
    return app;
  }

  test('the app is not gone through once more', () => {
    const timesThrough = (app: App) => {
      const findAll = jest.spyOn(Node.prototype, 'findAll');
      app.synth();
      const times = findAll.mock.contexts.filter((node) => node === app.node).length;
      findAll.mockRestore();
      return times;
    };

    expect(timesThrough(newAppOf(3))).toBe(timesThrough(newAppOf(1)));
  });

  test('the OIDC providers of the others are not read once more', () => {
    const app = newAppOf(3);
    const resolve = jest.spyOn(Tokenization, 'resolve');

    app.synth();

    const providers = resolve.mock.calls.map(([, { scope }]) => scope.node.path).filter((path) => path.includes('OidcProvider'));
    expect(new Set(providers).size).toBe(3);
    expect(providers).toHaveLength(3);
  });
});
