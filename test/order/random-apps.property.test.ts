import { readFileSync } from 'fs';
import * as path from 'path';
import { App, CfnResource, NestedStack, Stack } from 'aws-cdk-lib';
import { CloudAssembly } from 'aws-cdk-lib/cx-api';
import { IConstruct } from 'constructs';
import * as fc from 'fast-check';
import { DeploymentGraph, nodeOf } from '../support/deployment-graph';
import { AppSpec, appSpecs, buildApp, RandomApp } from '../support/random-app';

describe('apps as chance would have them', () => {
  const runs = Number(process.env.RANDOM_APPS ?? 40);

  test('have no circle that they have not without the support, and each workload is ordered, or told why not', () => {
    let [apps, ordered, notOrdered] = [0, 0, 0];
    fc.assert(fc.property(appSpecs(), (spec) => {
      fc.pre(isSound(spec));
      const built = buildApp(spec, true);
      const assembly = built.app.synth();
      rejectCircles(built.app, assembly);
      const supported = built.support!.node.findAll().filter((child) => CfnResource.isCfnResource(child));
      apps++;
      for (const workload of built.workloads) {
        if (supported.every((one) => comesAfter(assembly, workload, one))) {
          ordered++;
        } else {
          notOrdered++;
          expect(warnedOf(built, assembly)).toContain(`/${resourceOf(workload).node.path}`);
          // Each part of the support that it does not wait for, waits for it.
          const notAwaited = supported.filter((one) => !comesAfter(assembly, workload, one));
          expect(notAwaited.filter((one) => !comesAfter(assembly, one, workload))).toEqual([]);
        }
      }
    }), { numRuns: runs, maxSkipsPerRun: 20 });
    expect(Math.min(apps, ordered, notOrdered)).toBeGreaterThan(runs / 20);
    if (process.env.RANDOM_APPS) console.info({ apps, ordered, notOrdered });
  });
});

/** Whether an app can be deployed at all: circles of stacks the CDK rejects itself. */
function isSound(spec: AppSpec): boolean {
  try {
    const { app } = buildApp(spec, false);
    rejectCircles(app, app.synth());
    return true;
  } catch (error) {
    expect(String(error)).toMatch(/circular dependency|cyclic reference|cyclic dependency/i);
    return false;
  }
}

/** In nested templates too. */
function rejectCircles(app: App, assembly: CloudAssembly): void {
  new DeploymentGraph(assembly).createOrder();
  app.node.findAll().filter((child): child is NestedStack => NestedStack.isNestedStack(child))
    .forEach((nested) => nestedGraph(assembly, nested).createOrder());
}

/** What a nested stack is made of, by itself. */
function nestedGraph({ directory }: CloudAssembly, { templateFile }: NestedStack): DeploymentGraph {
  const template = JSON.parse(readFileSync(path.join(directory, templateFile), 'utf8'));
  return new DeploymentGraph({ stacks: [{ id: 'Nested', template, dependencies: [] }] } as unknown as CloudAssembly);
}

/** Whether the one comes after the other one, be it by the nested stacks that they are in. */
function comesAfter(assembly: CloudAssembly, one: IConstruct, other: IConstruct): boolean {
  const [a, b] = [one, other].map((construct) => resourceOf(construct));
  if (a.stack.nested && a.stack === b.stack) {
    const [own, others] = [a, b].map((resource) => `Nested/${resource.stack.getLogicalId(resource)}`);
    return nestedGraph(assembly, a.stack as NestedStack).comesAfter(own, others);
  }
  const [own, others] = [a, b].map((resource) => nodeOf(resource.stack.nestedStackResource ?? resource));
  return new DeploymentGraph(assembly).comesAfter(own, others);
}

function warnedOf({ app }: RandomApp, assembly: CloudAssembly): string[] {
  return app.node.children.filter((child): child is Stack => Stack.isStack(child))
    .flatMap(({ artifactId }) => assembly.getStackArtifact(artifactId).messages)
    .filter(({ entry }) => String(entry.data).includes('workloadNotOrdered')).map(({ id }) => id);
}

function resourceOf(construct: IConstruct): CfnResource {
  return construct.node.findAll().find((child): child is CfnResource => CfnResource.isCfnResource(child))!;
}
