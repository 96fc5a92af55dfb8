import { App, CfnResource, Fn, Stack } from 'aws-cdk-lib';
import { ReferenceIndex } from '../../src/order/reference-index';

/** A stack with a resource that names another one by its logical id, as escape hatches do. */
function newPair(app: App, id: string): [CfnResource, CfnResource] {
  const stack = new Stack(app, id);
  const named = new CfnResource(stack, 'Named', { type: 'Test::One' });
  return [new CfnResource(stack, 'Naming', { type: 'Test::One', properties: { Of: Fn.sub('${Named}') } }), named];
}

test('what is named by its logical id is that of the same stack', () => {
  const app = new App();
  const pairs = ['One', 'Two', 'Three'].map((id) => newPair(app, id));
  const index = new ReferenceIndex(pairs.flat());

  expect(pairs.map(([naming]) => index.of(naming))).toEqual(pairs.map(([, named]) => [named]));
});

test('each resource is looked at as often, however many stacks have names', () => {
  const looksWith = (count: number) => {
    const app = new App();
    const pairs = Array.from({ length: count }, (_, at) => newPair(app, `Stack${at}`));
    let looks = 0;
    const [, first] = pairs[0];
    const { stack } = first;
    Object.defineProperty(first, 'stack', {
      get: () => {
        looks += 1;
        return stack;
      },
    });
    const index = new ReferenceIndex(pairs.flat());
    pairs.forEach(([naming]) => index.of(naming));
    return looks;
  };
  expect(looksWith(9)).toBe(looksWith(2));
});
