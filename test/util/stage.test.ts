import { App, CfnResource, Stack, Stage } from 'aws-cdk-lib';
import { registryOf, StageResources, stageOf } from '../../src/util/stage';

describe('the stage of a construct', () => {
  test('is the innermost stage around a construct, mostly the app', () => {
    const app = new App();
    const stage = new Stage(app, 'Stage');
    const inner = new Stage(stage, 'Inner');

    expect(stageOf(new Stack(app, 'Stack'))).toBe(app);
    expect(stageOf(new Stack(stage, 'Stack'))).toBe(stage);
    expect(stageOf(new Stack(inner, 'Stack'))).toBe(inner);
    expect([stageOf(inner), stageOf(app)]).toEqual([stage, app]);
  });

  test('is the stack at the root of a tree that has no app', () => {
    const stack = new Stack();
    expect(stageOf(new Stack(stack, 'Inner'))).toBe(stack.node.root);
  });
});

describe('resources', () => {
  let app: App;
  let stack: Stack;

  beforeEach(() => {
    app = new App();
    stack = new Stack(app, 'Stack');
  });

  const newResource = (id: string, scope = stack, type = 'Test::One') => new CfnResource(scope, id, { type });

  test('are those of all stacks, but not of stages inside', () => {
    const inner = new Stage(app, 'Stage');
    const own = newResource('Own', new Stack(inner, 'Stack'));
    const one = newResource('One');
    const other = newResource('Other', new Stack(app, 'Second'));

    expect(StageResources.around(stack).all).toEqual([one, other]);
    expect(StageResources.around(own).all).toEqual([own]);
  });

  test('are had by type, in the order of the app', () => {
    const first = newResource('First');
    const other = newResource('Other', stack, 'Test::Two');
    const last = newResource('Last');

    expect(StageResources.around(first).ofType('Test::One')).toEqual([first, last]);
    expect(StageResources.around(first).ofType('Test::Two', 'Test::One')).toEqual([other, first, last]);
    expect(StageResources.around(first).ofType('Test::Three')).toEqual([]);
  });

  test('are what they were when listed last, and what they are until then', () => {
    const one = newResource('One');
    expect(StageResources.around(one).all).toEqual([one]);

    const two = newResource('Two');
    StageResources.list(app);
    newResource('Three');
    expect(StageResources.around(one).all).toEqual([one, two]);

    StageResources.list(app);
    expect(StageResources.around(one).all).toHaveLength(3);
  });
});

test('a registry is shared by the constructs of one stage, and by all copies of this package', () => {
  const app = new App();
  const stack = new Stack(app, 'Stack');
  const staged = new Stack(new Stage(app, 'Stage'), 'Stack');
  registryOf<number>(stack, 'things').set('a', 1);

  jest.isolateModules(() => {
    const copy: typeof import('../../src/util/stage') = require('../../src/util/stage'); // eslint-disable-line @typescript-eslint/no-require-imports
    expect(copy.registryOf).not.toBe(registryOf);
    expect(copy.registryOf<number>(new Stack(app, 'Other'), 'things').get('a')).toBe(1);
  });
  expect(registryOf(stack, 'other things').size).toBe(0);
  expect(registryOf(staged, 'things').size).toBe(0);
});
