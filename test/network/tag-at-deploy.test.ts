import { App, CfnParameter, Fn, Stack, Token } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import { DeployTag, TagAtDeploy, TagAtDeployProps } from '../../src/network/tag-at-deploy';

const TYPE = 'Custom::EksAlbIngressNetworkTags';
const ROLE: DeployTag = { key: 'kubernetes.io/role/elb', value: '1', alternatives: [''] };
const OWNERSHIP_TAGS = 'cdk-eks-alb-ingress-support:*';
const CLUSTER: DeployTag = { key: 'kubernetes.io/cluster/blue', value: 'shared' };
const NOT_EMPTY = { 'aws:TagKeys': 'false' };

const PROPS: TagAtDeployProps = { resourceType: 'subnet', resourceIds: ['subnet-a', 'subnet-b'], tags: [ROLE], keepOnDelete: false };

function stackWith(...all: Partial<TagAtDeployProps>[]): Stack {
  const stack = new Stack(new App(), 'Stack');
  all.forEach((props, index) => new TagAtDeploy(stack, `Tags${index}`, { ...PROPS, ...props }));
  return stack;
}

function arn(resource: string) {
  return { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':ec2:', { Ref: 'AWS::Region' }, `:*:${resource}`]] };
}

function statementsOf(stack: Stack): any[] {
  return Object.values(Template.fromStack(stack).findResources('AWS::IAM::Policy')).map(policy => policy.Properties.PolicyDocument.Statement);
}

function policyIdOf(props: Partial<TagAtDeployProps>): string {
  return Object.keys(Template.fromStack(stackWith(props)).findResources('AWS::IAM::Policy'))[0];
}

describe('custom resource', () => {
  test('has all ids and tags, strings only', () => {
    Template.fromStack(stackWith({ tags: [ROLE, CLUSTER] })).hasResource(TYPE, {
      Properties: {
        ResourceIds: ['subnet-a', 'subnet-b'],
        Tags: [{ Key: ROLE.key, Value: '1', Alternatives: [''] }, { Key: CLUSTER.key, Value: 'shared' }],
        KeepOnDelete: 'false',
      },
      // CloudFormation deletes it, and so calls the program, unless the tags are kept by the program itself.
      DeletionPolicy: 'Delete',
      UpdateReplacePolicy: 'Delete',
    });
  });

  test('says what is kept', () => {
    Template.fromStack(stackWith({ keepOnDelete: true })).hasResourceProperties(TYPE, { KeepOnDelete: 'true' });
  });

  test('takes a list token of unknown length', () => {
    const stack = new Stack(new App(), 'Stack');
    const ids = Token.asList(Fn.split(',', new CfnParameter(stack, 'Subnets').valueAsString));
    new TagAtDeploy(stack, 'Tags', { ...PROPS, resourceIds: ids });
    Template.fromStack(stack).hasResourceProperties(TYPE, { ResourceIds: [{ 'Fn::Split': [',', { Ref: 'Subnets' }] }] });
  });

  test('takes several lists, and ids beside them, in one resource', () => {
    const stack = new Stack(new App(), 'Stack');
    const list = (name: string) => new CfnParameter(stack, name, { type: 'List<AWS::EC2::Subnet::Id>' }).valueAsList;
    new TagAtDeploy(stack, 'Tags', { ...PROPS, resourceIds: ['subnet-a', ...list('Some'), ...list('Others'), new CfnParameter(stack, 'One').valueAsString] });
    Template.fromStack(stack).hasResourceProperties(TYPE, { ResourceIds: ['subnet-a', { Ref: 'Some' }, { Ref: 'Others' }, { Ref: 'One' }] });
  });

  test('takes a key with a token', () => {
    const stack = new Stack(new App(), 'Stack');
    const cluster = new CfnParameter(stack, 'Cluster');
    new TagAtDeploy(stack, 'Tags', { ...PROPS, tags: [{ key: `kubernetes.io/cluster/${cluster.valueAsString}`, value: 'owned' }] });
    Template.fromStack(stack).hasResourceProperties(TYPE, {
      Tags: [{ Key: { 'Fn::Join': ['', ['kubernetes.io/cluster/', { Ref: 'Cluster' }]] }, Value: 'owned' }],
    });
  });

  test('is deleted before its rights, which are deleted before the function and its role', () => {
    const template = Template.fromStack(stackWith({}));
    const [policyId] = Object.keys(template.findResources('AWS::IAM::Policy'));
    template.hasResource(TYPE, {
      Properties: { ServiceToken: { 'Fn::GetAtt': [Match.stringLikeRegexp('^EksAlbIngressNetworkTagsProviderHandler'), 'Arn'] } },
      DependsOn: [policyId],
    });
    template.hasResourceProperties('AWS::IAM::Policy', { Roles: [{ Ref: Match.stringLikeRegexp('^EksAlbIngressNetworkTagsProviderRole') }] });
  });

  test('many of them share one function, each with rights of its own name', () => {
    const template = Template.fromStack(stackWith({}, { tags: [CLUSTER] }, { resourceType: 'security-group', resourceIds: ['sg-a'] }));
    template.resourceCountIs(TYPE, 3);
    template.resourceCountIs('AWS::Lambda::Function', 1);
    template.resourceCountIs('AWS::IAM::Role', 1);
    const names = Object.values(template.findResources('AWS::IAM::Policy')).map(policy => policy.Properties.PolicyName);
    expect(new Set(names).size).toBe(3);
  });

  test.each([
    ['resourceIds', { resourceIds: [] }, 'resourceIds must name at least one resource, got []; leave the tags out where there is nothing to tag'],
    ['tags', { tags: [] }, 'tags must hold at least one tag, got []; leave the tags out where there is nothing to tag'],
  ])('fails without %s', (_, props, message) => {
    expect(() => stackWith(props)).toThrow(new Error(message));
  });
});

