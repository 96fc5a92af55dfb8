import { CfnResource, Stage } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { getOrMake } from './maps';
import { stageOf } from './stage';

/** As they were when the app was last prepared. */
const LISTS = new WeakMap<IConstruct, StageResources>();

/**
 * All resources of a stage, but not those of stages in it.
 *
 * Each cluster of an app asks for some of them. Were each to go through the app, the time for a cluster would grow with their number.
 */
export class StageResources {
  /** Lists them anew, for all who ask from here on: to be called when everything is defined. */
  public static list(stage: IConstruct): StageResources {
    const resources = new StageResources(resourcesIn(stage));
    LISTS.set(stage, resources);
    return resources;
  }

  /** Those of the stage that a construct lies in. */
  public static around(construct: IConstruct): StageResources {
    const stage = stageOf(construct);
    return LISTS.get(stage) ?? new StageResources(resourcesIn(stage));
  }

  private byType?: Map<string, CfnResource[]>;

  private constructor(public readonly all: readonly CfnResource[]) {
  }

  public ofType(...types: string[]): CfnResource[] {
    const byType = this.byType ??= groupByType(this.all);
    return types.flatMap((type) => byType.get(type) ?? []);
  }
}

function groupByType(resources: readonly CfnResource[]): Map<string, CfnResource[]> {
  const byType = new Map<string, CfnResource[]>();
  resources.forEach((resource) => getOrMake(byType, resource.cfnResourceType, () => []).push(resource));
  return byType;
}

function resourcesIn(construct: IConstruct, found: CfnResource[] = []): CfnResource[] {
  for (const child of construct.node.children) {
    if (CfnResource.isCfnResource(child)) {
      found.push(child);
    }
    if (!Stage.isStage(child)) {
      resourcesIn(child, found);
    }
  }
  return found;
}
