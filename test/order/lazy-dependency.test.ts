import { App, Aspects, CfnResource, NestedStack, Stack, Stage } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Construct, IConstruct } from 'constructs';
import { addLazyDependency } from '../../src/order/lazy-dependency';

const resource = (scope: Construct, id: string) => new CfnResource(scope, id, { type: 'AWS::CloudFormation::WaitConditionHandle' });
const dependsOn = (stack: Stack, one: CfnResource) => Template.fromStack(stack).toJSON().Resources[stack.getLogicalId(one)].DependsOn;

test('a dependency that is determined when it is read is in the template', () => {
  const stack = new Stack(new App(), 'Stack');
  const [one, other] = [resource(stack, 'One'), resource(stack, 'Other')];
  const found: IConstruct[] = [];
  addLazyDependency(one, () => found);
  found.push(other);
  expect(dependsOn(stack, one)).toEqual(['Other']);
});

test.each<[string, (app: App) => Stage]>([
  ['an app', (app) => app],
  ['a stage of an app', (app) => new Stage(app, 'Stage')],
])('on %s it runs after Aspects, and what it adds to resources anywhere in it is in the template', (_, stageOf) => {
  const stage = stageOf(new App());
  const stack = new Stack(stage, 'Stack');
  const later = new Stack(stage, 'Later');
  const nested = new NestedStack(stack, 'Nested');
  const [one, other, inner, innerOther, far] = [
    resource(stack, 'One'), resource(stack, 'Other'), resource(nested, 'Inner'), resource(nested, 'InnerOther'), resource(later, 'Far'),
  ];
  const visited: IConstruct[] = [];
  Aspects.of(stage).add({ visit: (construct) => { visited.push(construct); } });
  let runs = 0;
  addLazyDependency(stage, () => {
    runs += 1;
    expect(visited).toEqual(expect.arrayContaining([one, other, inner, far]));
    if (runs === 1) {
      addLazyDependency(one, () => [other]);
      addLazyDependency(inner, () => [innerOther]);
      addLazyDependency(far, () => [one]);
    }
    return [];
  });

  expect(dependsOn(stack, one)).toEqual(['Other']);
  expect(dependsOn(nested, inner)).toEqual(['InnerOther']);
  expect(later.dependencies).toEqual([stack]);
  expect(runs).toBeGreaterThan(0);
});

test('what is read is not kept: another synth may give other dependencies', () => {
  const app = new App();
  const stack = new Stack(app, 'Stack');
  const [one, ...others] = ['One', 'Two', 'Three'].map((id) => resource(stack, id));
  const found: IConstruct[] = [others[0]];
  addLazyDependency(one, () => found);
  app.synth();
  found.push(others[1]);
  app.synth({ force: true });
  expect(one.obtainDependencies()).toEqual(others);
});
