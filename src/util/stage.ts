import { CfnResource, Stage } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { getOrMake } from './maps';

/** The stage of a construct, which is mostly the app; the root of the tree where there is no stage. */
export function stageOf(construct: IConstruct): IConstruct {
  return Stage.of(construct) ?? construct.node.root;
}

/**
 * What constructs of one stage have registered under a name, by key: the way to reject a second one of a kind.
 *
 * It is kept on the stage, under a symbol that all copies of this package in an app share.
 */
export function registryOf<V>(construct: IConstruct, name: string): Map<string, V> {
  const stage = stageOf(construct) as unknown as { [registry: symbol]: Map<string, V> | undefined };
  return stage[Symbol.for(`cdk-eks-alb-ingress-support.${name}`)] ??= new Map<string, V>();
}

/** The resources of each stage, as they were when the app was last prepared. */
const LISTS = new WeakMap<IConstruct, StageResources>();

/**
 * All resources of a stage, without those of nested stages.
 *
 * Each cluster of an app needs some of them. If each searched the app for itself, the time for one cluster would grow with their number.
 */
export class StageResources {
  /** Lists them again for every later caller. To be called when everything is defined. */
  public static list(stage: IConstruct): StageResources {
    const resources = new StageResources(resourcesIn(stage));
    LISTS.set(stage, resources);
    return resources;
  }

  /** Those of the stage of a construct. */
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