describe('rights', () => {
  test('literal ids and keys: these subnets, these keys, never all tags', () => {
    expect(statementsOf(stackWith({ tags: [ROLE, CLUSTER] }))).toEqual([[{
      Effect: 'Allow',
      Action: ['ec2:CreateTags', 'ec2:DeleteTags'],
      Resource: [arn('subnet/subnet-a'), arn('subnet/subnet-b')],
      Condition: { 'ForAllValues:StringLike': { 'aws:TagKeys': [ROLE.key, CLUSTER.key, OWNERSHIP_TAGS] }, 'Null': NOT_EMPTY },
    }]]);
  });

  test('to look at tags, which AWS limits to no resource, and at the state of this stack: once for all', () => {
    const template = Template.fromStack(stackWith({}, { tags: [CLUSTER] }));
    template.hasResourceProperties('AWS::IAM::Role', {
      Policies: [Match.objectLike({
        PolicyDocument: {
          Version: '2012-10-17',
          Statement: [
            { Effect: 'Allow', Action: 'ec2:DescribeTags', Resource: '*' },
            { Effect: 'Allow', Action: 'cloudformation:DescribeStacks', Resource: { Ref: 'AWS::StackId' } },
          ],
        },
      })],
    });
  });

  test('kept tags: these keys, without ownership tags, and no right to delete', () => {
    expect(statementsOf(stackWith({ keepOnDelete: true }))).toEqual([[expect.objectContaining({
      Action: 'ec2:CreateTags',
      Condition: { 'ForAllValues:StringEquals': { 'aws:TagKeys': [ROLE.key] }, 'Null': NOT_EMPTY },
    })]]);
  });

  test('security groups: their own type', () => {
    const [[statement]] = statementsOf(stackWith({ resourceType: 'security-group', resourceIds: ['sg-a'] }));
    expect(statement.Resource).toEqual(arn('security-group/sg-a'));
  });

  test.each([
    ['one id is a token', (stack: Stack) => ['subnet-a', new CfnParameter(stack, 'Subnet').valueAsString]],
    ['the list is a token', (stack: Stack) => new CfnParameter(stack, 'Subnets', { type: 'List<AWS::EC2::Subnet::Id>' }).valueAsList],
  ])('%s: the type of resource, these keys', (_, idsIn) => {
    const stack = new Stack(new App(), 'Stack');
    new TagAtDeploy(stack, 'Tags', { ...PROPS, resourceIds: idsIn(stack) });
    const [[statement]] = statementsOf(stack);
    expect(statement.Resource).toEqual(arn('subnet/*'));
    expect(statement.Condition['ForAllValues:StringLike']).toEqual({ 'aws:TagKeys': [ROLE.key, OWNERSHIP_TAGS] });
  });

  test('a token in the key: the exact key to create, any value of the token to delete', () => {
    const stack = new Stack(new App(), 'Stack');
    const cluster = new CfnParameter(stack, 'Cluster');
    new TagAtDeploy(stack, 'Tags', { ...PROPS, tags: [ROLE, { key: `kubernetes.io/cluster/${cluster.valueAsString}`, value: 'owned' }] });
    expect(statementsOf(stack)[0].map((statement: any) => [statement.Action, statement.Condition])).toEqual([
      ['ec2:CreateTags', {
        'ForAllValues:StringLike': { 'aws:TagKeys': [ROLE.key, { 'Fn::Join': ['', ['kubernetes.io/cluster/', { Ref: 'Cluster' }]] }, OWNERSHIP_TAGS] },
        'Null': NOT_EMPTY,
      }],
      ['ec2:DeleteTags', { 'ForAllValues:StringLike': { 'aws:TagKeys': [ROLE.key, 'kubernetes.io/cluster/*', OWNERSHIP_TAGS] }, 'Null': NOT_EMPTY }],
    ]);
  });

  const manyIds = (count: number) => Array.from({ length: count }, (_, n) => `subnet-${String(n).padStart(17, '0')}`);

  test('are for each id while the role has room for the old and the new policy, then for the type of resource', () => {
    const stack = stackWith({ resourceIds: manyIds(40), tags: [CLUSTER] }, { resourceIds: manyIds(40) });
    expect(statementsOf(stack).map(([{ Resource }]) => [Resource].flat()).map((resources) => resources.length)).toEqual([40, 1]);
    expect(statementsOf(stack)[1][0].Resource).toEqual(arn('subnet/*'));
  });

  test('are for the type of resource where there are more ids than a policy has room for', () => {
    expect(statementsOf(stackWith({ resourceIds: manyIds(100) }))[0][0].Resource).toEqual(arn('subnet/*'));
  });

  test.each([
    ['a subnet is removed', { resourceIds: ['subnet-a'] }],
    ['a subnet is added', { resourceIds: ['subnet-a', 'subnet-b', 'subnet-c'] }],
    ['a key is changed', { tags: [CLUSTER] }],
    ['tags are kept from now on', { keepOnDelete: true }],
  ])('%s: a new policy comes before the update, the old one goes after it', (_, props) => {
    expect(policyIdOf(props)).not.toBe(policyIdOf({}));
  });

  test.each([
    ['the order of the ids', { resourceIds: ['subnet-b', 'subnet-a'] }],
    ['a value', { tags: [{ ...ROLE, value: '' }] }],
  ])('%s does not change the policy', (_, props) => {
    expect(policyIdOf(props)).toBe(policyIdOf({}));
  });

  test('are reported where the app brings its own roles', () => {
    const stack = new Stack(new App(), 'Stack');
    iam.Role.customizeRoles(stack, { usePrecreatedRoles: { 'Stack/EksAlbIngressNetworkTagsProvider/Role': 'precreated' } });
    new TagAtDeploy(stack, 'Tags', PROPS);
    const template = Template.fromStack(stack);
    template.resourceCountIs('AWS::IAM::Role', 0);
    template.resourceCountIs('AWS::IAM::Policy', 0);
    template.resourceCountIs(TYPE, 1);
  });
});

test('logical ids are held: a changed one tags anew and then deletes what it tagged', () => {
  expect(Object.keys(Template.fromStack(stackWith({})).toJSON().Resources).sort()).toMatchInlineSnapshot(`
[
  "EksAlbIngressNetworkTagsProviderHandler44697DA6",
  "EksAlbIngressNetworkTagsProviderRole5B26579F",
  "Tags0A207AF3F",
  "Tags0RightsD182628248413B62",
]
`);
});
