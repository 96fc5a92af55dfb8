import { Stack, Token, TokenComparison } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { ClusterName } from './cluster-name';
import { TargetCluster } from './target-cluster';
import { registryOf } from '../util/stage';

interface Claim {
  readonly path: string;
  readonly cluster: IConstruct;
  readonly name: ClusterName;
  /** The name where it can be read, of an owned cluster too. Reading it takes its time, which an app of one cluster need not spend. */
  readonly literalName: () => string | undefined;
  readonly stack: Stack;
}

/**
 * Rejects a second controller for one cluster: both would work on the same load balancers.
 */
export function rejectSecondSupport(support: IConstruct, target: TargetCluster): void {
  if (target.albController) {
    throw new Error(`cluster ${target.cluster.node.path} has a controller by its own albController; ${replaceBy('leave albController out of its props')}`);
  }
  const claims = registryOf<Claim>(support, 'supports');
  const other = [...claims.values()].find((claim) => isSame(claim, target));
  if (other) {
    throw new Error(`cluster ${target.cluster.node.path} has ALB Ingress support by ${other.path} already; define it once`);
  }
  claims.set(support.node.path, {
    path: support.node.path,
    cluster: target.cluster,
    name: target.ownName,
    literalName: once(() => target.literalName),
    stack: target.stack,
  });
}

/** How one controller takes the place of another, without a moment in which there is none. */
export function replaceBy(removal: string): string {
  return `${removal} and set takeOver here, both in one deployment, and leave takeOver out in the next (docs/migrating.md tells what happens meanwhile)`;
}

/** Certainly one cluster: the same construct, a name that refers to the same resource, or one literal name in one environment. */
function isSame(claim: Claim, target: TargetCluster): boolean {
  if (claim.cluster === target.cluster || claim.name.refersToSame(target.ownName)) {
    return true;
  }
  const isOneEnvironment = claim.stack === target.stack || (['region', 'account'] as const).every((part) =>
    Token.compareStrings(claim.stack[part], target.stack[part]) === TokenComparison.SAME);
  const literal = isOneEnvironment ? claim.literalName() : undefined;
  return literal !== undefined && literal === target.literalName;
}

function once<T>(read: () => T): () => T {
  let result: { readonly value: T } | undefined;
  return () => (result ??= { value: read() }).value;
}
