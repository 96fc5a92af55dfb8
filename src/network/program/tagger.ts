/**
 * How the program reads and writes tags: many resources in a call, without one failing the others.
 */
import { CreateTagsCommand, DeleteTagsCommand, EC2Client, Tag, paginateDescribeTags } from '@aws-sdk/client-ec2';
import { InvocationContext, TimeBudget, chunksOf, clientWithin, codeOf, outOfTime, reasonOf, sleep } from '../../custom-resource/program/aws';
import { OWNERSHIP_PREFIX } from '../network-tags-contract';

/** EC2 takes up to 1000 resources a call and recommends fewer; a filter takes 200 values. */
const RESOURCES_PER_CALL = 200;

/** Time reserved for deleting the tags of a failed create. */
const UNDO_MILLIS = 60_000;

/** Errors about single resources, which fail the call for all others as well. */
const ABOUT_ONE_RESOURCE = /^Invalid|^TagLimitExceeded$|^OperationNotPermitted$/;

/** A resource that is deleted, or never existed. */
const NOT_THERE = /^Invalid(\w*\.(NotFound|Malformed)|ID)$/;

export interface TaggerSettings {
  /**
   * How long to retry after "not authorized": this stack attaches the policy seconds before the first call, and it takes time to reach
   * every IAM endpoint.
   */
  readonly permissionGraceMillis: number;
  readonly permissionPauseMillis: number;
}

/** The tags to set or to delete, by resource. */
export type TagPlan = ReadonlyMap<string, Tag[]>;

/** The tags found, by resource. */
export type Found = ReadonlyMap<string, ReadonlyMap<string, string>>;

/** Why a resource could not be tagged. */
export interface Problem {
  readonly reason: string;
  readonly isNotThere: boolean;
}

export type Problems = Map<string, Problem>;

export class Tagger {
  private readonly setBudget: TimeBudget;
  private readonly removeBudget: TimeBudget;
  private readonly graceEnd: number;
  private readonly setting: EC2Client;
  private readonly removing: EC2Client;

  constructor(context: InvocationContext, private readonly settings: TaggerSettings) {
    this.setBudget = new TimeBudget(context, 2 * UNDO_MILLIS);
    this.removeBudget = new TimeBudget(context, UNDO_MILLIS);
    this.graceEnd = Date.now() + settings.permissionGraceMillis;
    this.setting = clientWithin(this.setBudget, EC2Client);
    this.removing = clientWithin(this.removeBudget, EC2Client);
  }

  /** These tags of the resources, and their ownership tags; none for a resource that does not exist. */
  public async look(ids: readonly string[], keys: readonly string[]): Promise<Found> {
    const found = new Map<string, Map<string, string>>();
    for (const part of chunksOf([...new Set(ids)], RESOURCES_PER_CALL)) {
      const Filters = [{ Name: 'resource-id', Values: part }, { Name: 'key', Values: [...new Set(keys), `${OWNERSHIP_PREFIX}*`] }];
      await this.permitted(this.removeBudget, async () => {
        for await (const { Tags = [] } of paginateDescribeTags({ client: this.removing, pageSize: 1000 }, { Filters })) {
          for (const { ResourceId, Key, Value } of Tags) {
            found.set(ResourceId!, (found.get(ResourceId!) ?? new Map<string, string>()).set(Key!, Value ?? ''));
          }
        }
      });
    }
    return found;
  }

  public async set(plan: TagPlan): Promise<Problems> {
    return this.each(plan, this.setBudget, (Resources, Tags) => this.setting.send(new CreateTagsCommand({ Resources, Tags })));
  }

  /** Deletes a tag only while it has the given value: one that was changed since belongs to whoever changed it. A deleted resource is no problem. */
  public async remove(plan: TagPlan): Promise<Problems> {
    return there(await this.each(plan, this.removeBudget, (Resources, Tags) => this.removing.send(new DeleteTagsCommand({ Resources, Tags }))));
  }

  /** Sets the value of another owner where ours took precedence, in the time for deleting. */
  public async restore(plan: TagPlan): Promise<Problems> {
    return there(await this.each(plan, this.removeBudget, (Resources, Tags) => this.removing.send(new CreateTagsCommand({ Resources, Tags }))));
  }

  private async each(plan: TagPlan, budget: TimeBudget, call: (part: string[], tags: Tag[]) => Promise<unknown>): Promise<Problems> {
    const problems: Problems = new Map();
    const attempt = async (part: string[], tags: Tag[]): Promise<void> => {
      try {
        await this.permitted(budget, () => call(part, tags));
      } catch (error) {
        if (part.length > 1 && ABOUT_ONE_RESOURCE.test(codeOf(error))) {
          // One resource fails the call for all of them: halving finds it in few calls.
          const half = Math.ceil(part.length / 2);
          await attempt(part.slice(0, half), tags);
          await attempt(part.slice(half), tags);
        } else {
          part.forEach(id => problems.set(id, { reason: reasonOf(error), isNotThere: NOT_THERE.test(codeOf(error)) }));
        }
      }
    };
    for (const [ids, tags] of alike(plan)) {
      for (const part of chunksOf(ids, RESOURCES_PER_CALL)) {
        await attempt(part, tags);
      }
    }
    return problems;
  }

  private async permitted(budget: TimeBudget, call: () => Promise<unknown>): Promise<void> {
    for (;;) {
      if (budget.isSpent) {
        throw outOfTime();
      }
      try {
        await call();
        return;
      } catch (error) {
        if (codeOf(error) !== 'UnauthorizedOperation' || Date.now() >= this.graceEnd) {
          throw error;
        }
        await sleep(this.settings.permissionPauseMillis);
      }
    }
  }
}

function there(problems: Problems): Problems {
  return new Map([...problems].filter(([, { isNotThere }]) => !isNotThere));
}

/** Resources with the same tags share calls. */
function alike(plan: TagPlan): [string[], Tag[]][] {
  const groups = new Map<string, [string[], Tag[]]>();
  for (const [id, tags] of plan) {
    // DeleteTags without a tag would delete every tag there is.
    if (tags.length > 0) {
      const name = JSON.stringify(tags);
      groups.set(name, [[...groups.get(name)?.[0] ?? [], id], tags]);
    }
  }
  return [...groups.values()];
}
