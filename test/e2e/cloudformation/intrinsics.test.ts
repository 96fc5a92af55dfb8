import { Intrinsics } from './intrinsics';
import { Template } from './template';

function intrinsics(template: Template = {}) {
  return new Intrinsics(template, {
    stackName: 'Shop',
    stackId: 'arn:shop',
    parameters: { Given: 'given' },
    ref: (id) => ({ Vpc: 'vpc-1' } as Record<string, string>)[id],
    attribute: (id, name) => ({ 'Role.Arn': 'arn:role' } as Record<string, string>)[`${id}.${name}`],
    importValue: (name) => ({ exported: 'from afar' } as Record<string, string>)[name],
    stackOutput: () => undefined,
  });
}

test.each<[string, unknown, unknown]>([
  ['a reference', { Ref: 'Vpc' }, 'vpc-1'],
  ['a pseudo parameter', { Ref: 'AWS::StackName' }, 'Shop'],
  ['an attribute', { 'Fn::GetAtt': ['Role', 'Arn'] }, 'arn:role'],
  ['an attribute with a dot', { 'Fn::GetAtt': 'Role.Arn' }, 'arn:role'],
  ['a join', { 'Fn::Join': ['-', ['a', { Ref: 'Vpc' }]] }, 'a-vpc-1'],
  ['a substitution', { 'Fn::Sub': '${Vpc} ${Role.Arn} ${!Literal}' }, 'vpc-1 arn:role ${Literal}'],
  ['a substitution with variables', { 'Fn::Sub': ['${X}', { X: { Ref: 'Vpc' } }] }, 'vpc-1'],
  ['a choice of a split', { 'Fn::Select': [1, { 'Fn::Split': ['/', 'a/b'] }] }, 'b'],
  ['an import', { 'Fn::ImportValue': 'exported' }, 'from afar'],
  ['JSON', { 'Fn::ToJsonString': { a: { Ref: 'Vpc' } } }, '{"a":"vpc-1"}'],
  ['no value in a list', [{ Ref: 'AWS::NoValue' }, 'b'], ['b']],
  ['no value of a property', { a: { Ref: 'AWS::NoValue' }, b: 1 }, { b: 1 }],
])('resolves %s', (_, value, expected) => {
  expect(intrinsics().resolve(value)).toEqual(expected);
});

test('resolves parameters: what is given, then the default', () => {
  const template = { Parameters: { Given: { Default: 'default' }, Other: { Default: 'default' } } };
  expect(intrinsics(template).resolve([{ Ref: 'Given' }, { Ref: 'Other' }])).toEqual(['given', 'default']);
});

test('chooses by conditions, which may name others', () => {
  const template = {
    Conditions: { IsEast: { 'Fn::Equals': [{ Ref: 'AWS::Region' }, 'us-east-1'] }, IsNot: { 'Fn::Not': [{ Condition: 'IsEast' }] } },
  };
  expect(intrinsics(template).resolve([{ 'Fn::If': ['IsEast', 1, 2] }, { 'Fn::If': ['IsNot', 1, 2] }])).toEqual([1, 2]);
});

test.each<[string, unknown]>([
  ['a resource that is not there', { Ref: 'Missing' }],
  ['an attribute that is not there', { 'Fn::GetAtt': ['Role', 'Missing'] }],
  ['an index beyond the list', { 'Fn::Select': [5, ['a']] }],
  ['a function that nobody knows', { 'Fn::Unheard': [] }],
])('fails for %s', (_, value) => {
  expect(() => intrinsics().resolve(value)).toThrow(/unresolved|is not simulated/);
});
