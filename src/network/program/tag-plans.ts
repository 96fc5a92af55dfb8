/**
 * What is to be set and deleted, from what is wanted and what is found. Nothing here calls AWS.
 */
import { Tag } from '@aws-sdk/client-ec2';
import { Found, TagPlan } from './tagger';
import { Claim, claimOf, claimedValue, claimsOn } from '../claims';
import { NetworkTagsProperties, ResourceIds, WantedTag } from '../network-tags-contract';

export interface Wanted {
  readonly ids: string[];
  readonly tags: WantedTag[];
  readonly keep: boolean;
  readonly sibling: { readonly logicalId: string; readonly ids: string[] };
}

/** Who the claims are of: a custom resource, by its stack. */
export interface TagOwner {
  readonly stackId: string;
  readonly logicalId: string;
}

/** Properties as CloudFormation sends them; those of an event without any want nothing. */
export function read(properties: Record<string, unknown> = {}): Wanted {
  const { ResourceIds: ids = [], Tags = [], KeepOnDelete, Sibling } = properties as Partial<NetworkTagsProperties>;
  return {
    ids: flat(ids),
    tags: Tags,
    keep: KeepOnDelete === 'true',
    sibling: { logicalId: Sibling?.LogicalId ?? '', ids: flat(Sibling?.ResourceIds ?? []) },
  };
}

export function keysOf(...all: Wanted[]): string[] {
  return all.flatMap(({ tags }) => tags.map(({ Key }) => Key));
}

/** What has to be set. */
interface Additions {
  readonly plan: TagPlan;
  /** Resources that carry a tag of somebody else's which will not do, with the reason. */
  readonly unfit: Map<string, string>;
}

/**
 * What has to be set, and what cannot be.
 *
 * A tag that was there before is left alone, with its value, and gets no claim.
 */
export function additions(owner: TagOwner, { ids, tags, keep }: Wanted, found: Found): Additions {
  const plan = new Plan();
  const unfit = new Map<string, string>();
  for (const id of ids) {
    for (const tag of tags) {
      const { Key, Value, Alternatives = [] } = tag;
      const there = found.get(id) ?? NOTHING;
      const value = there.get(Key);
      const claims = keep ? [] : claimsOn(Key, there);
      if (value === undefined || claims.length > 0) {
        const own = claimTag(owner, tag);
        const isDone = value === Value && claims.some(claim => claim.Key === own.Key && claim.Value === own.Value);
        // Both in one call even where one is there: another owner may be taking it back right now.
        plan.add(id, isDone ? [] : keep ? [tagOf(tag)] : [tagOf(tag), own]);
      } else if (value !== Value && !Alternatives.includes(value)) {
        unfit.set(id, `is tagged ${Key} = "${value}", which the controller does not go by: correct that tag or remove it`);
      }
    }
  }
  return { plan, unfit };
}

/** Of all that an owner has, what it takes back in an update; in the end it is everything. */
export interface Leaving {
  readonly leaving: (id: string, key: string) => boolean;
  /** What has gone to the sibling meanwhile. */
  readonly given: TagPlan;
}

const ALL: Leaving = { leaving: () => true, given: new Map() };

interface Removals {
  readonly plan: TagPlan;
  readonly restores: TagPlan;
}

/**
 * What an owner takes back: its own claims, and the tags that nobody else claims.
 *
 * A tag that stays, for another owner, has that owner's value from then on: `restores`.
 */
export function removals(owner: TagOwner, { ids, tags }: Wanted, found: Found, { leaving, given }: Leaving = ALL): Removals {
  const plan = new Plan();
  const restores = new Plan();
  for (const id of ids) {
    for (const tag of tags.filter(({ Key }) => leaving(id, Key))) {
      const there = found.get(id) ?? NOTHING;
      const claims = claimsOn(tag.Key, there);
      const own = claims.find(({ Key }) => Key === claimTag(owner, tag).Key);
      const [other] = claims.filter((claim) => claim !== own);
      const isGiven = given.get(id)?.some(({ Key }) => Key === tag.Key);
      if (own) {
        plan.add(id, other || isGiven ? [own] : [tagOf(tag), own]);
        const value = other && claimedValue(tag.Key, other);
        if (value !== undefined && value !== there.get(tag.Key) && there.get(tag.Key) === claimedValue(tag.Key, own)) {
          restores.add(id, [{ Key: tag.Key, Value: value }]);
        }
      }
    }
  }
  return { plan, restores };
}

/**
 * What an update sets and deletes for the sibling: of what goes to it, and of what comes from it.
 *
 * Both do so, in whatever order CloudFormation updates the two, and a rollback does the reverse: also where only one of them was
 * updated, for then it is the only one to be rolled back.
 */
export function handOver(owner: TagOwner, now: Wanted, old: Wanted, found: Found): { readonly gives: TagPlan; readonly withdraws: TagPlan } {
  const gives = new Plan();
  const withdraws = new Plan();
  const claimsAt = (id: string, { Key }: WantedTag) => claimsOn(Key, found.get(id) ?? NOTHING);
  for (const tag of now.tags.filter(({ Key }) => keysOf(old).includes(Key))) {
    const own = claimTag(owner, tag);
    const to = claimTag({ ...owner, logicalId: now.sibling.logicalId }, tag);
    const from = claimTag({ ...owner, logicalId: old.sibling.logicalId }, tag);
    old.ids.filter(id => !now.ids.includes(id) && now.sibling.ids.includes(id) && claimsAt(id, tag).some(({ Key }) => Key === own.Key))
      .forEach(id => gives.add(id, [tagOf(tag), to]));
    now.ids.filter(id => old.sibling.ids.includes(id) && !now.sibling.ids.includes(id))
      .forEach(id => withdraws.add(id, claimsAt(id, tag).filter(({ Key }) => Key === from.Key)));
  }
  return { gives, withdraws };
}

const NOTHING: ReadonlyMap<string, string> = new Map();

class Plan extends Map<string, Tag[]> {
  public add(id: string, tags: Tag[]): void {
    if (tags.length === 0) { return; }
    this.set(id, [...this.get(id) ?? [], ...tags]);
  }
}

function tagOf({ Key, Value }: WantedTag): Tag {
  return { Key, Value };
}

function claimTag({ stackId, logicalId }: TagOwner, { Key, Value }: WantedTag): Claim {
  return claimOf(`${stackId} ${logicalId}`, Key, Value);
}

function flat(ids: ResourceIds): string[] {
  return [...new Set(ids.flat())];
}
