import { dependencies, orderOf, reversed } from './template';

const RESOURCES = {
  Vpc: { Type: 'AWS::EC2::VPC' },
  Subnet: { Type: 'AWS::EC2::Subnet', Properties: { VpcId: { Ref: 'Vpc' } } },
  Chart: { Type: 'Custom::Chart', DependsOn: 'Subnet', Properties: { Vpc: { 'Fn::Sub': '${Vpc.CidrBlock} ${AWS::Region}' } } },
  Role: { Type: 'AWS::IAM::Role' },
};

test('finds what is referred to, and what is depended on', () => {
  const needs = dependencies(RESOURCES);
  expect([...needs.get('Subnet')!]).toEqual(['Vpc']);
  expect([...needs.get('Chart')!].sort()).toEqual(['Subnet', 'Vpc']);
  expect([...reversed(needs).get('Vpc')!].sort()).toEqual(['Chart', 'Subnet']);
});

test('orders what is preferred as early as it can be', () => {
  expect(orderOf(dependencies(RESOURCES), (id) => id === 'Chart')).toEqual(['Role', 'Vpc', 'Subnet', 'Chart']);
  expect(orderOf(dependencies(RESOURCES), (id) => id === 'Vpc')).toEqual(['Vpc', 'Role', 'Subnet', 'Chart']);
});

test('fails for a circle', () => {
  expect(() => orderOf(new Map([['A', new Set(['B'])], ['B', new Set(['A'])]]), () => false)).toThrow('circular dependency among A, B');
});
