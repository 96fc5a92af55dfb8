import { Aws } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { NamedResources, namedResources } from './named-resources';
import { Narrowing, StatementGroup } from './policy-table';

/** What rows of the policy are rendered for. Names and ids may be tokens. */
export interface StatementContext {
  /** Whether the policy reaches this cluster only. */
  readonly scoped: boolean;
  readonly clusterName: string;
  readonly vpcId: string;
  /** Region of the VPC; the stack's by default. */
  readonly region?: string;
  readonly options: NamedResources;
}

/** Renders rows to as few statements as they make. */
export function renderStatements(groups: StatementGroup[], context: StatementContext): iam.PolicyStatement[] {
  return joinActions(groups.flatMap((group) => renderGroup(group, context)));
}

/** A statement before it is one: groups that differ only in their actions render to the same `where`. */
interface RenderedGroup {
  readonly actions: string[];
  readonly where: { readonly resources: string[]; readonly conditions: { [operator: string]: { [key: string]: string | string[] } } };
}

/** One for each list of resources that is short enough for a policy. */
function renderGroup(group: StatementGroup, context: StatementContext): RenderedGroup[] {
  const narrowed = (context.scoped ? group.narrowed : undefined) ?? [];
  const resources = narrowed.includes('inVpc')
    ? ['ec2:*:*:security-group/*', vpcResource(context)]
    : group.resources;
  const conditions = renderConditions(group, narrowed, context);
  // The pseudo parameter is right also where the partition is known, and keeps one template for all of them.
  const all = resources?.map((resource) => `arn:${Aws.PARTITION}:${resource}`) ?? ['*'];
  const named = group.limitedBy && namedResources(group.limitedBy, context.options);
  return (named ?? [all])
    .map((part) => ({ actions: group.actions, where: { resources: part, conditions } }));
}

function renderConditions(group: StatementGroup, narrowed: Narrowing[], context: StatementContext) {
  const mustExist: { [key: string]: string } = {};
  const mustEqual: { [key: string]: string | string[] } = { ...group.equals };
  const conditions: RenderedGroup['where']['conditions'] = {};

  const ownTag = (key: string) => {
    if (context.scoped) {
      mustEqual[key] = context.clusterName;
    } else {
      mustExist[key] = 'false';
    }
  };
  if (group.resourceTag === 'cluster') {
    ownTag(RESOURCE_TAG);
  }
  if (group.requestTag === 'cluster') {
    ownTag(REQUEST_TAG);
  }
  if (group.requestTag === 'untouched') {
    mustExist[REQUEST_TAG] = 'true';
  }

  if (Object.keys(mustExist).length > 0) {
    conditions.Null = mustExist;
  }
  if (Object.keys(mustEqual).length > 0) {
    conditions.StringEquals = mustEqual;
  }
  if (narrowed.includes('notOfAnotherCluster')) {
    conditions.StringEqualsIfExists = { [RESOURCE_TAG]: context.clusterName };
  }
  if (narrowed.includes('validationRecords')) {
    conditions['ForAllValues:StringEquals'] = { 'route53:ChangeResourceRecordSetsRecordTypes': 'CNAME' };
    conditions['ForAllValues:StringLike'] = { 'route53:ChangeResourceRecordSetsNormalizedRecordNames': '_*' };
  }
  if (narrowed.includes('ofVpc')) {
    conditions.ArnEquals = { 'ec2:Vpc': `arn:${Aws.PARTITION}:${vpcResource(context)}` };
  }
  return conditions;
}

const REQUEST_TAG = 'aws:RequestTag/elbv2.k8s.aws/cluster';
const RESOURCE_TAG = 'aws:ResourceTag/elbv2.k8s.aws/cluster';

/**
 * Any account: a VPC shared through AWS RAM has its owner's account in its ARN, not the cluster's,
 * and nothing at synth tells which. The id alone names one VPC of the region.
 */
function vpcResource(context: StatementContext): string {
  return `ec2:${context.region ?? Aws.REGION}:*:vpc/${context.vpcId}`;
}

function joinActions(groups: RenderedGroup[]): iam.PolicyStatement[] {
  const actionsByWhere = new Map<string, RenderedGroup>();
  for (const { actions, where } of groups) {
    const key = JSON.stringify(where);
    const joined = new Set([...actionsByWhere.get(key)?.actions ?? [], ...actions]);
    actionsByWhere.set(key, { actions: [...joined], where });
  }
  return [...actionsByWhere.values()].map(({ actions, where }) => new iam.PolicyStatement({ actions, ...where }));
}
