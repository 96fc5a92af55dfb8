/**
 * Which tags to set and to delete, from what is wanted and what is found. Nothing here calls AWS.
 */
import { Tag } from '@aws-sdk/client-ec2';
import { Found, TagPlan } from './tagger';
import { NetworkTagsProperties, ownedValue, ownershipTag, OwnershipTag, ownershipTagsOf, WantedTag } from '../network-tags-contract';

export interface Wanted {
  readonly ids: string[];
  readonly tags: WantedTag[];
  readonly keep: boolean;
}

/** Owner of tags: a custom resource of a stack. */
export interface TagOwner {
  readonly stackId: string;
  readonly logicalId: string;
}

/** Properties as CloudFormation sends them; an event without properties wants nothing. */
export function read(properties: Record<string, unknown> = {}): Wanted {
  const { ResourceIds: ids = [], Tags = [], KeepOnDelete } = properties as Partial<NetworkTagsProperties>;
  return { ids: [...new Set(ids.flat())], tags: Tags, keep: KeepOnDelete === 'true' };
}

export function keysOf(...all: Wanted[]): string[] {
  return all.flatMap(({ tags }) => tags.map(({ Key }) => Key));
}

interface Additions {
  readonly plan: TagPlan;
  /** Resources with a tag of another owner whose value does not serve, with the reason. */
  readonly conflicts: Map<string, string>;
}

/**
 * What has to be set, and what cannot be.
 *
 * A tag that was there before keeps its value, and gets no ownership tag.
 */
export function additions(owner: TagOwner, { ids, tags, keep }: Wanted, found: Found): Additions {
  const plan = new Plan();
  const conflicts = new Map<string, string>();
  for (const id of ids) {
    for (const tag of tags) {
      const { Key, Value, Alternatives = [] } = tag;
      const there = found.get(id) ?? NOTHING;
      const value = there.get(Key);
      const owners = keep ? [] : ownershipTagsOf(Key, there);
      if (value === undefined || owners.length > 0) {
        const own = ownTag(owner, tag);
        const isDone = value === Value && owners.some((one) => one.Key === own.Key && one.Value === own.Value);
        // Both in one call, even where one is there: another owner may be deleting it right now.
        plan.add(id, isDone ? [] : keep ? [tagOf(tag)] : [tagOf(tag), own]);
      } else if (value !== Value && !Alternatives.includes(value)) {
        conflicts.set(id, `is tagged ${Key} = "${value}", which the controller does not accept: correct that tag or remove it`);
      }
    }
  }
  return { plan, conflicts };
}

interface Removals {
  readonly plan: TagPlan;
  readonly restores: TagPlan;
}

/**
 * What an owner deletes: its own ownership tags, and the tags that no other owner has.
 *
 * A tag that stays, for another owner, gets that owner's value: `restores`.
 *
 * @param isLeaving which of the owner's tags an update deletes; all of them when the custom resource is deleted
 */
export function removals(owner: TagOwner, { ids, tags }: Wanted, found: Found, isLeaving = (_id: string, _key: string) => true): Removals {
  const plan = new Plan();
  const restores = new Plan();
  for (const id of ids) {
    for (const tag of tags.filter(({ Key }) => isLeaving(id, Key))) {
      const there = found.get(id) ?? NOTHING;
      const owners = ownershipTagsOf(tag.Key, there);
      const own = owners.find(({ Key }) => Key === ownTag(owner, tag).Key);
      const [other] = owners.filter((one) => one !== own);
      if (own) {
        plan.add(id, other ? [own] : [tagOf(tag), own]);
        const value = other && ownedValue(tag.Key, other);
        if (value !== undefined && value !== there.get(tag.Key) && there.get(tag.Key) === ownedValue(tag.Key, own)) {
          restores.add(id, [{ Key: tag.Key, Value: value }]);
        }
      }
    }
  }
  return { plan, restores };
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

function ownTag({ stackId, logicalId }: TagOwner, { Key, Value }: WantedTag): OwnershipTag {
  return ownershipTag(`${stackId} ${logicalId}`, Key, Value);
}
