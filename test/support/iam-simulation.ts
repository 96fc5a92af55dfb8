import { runSimulation, runUnsafeSimulation, Simulation } from '@cloud-copilot/iam-simulate';

export const ACCOUNT = '111122223333';
export const CONTROLLER_ROLE = `arn:aws:sts::${ACCOUNT}:assumed-role/controller/session`;

/** A request to AWS: what is called, on what, and what IAM is told about both. */
export interface ApiCall {
  readonly action: string;
  /** ARN of the resource; `*` for actions that have none. */
  readonly resource?: string;
  /** Keys IAM sees in the request: tags sent, tags of the resource, its VPC and the like. */
  readonly context?: { readonly [key: string]: string | string[] };
  /**
   * Simulate without looking the call up first.
   *
   * For calls whose resource type is missing in the simulator's tables, and for keys no table can know.
   */
  readonly unlisted?: boolean;
}

/** Whether an identity with the policy is allowed to make the call. */
export async function isAllowed(identityPolicy: unknown, call: ApiCall): Promise<boolean> {
  const simulation: Simulation = {
    request: requestOf(CONTROLLER_ROLE, call),
    identityPolicies: [{ name: 'controller', policy: identityPolicy }],
    serviceControlPolicies: [],
    resourceControlPolicies: [],
  };
  if (call.unlisted) {
    return runUnsafeSimulation(simulation, {}) === 'Allowed';
  }
  const outcome = await runSimulation(simulation, {});
  if (outcome.resultType === 'error') {
    throw new Error(`${call.action} cannot be simulated: ${JSON.stringify(outcome.errors)}`);
  }
  // The simulator drops keys it does not know for the action: an answer without them would prove nothing.
  const results = outcome.resultType === 'single' ? [outcome.result] : outcome.results;
  const ignored = results.flatMap((result) => result.ignoredContextKeys ?? []);
  if (ignored.length > 0) {
    throw new Error(`${call.action} has no ${ignored.join(', ')}`);
  }
  return outcome.overallResult === 'Allowed';
}

/**
 * Whether a role's trust policy lets the principal take the role.
 *
 * Without the check of context keys: those of an OIDC provider start with its own host and path, which no table knows.
 *
 * @param principal an ARN, a service, or the federated provider that vouches for the caller
 */
export function isTrusted(trustPolicy: unknown, principal: string, call: ApiCall): boolean {
  return runUnsafeSimulation({
    request: requestOf(principal, call),
    identityPolicies: [],
    serviceControlPolicies: [],
    resourceControlPolicies: [],
    // The form in which the simulator takes a policy together with a name, without which it cannot report on one.
    resourcePolicy: { __validated: true, policyDocument: trustPolicy, metadata: { name: 'trust' }, errors: [] },
  }, {}) === 'Allowed';
}

function requestOf(principal: string, { action, resource, context }: ApiCall): Simulation['request'] {
  return {
    principal,
    action,
    resource: { resource: resource ?? '*', accountId: ACCOUNT },
    contextVariables: { ...context },
  };
}
