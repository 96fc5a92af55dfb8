/**
 * Program behind `Custom::EksAlbIngressNetworkTags`: tags subnets or security groups that
 * CloudFormation cannot tag, and takes the tags back.
 *
 * It holds no state. What is stale follows from the two sets of properties which CloudFormation
 * sends, so a retry, a rollback and a second run all end in the same tags.
 */
import { CreateTagsCommand, DeleteTagsCommand, EC2Client, Tag } from '@aws-sdk/client-ec2';
import { CLIENT_SETTINGS, CustomResourceRequest, InvocationContext, TimeBudget, chunksOf, codeOf, failure, listed, reasonOf, sleep } from '../../custom-resource/program/aws';
import { NetworkTagsProperties } from '../network-tags-contract';

/** EC2 takes up to 1000 resources a call and recommends fewer. */
const RESOURCES_PER_CALL = 200;

/** Time kept back from tagging, so that a failed create can still take its tags away. */
const UNDO_MILLIS = 60_000;

/** Errors about single resources, which fail the call for all the others as well. */
const ABOUT_ONE_RESOURCE = /^Invalid|^TagLimitExceeded$|^OperationNotPermitted$/;

/** A resource that is gone, or never was, carries no tag of ours. */
const NOT_THERE = /^Invalid(\w*\.(NotFound|Malformed)|ID)$/;

export interface NetworkTagsSettings {
  /**
   * How long "not authorized" is taken for a policy that has not reached every IAM endpoint yet:
   * this stack attaches it seconds before the first call.
   */
  readonly permissionGraceMillis: number;
  readonly permissionPauseMillis: number;
}

interface Wanted {
  readonly ids: string[];
  readonly tags: Required<Tag>[];
  readonly keep: boolean;
}

interface Outcome {
  readonly failed: Map<string, string>;
}

export function networkTags(settings: NetworkTagsSettings) {
  return async (request: CustomResourceRequest, context: InvocationContext): Promise<void> => {
    const tagger = new Tagger(new EC2Client(CLIENT_SETTINGS), context, settings);
    const wanted = read(request.ResourceProperties);
    switch (request.RequestType) {
      case 'Create':
        return create(tagger, wanted);
      case 'Update':
        return update(tagger, wanted, read(request.OldResourceProperties ?? {}));
      case 'Delete':
        return wanted.keep ? undefined : remove(tagger, wanted.ids, wanted.tags);
    }
  };
}

export const handler = networkTags({ permissionGraceMillis: 120_000, permissionPauseMillis: 5_000 });

function read(properties: Record<string, unknown>): Wanted {
  const { ResourceIds = [], Tags = [], KeepOnDelete } = properties as Partial<NetworkTagsProperties>;
  return { ids: [...new Set(ResourceIds)], tags: Tags, keep: KeepOnDelete === 'true' };
}

/**
 * A create that fails is the last this program hears of it: the entry point of CDK's provider
 * answers the delete which follows without a call. What was tagged by then is untagged here.
 */
async function create(tagger: Tagger, wanted: Wanted): Promise<void> {
  const put = await tagger.put(wanted.ids, wanted.tags);
  if (put.failed.size === 0) { return; }

  const problem = `could not tag ${summary(put.failed, wanted.ids.length)}`;
  if (wanted.keep) {
    throw failure(problem);
  }
  // All of them: a call whose answer was lost may have had its effect.
  const taken = await tagger.take(wanted.ids, wanted.tags);
  const stuck = new Map([...taken.failed].filter(([id]) => !put.failed.has(id)));
  throw failure(stuck.size === 0 ? problem : `${problem}; still tagged: ${summary(stuck, wanted.ids.length)}`);
}

