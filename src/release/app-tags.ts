import { IResolvable, Lazy, TagManager, TagType } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { defaultTagsFault } from './resource-tags';
import { sortKeys } from '../util/maps';
import { warn } from '../util/messages';
import { isUnknown } from '../util/tokens';

/** Name of the type by which `Tags` includes and excludes what the controller creates. */
const RESOURCE_TYPE = 'AWS::ElasticLoadBalancingV2::LoadBalancer';

/**
 * The tags of the app, for the load balancers and other resources that the controller creates.
 *
 * `Tags.of(app).add()` tags every resource of an app, but these are no resources of the app. The tags are known when Aspects have run.
 */
export class AppTags {
  /** What `Tags` adds tags to. */
  public readonly manager = new TagManager(TagType.KEY_VALUE, RESOURCE_TYPE);
  private readonly unfit = new Set<string>();

  constructor(support: Construct) {
    support.node.addValidation({
      validate: () => {
        if (this.unfit.size > 0) {
          warn(support, 'appTagsIgnored', `the tags ${[...this.unfit].sort().join(', ')} of the app cannot be tags of what the controller creates: it keeps their keys `
            + 'for itself or for others, or cannot pass their text on; rename them, or exclude them by excludeResourceTypes');
        }
        return [];
      },
    });
  }

  /**
   * The tags of the app together with others, which win; `undefined` in the template if there are none.
   *
   * @param others tags that a prop sets
   * @param excluded keys that others manage
   */
  public with(others: { readonly [key: string]: string } = {}, excluded: readonly unknown[] = []): IResolvable {
    return Lazy.uncachedAny({
      produce: () => {
        const tags = { ...this.fitting(others, excluded), ...others };
        return Object.keys(tags).length > 0 ? sortKeys(tags) : undefined;
      },
    });
  }

  private fitting(others: object, excluded: readonly unknown[]): { [key: string]: string } {
    const tags = Object.entries(this.manager.tagValues()).filter(([key]) => !Object.hasOwn(others, key) && !excluded.includes(key));
    const isFit = ([key, value]: [string, string]) => !isUnknown(key) && defaultTagsFault({ [key]: value }) === undefined;
    tags.filter((tag) => !isFit(tag)).forEach(([key]) => this.unfit.add(key));
    return Object.fromEntries(tags.filter(isFit));
  }
}
