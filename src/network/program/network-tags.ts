/**
 * Program behind `Custom::EksAlbIngressNetworkTags`: tags subnets or security groups that
 * CloudFormation cannot tag, and takes the tags back.
 *
 * Its only state are the claims beside the tags. The rest follows from the two sets of properties which CloudFormation
 * sends, so a retry, a rollback and a second delivery all end in the same tags.
 */
import { TagOwner, Wanted, additions, handOver, keysOf, read, removals } from './tag-plans';
import { Found, Problems, TagPlan, Tagger, TaggerSettings } from './tagger';
import { CustomResourceRequest, InvocationContext, TimeBudget, failure, listed, reasonOf } from '../../custom-resource/program/aws';
import { isRollingBack } from '../../custom-resource/program/stack-status';

/** Ids are named up to this many a reason; and reasons up to this many. */
const NAMED = { ids: 20, reasons: 5 };

/** Time kept back to answer CloudFormation. */
const ANSWER_MILLIS = 30_000;

export interface NetworkTagsSettings extends TaggerSettings {
  readonly isRollingBack: (stackId: string, budget: TimeBudget) => Promise<boolean>;
}

export function networkTags(settings: NetworkTagsSettings) {
  return async (request: CustomResourceRequest, context: InvocationContext): Promise<void> => {
    const owner = { stackId: request.StackId, logicalId: request.LogicalResourceId };
    const tagger = new Tagger(context, settings);
    const wanted = read(request.ResourceProperties);
    switch (request.RequestType) {
      case 'Create':
        return create(tagger, owner, wanted);
      case 'Update':
        return update(tagger, owner, wanted, read(request.OldResourceProperties),
          () => settings.isRollingBack(request.StackId, new TimeBudget(context, ANSWER_MILLIS)));
      case 'Delete':
        return wanted.keep ? undefined : finish(await take(tagger, owner, wanted), wanted.ids.length);
    }
  };
}

export const handler = networkTags({ permissionGraceMillis: 120_000, permissionPauseMillis: 5_000, isRollingBack });

/**
 * A create that fails is the last this program hears of it: the entry point of CDK's provider
 * answers the delete which follows without a call. What was tagged by then is untagged here.
 */
async function create(tagger: Tagger, owner: TagOwner, wanted: Wanted): Promise<void> {
  const { problems } = await put(tagger, owner, wanted);
  if (problems.size === 0) { return; }

  const problem = `could not tag ${summary(problems, wanted.ids.length)}`;
  if (wanted.keep) {
    throw failure(problem);
  }
  // All that is ours: a call whose answer was lost may have had its effect, and an earlier delivery of this event too.
  const stuck = await take(tagger, owner, wanted);
  problems.forEach((_, id) => stuck.delete(id));
  throw failure(stuck.size === 0 ? problem : `${problem}; still tagged: ${summary(stuck, wanted.ids.length)}`);
}

/** New tags first: when they fail, everything that was there is there still. */
async function update(tagger: Tagger, owner: TagOwner, now: Wanted, old: Wanted, isRollback: () => Promise<boolean>): Promise<void> {
  const { problems, incurable, found, given } = await put(tagger, owner, now, old);
  if (problems.size > 0 && !(incurable && await goesOn(isRollback, problems))) {
    // CloudFormation rolls back with another update, which takes the new ones away.
    throw failure(`could not tag ${summary(problems, now.ids.length)}`);
  }
  if (now.keep) { return; }

  // By what was found before: what was set a moment ago is not seen everywhere yet.
  const leaving = (id: string, key: string) => !(now.ids.includes(id) && keysOf(now).includes(key));
  const { plan, restores } = removals(owner, old, found, { leaving, given });
  finish(new Map([
    ...await tagger.take(plan),
    ...await tagger.take(handOver(owner, now, old, found).withdraws),
    ...await tagger.restore(restores),
  ]), old.ids.length);
}

function finish(problems: Problems, total: number): void {
  if (problems.size > 0) {
    throw failure(`could not remove tags from ${summary(problems, total)}`);
  }
}

interface Put {
  readonly problems: Problems;
  /** Whether nothing stands in the way but what no other attempt changes: resources that are gone, or carry another's tag. */
  readonly incurable: boolean;
  /** What was there before. */
  readonly found: Found;
  /** What goes to the sibling. */
  readonly given: TagPlan;
}

async function put(tagger: Tagger, owner: TagOwner, now: Wanted, old: Wanted = read()): Promise<Put> {
  let found: Found;
  try {
    found = await tagger.look([...now.ids, ...old.ids], keysOf(now, old));
  } catch (error) {
    return { problems: all(now.ids, error), incurable: false, found: new Map(), given: new Map() };
  }
  const { plan, unfit } = additions(owner, now, found);
  const { gives } = handOver(owner, now, old, found);
  const problems = new Map([...await tagger.put(gives), ...await tagger.put(plan)]);
  const incurable = [...problems.values()].every(({ isNotThere }) => isNotThere);
  unfit.forEach((reason, id) => problems.set(id, { reason, isNotThere: false }));
  return { problems, incurable, found, given: gives };
}

async function take(tagger: Tagger, owner: TagOwner, old: Wanted): Promise<Problems> {
  try {
    const { plan, restores } = removals(owner, old, await tagger.look(old.ids, keysOf(old)));
    return new Map([...await tagger.take(plan), ...await tagger.restore(restores)]);
  } catch (error) {
    return all(old.ids, error);
  }
}

function all(ids: string[], error: unknown): Problems {
  return new Map(ids.map(id => [id, { reason: reasonOf(error), isNotThere: false }]));
}

/** A rollback goes back to what is there still: were it to fail, the stack could be neither updated nor rolled back. */
async function goesOn(isRollback: () => Promise<boolean>, problems: Problems): Promise<boolean> {
  const goes = await isRollback().catch(error => {
    console.log(`cannot tell whether this is a rollback: ${reasonOf(error)}`);
    return false;
  });
  if (goes) {
    console.log(`the rollback goes on without ${summary(problems, problems.size)}`);
  }
  return goes;
}

/** Shape: `2 of 40: subnet-1, subnet-2 (<reason>)`, ids with the same reason together, and how many there are beyond those named. */
function summary(problems: Problems, total: number): string {
  const byReason = new Map<string, string[]>();
  for (const [id, { reason }] of problems) {
    // What names its resource would be a reason of its own for each.
    const shared = reason.split(id).join('…');
    byReason.set(shared, [...byReason.get(shared) ?? [], id]);
  }
  const groups = [...byReason].map(([reason, ids]) => `${listed(ids, NAMED.ids)} (${reason.slice(0, 300)})`);
  const more = [...byReason.values()].slice(NAMED.reasons).flat().length;
  return `${problems.size} of ${total}: ${groups.slice(0, NAMED.reasons).join('; ')}${more > 0 ? `; and ${more} more` : ''}`;
}