/** New tags first: when they fail, everything that was there is there still. */
async function update(tagger: Tagger, wanted: Wanted, old: Wanted): Promise<void> {
  const put = await tagger.put(wanted.ids, wanted.tags);
  if (put.failed.size > 0) {
    // CloudFormation rolls back with another update, which takes the new ones away.
    throw failure(`could not tag ${summary(put.failed, wanted.ids.length)}`);
  }
  if (wanted.keep) { return; }

  const keys = new Set(wanted.tags.map(tag => tag.Key));
  await remove(tagger, old.ids.filter(id => !wanted.ids.includes(id)), old.tags);
  await remove(tagger, old.ids.filter(id => wanted.ids.includes(id)), old.tags.filter(tag => !keys.has(tag.Key)));
}

async function remove(tagger: Tagger, ids: string[], tags: Required<Tag>[]): Promise<void> {
  const taken = await tagger.take(ids, tags);
  if (taken.failed.size > 0) {
    throw failure(`could not remove tags from ${summary(taken.failed, ids.length)}`);
  }
}

/** Shape: `2 of 40: subnet-1, subnet-2 (<reason>)`, ids with the same reason together. */
function summary(failed: Map<string, string>, total: number): string {
  const byReason = new Map<string, string[]>();
  for (const [id, reason] of failed) {
    byReason.set(reason, [...byReason.get(reason) ?? [], id]);
  }
  const groups = [...byReason].slice(0, 5).map(([reason, ids]) => `${listed(ids)} (${reason.slice(0, 300)})`);
  return `${failed.size} of ${total}: ${groups.join('; ')}`;
}

class Tagger {
  private readonly putBudget: TimeBudget;
  private readonly takeBudget: TimeBudget;
  private readonly graceEnd: number;

  constructor(private readonly ec2: EC2Client, context: InvocationContext, private readonly settings: NetworkTagsSettings) {
    this.putBudget = new TimeBudget(context, 2 * UNDO_MILLIS);
    this.takeBudget = new TimeBudget(context, UNDO_MILLIS);
    this.graceEnd = Date.now() + settings.permissionGraceMillis;
  }

  public async put(ids: string[], tags: Required<Tag>[]): Promise<Outcome> {
    return this.each(ids, tags, this.putBudget, part => this.ec2.send(new CreateTagsCommand({ Resources: part, Tags: tags })));
  }

  /** Takes a tag only while it has our value: one that somebody changed since is theirs. */
  public async take(ids: string[], tags: Required<Tag>[]): Promise<Outcome> {
    const outcome = await this.each(ids, tags, this.takeBudget, part => this.ec2.send(new DeleteTagsCommand({ Resources: part, Tags: tags })));
    for (const [id, reason] of outcome.failed) {
      if (NOT_THERE.test(reason.split(':')[0])) {
        outcome.failed.delete(id);
      }
    }
    return outcome;
  }

  private async each(ids: string[], tags: Required<Tag>[], budget: TimeBudget, call: (part: string[]) => Promise<unknown>): Promise<Outcome> {
    const outcome: Outcome = { failed: new Map() };
    // DeleteTags without a tag would delete every tag there is.
    if (tags.length === 0) { return outcome; }

    const attempt = async (part: string[]): Promise<void> => {
      try {
        if (budget.isSpent) {
          throw failure('no time left in this invocation');
        }
        await this.permitted(() => call(part), budget);
      } catch (error) {
        if (part.length > 1 && ABOUT_ONE_RESOURCE.test(codeOf(error))) {
          // One resource fails the call for all of them: halving finds it in few calls.
          const half = Math.ceil(part.length / 2);
          await attempt(part.slice(0, half));
          await attempt(part.slice(half));
        } else {
          part.forEach(id => outcome.failed.set(id, reasonOf(error)));
        }
      }
    };
    for (const part of chunksOf(ids, RESOURCES_PER_CALL)) {
      await attempt(part);
    }
    return outcome;
  }

  private async permitted(call: () => Promise<unknown>, budget: TimeBudget): Promise<void> {
    for (;;) {
      try {
        await call();
        return;
      } catch (error) {
        if (codeOf(error) !== 'UnauthorizedOperation' || Date.now() >= this.graceEnd || budget.isSpent) {
          throw error;
        }
        await sleep(this.settings.permissionPauseMillis);
      }
    }
  }
}
