/**
 * Program of `Custom::EksAlbIngressNetworkTags`: tags subnets or security groups that CloudFormation cannot tag, and deletes the tags
 * again.
 *
 * Its only state are the ownership tags next to the tags. The rest follows from the two sets of properties that CloudFormation
 * sends, so a retry, a rollback and a second delivery all end in the same tags.
 */
import { TagOwner, Wanted, additions, keysOf, read, removals } from './tag-plans';
import { Found, Problems, Tagger, TaggerSettings } from './tagger';
import { CustomResourceRequest, InvocationContext, TimeBudget, failure, isRollingBack, listed, reasonOf } from '../../custom-resource/program/aws';

/** How many ids are listed for a reason, and how many reasons. */
const LISTED = { ids: 20, reasons: 5 };

/** Time reserved to answer CloudFormation. */
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
        return wanted.keep ? undefined : finish(await remove(tagger, owner, wanted), wanted.ids.length);
    }
  };
}

export const handler = networkTags({ permissionGraceMillis: 120_000, permissionPauseMillis: 5_000, isRollingBack });

/**
 * When a create fails, this program gets no further event: the entry point of the CDK's provider answers the delete that follows
 * without calling it. So the tags that were set by then are deleted here.
 */
async function create(tagger: Tagger, owner: TagOwner, wanted: Wanted): Promise<void> {
  const { problems } = await set(tagger, owner, wanted);
  if (problems.size === 0) { return; }

  const problem = `could not tag ${summary(problems, wanted.ids.length)}`;
  if (wanted.keep) {
    throw failure(problem);
  }
  // Everything with this owner's tag: a call whose answer was lost may have succeeded, and an earlier delivery of this event too.
  const stuck = await remove(tagger, owner, wanted);
  problems.forEach((_, id) => stuck.delete(id));
  throw failure(stuck.size === 0 ? problem : `${problem}; still tagged: ${summary(stuck, wanted.ids.length)}`);
}

/** Sets new tags first: if that fails, everything that was there is still there. */
async function update(tagger: Tagger, owner: TagOwner, now: Wanted, old: Wanted, isRollback: () => Promise<boolean>): Promise<void> {
  const { problems, isPermanent, found } = await set(tagger, owner, now, old);
  if (problems.size > 0 && !(isPermanent && await ignores(isRollback, problems))) {
    // CloudFormation rolls back with another update, which deletes the new ones.
    throw failure(`could not tag ${summary(problems, now.ids.length)}`);
  }
  if (now.keep) { return; }

  // From what was found before: what was set a moment ago is not visible everywhere yet.
  const { plan, restores } = removals(owner, old, found, (id, key) => !(now.ids.includes(id) && keysOf(now).includes(key)));
  finish(new Map([...await tagger.remove(plan), ...await tagger.restore(restores)]), old.ids.length);
}

function finish(problems: Problems, total: number): void {
  if (problems.size > 0) {
    throw failure(`could not remove tags from ${summary(problems, total)}`);
  }
}

interface Result {
  readonly problems: Problems;
  /** Whether no retry can help: all resources with a problem are deleted, or have a conflicting tag of another owner. */
  readonly isPermanent: boolean;
  /** The tags before. */
  readonly found: Found;
}

async function set(tagger: Tagger, owner: TagOwner, now: Wanted, old: Wanted = read()): Promise<Result> {
  let found: Found;
  try {
    found = await tagger.look([...now.ids, ...old.ids], keysOf(now, old));
  } catch (error) {
    return { problems: all(now.ids, error), isPermanent: false, found: new Map() };
  }
  const { plan, conflicts } = additions(owner, now, found);
  const problems = await tagger.set(plan);
  const isPermanent = [...problems.values()].every(({ isNotThere }) => isNotThere);
  conflicts.forEach((reason, id) => problems.set(id, { reason, isNotThere: false }));
  return { problems, isPermanent, found };
}

async function remove(tagger: Tagger, owner: TagOwner, old: Wanted): Promise<Problems> {
  try {
    const { plan, restores } = removals(owner, old, await tagger.look(old.ids, keysOf(old)));
    return new Map([...await tagger.remove(plan), ...await tagger.restore(restores)]);
  } catch (error) {
    return all(old.ids, error);
  }
}

function all(ids: string[], error: unknown): Problems {
  return new Map(ids.map(id => [id, { reason: reasonOf(error), isNotThere: false }]));
}

/** A rollback ignores what is deleted meanwhile: if it failed, the stack could be neither updated nor rolled back. */
async function ignores(isRollback: () => Promise<boolean>, problems: Problems): Promise<boolean> {
  const ignored = await isRollback().catch(error => {
    console.log(`cannot find out whether this is a rollback: ${reasonOf(error)}`);
    return false;
  });
  if (ignored) {
    console.log(`the rollback continues without ${summary(problems, problems.size)}`);
  }
  return ignored;
}

/** Shape: `2 of 40: subnet-1, subnet-2 (<reason>)`: ids with the same reason together, and how many more there are. */
function summary(problems: Problems, total: number): string {
  const byReason = new Map<string, string[]>();
  for (const [id, { reason }] of problems) {
    // A reason that names its resource would differ for each.
    const shared = reason.split(id).join('…');
    byReason.set(shared, [...byReason.get(shared) ?? [], id]);
  }
  const groups = [...byReason].map(([reason, ids]) => `${listed(ids, LISTED.ids)} (${reason.slice(0, 300)})`);
  const more = [...byReason.values()].slice(LISTED.reasons).flat().length;
  return `${problems.size} of ${total}: ${groups.slice(0, LISTED.reasons).join('; ')}${more > 0 ? `; and ${more} more` : ''}`;
}
