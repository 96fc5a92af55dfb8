/**
 * What the construct writes and the program of the custom resource reads.
 *
 * The program is bundled separately from the library, so this file imports nothing of either.
 */
import { createHash } from 'crypto';

/** Ids, and lists of ids that CloudFormation fills in. */
export type ResourceIds = (string | string[])[];

export interface WantedTag {
  readonly Key: string;
  readonly Value: string;
  /** Other values that serve as well: a tag that has one of them, and that this library did not set, stays as it is. */
  readonly Alternatives?: string[];
}

/** Properties of `Custom::EksAlbIngressNetworkTags`. */
export interface NetworkTagsProperties {
  readonly ResourceIds: ResourceIds;
  readonly Tags: WantedTag[];
  /** CloudFormation converts booleans to strings. */
  readonly KeepOnDelete: 'true' | 'false';
}

/** Prefix of the keys of all ownership tags. */
export const OWNERSHIP_PREFIX = 'cdk-eks-alb-ingress-support:';

/**
 * A tag that records that this library set another tag of the resource, for which owner, and with which value. The owner is hashed into
 * its key; its value is the other tag, as `key=value`.
 *
 * Ownership tags are set and deleted in one call with the tags that they belong to. So they are known after a rollback, a second
 * delivery of an event or a crash, and to all other owners: a tag without an ownership tag was there before and stays, and one with two
 * is deleted with the second.
 */
export interface OwnershipTag {
  readonly Key: string;
  readonly Value: string;
}

export function ownershipTag(owner: string, key: string, value: string): OwnershipTag {
  return { Key: OWNERSHIP_PREFIX + createHash('sha256').update(`${owner}\n${key}`).digest('hex').slice(0, 16), Value: `${key}=${value}` };
}

/** The ownership tags of one tag, among all tags of its resource. */
export function ownershipTagsOf(key: string, tags: ReadonlyMap<string, string>): OwnershipTag[] {
  return [...tags].filter(([name, value]) => name.startsWith(OWNERSHIP_PREFIX) && value.startsWith(`${key}=`)).map(([Key, Value]) => ({ Key, Value }));
}

/** The value that the owner wants the tag to have. */
export function ownedValue(key: string, { Value }: OwnershipTag): string {
  return Value.slice(key.length + 1);
}
