import * as fs from 'fs';
import * as path from 'path';
import { Stack } from './cloudformation/stack';
import { Template } from './cloudformation/template';
import { run } from './processes';
import { ACCOUNT, REGION, ROOT, STATE } from './settings';

export interface DeployOptions {
  /** Environment variables that the app reads: the way to change it from one deployment to the next. */
  readonly environment?: Record<string, string>;
  /** A change of the templates that no app would make, such as an order that is taken out. */
  readonly alter?: (template: Template, stackName: string) => void;
}

/** A CDK app, synthesized and deployed as `cdk deploy --all` does it. */
export class App {
  private readonly stacks = new Map<string, Stack>();
  private deployments = 0;
  /** What the app synthesized last. */
  public assembly = '';

  /** @param file the app's program, in TypeScript */
  constructor(private readonly file: string, private readonly newStack: (name: string) => Stack) {}

  /** Creates or updates all stacks, in their order. */
  public async deploy({ environment, alter }: DeployOptions = {}): Promise<void> {
    const assembly = await this.synthesize(environment ?? {});
    for (const { stackName, template } of stacksIn(assembly)) {
      alter?.(template, stackName);
      if (!this.stacks.has(stackName) || !this.stacks.get(stackName)!.isThere) {
        this.stacks.set(stackName, this.newStack(stackName));
      }
      await this.stacks.get(stackName)!.deploy(template, assembly);
    }
  }

  /** Deletes all stacks, the last one first. */
  public async destroy(): Promise<void> {
    for (const stack of [...this.stacks.values()].reverse()) {
      if (stack.isThere) {
        await stack.delete();
      }
    }
  }

  /** @param name @default - the only one */
  public stack(name?: string): Stack {
    const stack = name === undefined && this.stacks.size === 1 ? [...this.stacks.values()][0] : this.stacks.get(name!);
    if (!stack) {
      throw new Error(`the app has the stacks ${[...this.stacks.keys()].join(', ')}`);
    }
    return stack;
  }

  private async synthesize(environment: Record<string, string>): Promise<string> {
    this.deployments += 1;
    const assembly = path.join(STATE, 'apps', `${path.basename(this.file, '.ts')}-${this.deployments}`);
    // The flags that new apps have, which are those of the example.
    const { context } = JSON.parse(fs.readFileSync(path.join(ROOT, 'examples', 'typescript', 'cdk.json'), 'utf8'));
    await run(process.execPath, ['-r', 'ts-node/register/transpile-only', '-r', path.join(__dirname, 'apps', 'register.js'), this.file], {
      cwd: ROOT,
      env: {
        ...process.env,
        TS_NODE_PROJECT: path.join(ROOT, 'tsconfig.dev.json'),
        NODE_PATH: path.join(ROOT, 'node_modules'),
        CDK_OUTDIR: assembly,
        CDK_CONTEXT_JSON: JSON.stringify(context),
        CDK_DEFAULT_ACCOUNT: ACCOUNT,
        CDK_DEFAULT_REGION: REGION,
        // Templates are checked by the tests; here they are deployed.
        CDK_VALIDATION: 'false',
        ...environment,
      },
    });
    this.assembly = assembly;
    return assembly;
  }
}

/** Stacks of an assembly, each after those that it depends on. */
function stacksIn(assembly: string): { stackName: string; template: Template }[] {
  const read = (file: string) => JSON.parse(fs.readFileSync(path.join(assembly, file), 'utf8'));
  const { artifacts } = read('manifest.json');
  const stacks = Object.keys(artifacts).filter((id) => artifacts[id].type === 'aws:cloudformation:stack');
  const ordered: string[] = [];
  const visit = (id: string) => {
    if (stacks.includes(id) && !ordered.includes(id)) {
      (artifacts[id].dependencies ?? []).forEach(visit);
      ordered.push(id);
    }
  };
  stacks.forEach(visit);
  return ordered.map((id) => ({ stackName: artifacts[id].properties.stackName ?? id, template: read(artifacts[id].properties.templateFile) }));
}
