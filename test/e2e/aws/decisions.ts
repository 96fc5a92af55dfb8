import { runUnsafeSimulation } from '@cloud-copilot/iam-simulate';
import { Policy } from './iam';
import { ACCOUNT } from '../settings';

/** What IAM is asked: one API call may be several of these. */
export interface IamRequest {
  readonly action: string;
  readonly resource: string;
  readonly context: Record<string, string | string[]>;
}

/** Whether an identity with the policies may do it. Without the simulator's look at its tables, which lack some keys and resource types. */
export function isAllowed(policies: Policy[], { action, resource, context }: IamRequest): boolean {
  return runUnsafeSimulation({
    request: {
      principal: `arn:aws:sts::${ACCOUNT}:assumed-role/caller/session`,
      action,
      resource: { resource, accountId: ACCOUNT },
      contextVariables: context,
    },
    identityPolicies: policies.map((policy, index) => ({ name: `policy${index}`, policy })),
    serviceControlPolicies: [],
    resourceControlPolicies: [],
  }, {}) === 'Allowed';
}

/**
 * Whether a role's trust policy lets a principal take the role.
 *
 * @param principal ARN of an OIDC provider, or a service such as `pods.eks.amazonaws.com`
 */
export function isTrusted(trust: Policy, principal: string, { action, resource, context }: IamRequest): boolean {
  return runUnsafeSimulation({
    request: { principal, action, resource: { resource, accountId: ACCOUNT }, contextVariables: context },
    identityPolicies: [],
    serviceControlPolicies: [],
    resourceControlPolicies: [],
    // The form in which the simulator takes a policy together with a name, without which it cannot report on one.
    resourcePolicy: { __validated: true, policyDocument: trust, metadata: { name: 'trust' }, errors: [] },
  }, {}) === 'Allowed';
}

/** The statement that would allow the request and nothing else, as a person would add it to a policy. */
export function missingStatement({ action, resource, context }: IamRequest): string {
  // Each tag of a resource is there twice, by the service's key as well.
  const tags = Object.fromEntries(Object.entries(context).filter(([key]) => !/^aws:(RequestedRegion|TagKeys)$|^(ec2|elasticloadbalancing):ResourceTag/.test(key)));
  return JSON.stringify({
    Effect: 'Allow', Action: action, Resource: resource, ...(Object.keys(tags).length > 0 && { Condition: { StringEquals: tags } }),
  });
}
