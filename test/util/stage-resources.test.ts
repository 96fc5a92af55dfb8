import { App, CfnResource, Stack, Stage } from 'aws-cdk-lib';
import { StageResources } from '../../src/util/stage-resources';

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
