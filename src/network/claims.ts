import { createHash } from 'crypto';

/** What the keys of all claims begin with. */
export const CLAIM_PREFIX = 'cdk-eks-alb-ingress-support:';

/**
 * A claim is a tag beside a tag: it says that this library put the other one there, for whom, and with which value. Its key is its
 * owner's; its value is the other tag, as `key=value`.
 *
 * Claims lie where the tags lie, and are set and deleted in one call with them. So they are known after a roll-back, a second
 * delivery of an event or a crash, and by every other owner: a tag without a claim was there before and stays, and one with two
 * goes when the second goes.
 */
export interface Claim {
  readonly Key: string;
  readonly Value: string;
}

export function claimOf(owner: string, key: string, value: string): Claim {
  return { Key: CLAIM_PREFIX + createHash('sha256').update(`${owner}\n${key}`).digest('hex').slice(0, 16), Value: `${key}=${value}` };
}

/** The claims on a tag among the tags of its resource. */
export function claimsOn(key: string, tags: ReadonlyMap<string, string>): Claim[] {
  return [...tags].filter(([name, value]) => name.startsWith(CLAIM_PREFIX) && value.startsWith(`${key}=`)).map(([Key, Value]) => ({ Key, Value }));
}

/** The value that the tag is to have, in the eyes of a claim's owner. */
export function claimedValue(key: string, claim: Claim): string {
  return claim.Value.slice(key.length + 1);
}
