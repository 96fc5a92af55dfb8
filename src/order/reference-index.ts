import { CfnResource, Stack } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { propertiesOf } from '../util/cfn-properties';
import { getOrMake } from '../util/maps';
import { ReferenceFinder } from '../util/references';

/** What each resource of a stage refers to, read once. */
export class ReferenceIndex {
  private readonly finder = new ReferenceFinder();
  private readonly references = new Map<CfnResource, readonly IConstruct[]>();
  private readonly nestedStacks = new Map<CfnResource, Stack>();
  private readonly names = new Map<Stack, Map<string, CfnResource>>();
  private byStack?: Map<Stack, CfnResource[]>;

  /** @param resources all of the stage */
  constructor(private readonly resources: readonly CfnResource[]) {
    for (const { stack } of resources) {
      for (let nested: Stack | undefined = stack; nested?.nestedStackResource; nested = nested.nestedStackParent) {
        this.nestedStacks.set(nested.nestedStackResource as CfnResource, nested);
      }
    }
  }

  public of(resource: CfnResource): readonly IConstruct[] {
    let targets = this.references.get(resource);
    if (!targets) {
      targets = isInTemplate(resource) ? this.read(resource) : [];
      this.references.set(resource, targets);
    }
    return targets;
  }

  /** The nested stack that a resource is. */
  public nestedStackOf(resource: CfnResource): Stack | undefined {
    return this.nestedStacks.get(resource);
  }

  private read(resource: CfnResource): IConstruct[] {
    const { rawOverrides } = resource as unknown as { rawOverrides: { Properties?: unknown; DependsOn?: unknown } };
    const { targets, logicalIds } = this.finder.find(resource, [propertiesOf(resource), rawOverrides.Properties, resource.cfnOptions.metadata]);
    const named = [...logicalIds, ...[rawOverrides.DependsOn ?? []].flat().filter((id) => typeof id === 'string')]
      .map((id) => this.namesIn(resource.stack).get(id));
    return [...targets, ...named.filter((target) => target !== undefined)];
  }

  private namesIn(stack: Stack): Map<string, CfnResource> {
    return getOrMake(this.names, stack, () => {
      const resources = (this.byStack ??= groupByStack(this.resources)).get(stack) ?? [];
      return new Map(resources.map((resource) => [stack.resolve(resource.logicalId), resource]));
    });
  }
}

function groupByStack(resources: readonly CfnResource[]): Map<Stack, CfnResource[]> {
  const byStack = new Map<Stack, CfnResource[]>();
  resources.forEach((resource) => getOrMake(byStack, resource.stack, () => []).push(resource));
  return byStack;
}

/** A policy without statements, for one, is left out of the template. */
export function isInTemplate(resource: CfnResource): boolean {
  return (resource as unknown as { shouldSynthesize(): boolean }).shouldSynthesize();
}
