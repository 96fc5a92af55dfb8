import { App, Stack, Stage } from 'aws-cdk-lib';
import { stageOf } from '../../src/util/stage';

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
