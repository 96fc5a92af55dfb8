import * as fs from 'fs';
import * as path from 'path';
import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { ControllerPolicyOptions, RenderControllerPolicyProps, renderControllerPolicy } from '../../src/iam/controller-policy';
import { ControllerVersion } from '../../src/release/controller-version';

export const CLUSTER_NAME = 'shop';
export const VPC_ID = 'vpc-0123456789abcdef0';
export const REGION = 'eu-west-1';

export interface PolicyInput extends ControllerPolicyOptions, Pick<RenderControllerPolicyProps, 'webAclByName' | 'taggingApi' | 'sessionTags'> {
  readonly version?: ControllerVersion;
  readonly partition?: string;
}

/** The policy that our code renders, as the JSON that IAM gets to see in the partition. */
export function renderedPolicy(input: PolicyInput, deployedTo = input.partition ?? 'aws'): any {
  const { version, partition, webAclByName, taggingApi, sessionTags, ...options } = input;
  const statements = renderControllerPolicy({
    version: version ?? ControllerVersion._default,
    partition,
    clusterName: CLUSTER_NAME,
    vpcId: VPC_ID,
    region: REGION,
    webAclByName,
    taggingApi,
    sessionTags,
    options,
  });
  return deployedPolicy(new iam.PolicyDocument({ statements }), deployedTo);
}

/** A document as deployed: CloudFormation's pseudo parameters are replaced by what they have in the partition. */
export function deployedPolicy(document: iam.PolicyDocument, partition = 'aws'): any {
  return JSON.parse(JSON.stringify(new Stack().resolve(document), (_key, value) => {
    if (value?.['Fn::Join']) {
      const [separator, parts] = value['Fn::Join'];
      return parts.map((part: any) => part.Ref === 'AWS::Partition' ? partition : part).join(separator);
    }
    return value;
  }));
}

const list = (value: unknown): any[] => Array.isArray(value) ? value : [value];

/** A policy taken apart to its grants, one for each effect, action, resource and condition: comparable however it is written down. */
export function grantsOf(policy: any): string[] {
  const grants = policy.Statement.flatMap((statement: any) => {
    const conditions = JSON.stringify(conditionsOf(statement));
    return list(statement.Action).flatMap((action) =>
      list(statement.Resource).map((resource) => [statement.Effect, action, resource, conditions].join(' ')));
  });
  return [...new Set<string>(grants)].sort();
}

function conditionsOf(statement: any): unknown {
  return Object.entries<any>(statement.Condition ?? {})
    .flatMap(([operator, keys]) => Object.entries(keys).map(([key, value]) => [operator, key, list(value).sort()]))
    .sort((a, b) => JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);
}

export function readJson(...parts: string[]): any {
  return JSON.parse(fs.readFileSync(path.join(...parts), 'utf-8'));
}
