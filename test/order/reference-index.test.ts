import { App, Aws, CfnParameter, CfnResource, Fn, Lazy, Stack, Token } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { ReferenceFinder, ReferenceIndex } from '../../src/order/reference-index';
import { readReferences } from '../../src/util/references';

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

const stack = new Stack();
const other = new Stack(stack.node.root, 'Other');
const resource = (id: string, scope = stack) => new CfnResource(scope, id, { type: 'AWS::CloudFormation::WaitConditionHandle' });
const [a, b, far] = [resource('A'), resource('B'), resource('A', other)];
const parameter = new CfnParameter(stack, 'Parameter', { type: 'Number' });

/** Statements that refer by resource, principal and condition. */
const policy = new iam.PolicyDocument({
  statements: [
    new iam.PolicyStatement({ actions: ['s3:GetObject'], resources: [a.ref], conditions: { StringEquals: { 'aws:SourceArn': b.ref } } }),
    new iam.PolicyStatement({ actions: ['sts:AssumeRole'], principals: [new iam.ArnPrincipal(far.ref)] }),
  ],
});

test.each<[string, unknown, unknown[]]>([
  ['nothing', { text: 'Ref', number: 1, flag: true, none: undefined, list: [null] }, []],
  ['a text', `${a.ref}-${Fn.getAtt('X', 'Y')}-${b.getAtt('Arn')}`, [a, b]],
  ['a text that looks like a list', `#!/bin/sh ${a.ref}`, [a]],
  ['a list', Token.asList(a.getAtt('List')), [a]],
  ['a number', parameter.valueAsNumber, [parameter]],
  ['a key', { [a.ref]: 1 }, [a]],
  ['a function', Fn.join(',', [a.ref, Fn.select(0, Fn.split('/', b.ref))]), [a, b]],
  ['a lazy one in a lazy one', Lazy.any({ produce: () => [Lazy.string({ produce: () => a.ref })] }), [a]],
  ['JSON', stack.toJsonString({ text: a.ref, list: [{ far: far.ref }] }), [a, far]],
  ['a policy', { document: policy }, [a, b, far]],
  ['a pseudo parameter', [Aws.REGION, { Ref: 'AWS::StackName' }], []],
])('what %s refers to', (_, value, expected) => {
  expect([...new ReferenceFinder().find(stack, value).targets]).toEqual(expected);
  // As the whole value rendered would tell.
  expect(new Set(readReferences(stack, value).targets)).toEqual(new Set(expected));
});

test('the same text is the same again', () => {
  const finder = new ReferenceFinder();
  expect([0, 1].map(() => [...finder.find(stack, `${a.ref}-x`).targets])).toEqual([[a], [a]]);
});

test('logical ids that are named literally', () => {
  const named = { one: { Ref: 'A' }, two: { 'Fn::GetAtt': ['B', 'Arn'] }, three: { 'Fn::GetAtt': 'C.Arn' }, four: { 'Fn::Sub': '${D.Arn}-${!E}-${AWS::Region}' } };
  expect([...new ReferenceFinder().find(stack, [named, Fn.ref('F')]).logicalIds]).toEqual(['A', 'B', 'C', 'D', 'F']);
});
