import { readFileSync } from 'fs';
import * as path from 'path';
import { ExistingResourceRequest, generatedName, ResourceProvider, ResourceRequest, ResourceState, UpdateRequest } from './provider';
import { Stack } from './stack';

/** Stacks within stacks: their templates are assets of the app. */
export class NestedStacks implements ResourceProvider {
  private readonly stacks = new Map<string, Stack>();

  constructor(private readonly newStack: (name: string) => Stack) {}

  public async create(request: ResourceRequest): Promise<ResourceState> {
    const stack = this.newStack(generatedName(request, 128));
    this.stacks.set(stack.id, stack);
    return this.deploy(stack, request);
  }

  public async update(request: UpdateRequest): Promise<ResourceState> {
    return this.deploy(this.stacks.get(request.physicalId)!, request);
  }

  public async delete({ physicalId }: ExistingResourceRequest): Promise<void> {
    await this.stacks.get(physicalId)!.delete();
  }

  private async deploy(stack: Stack, { properties, assembly }: ResourceRequest): Promise<ResourceState> {
    Object.assign(stack.parameters, properties.Parameters);
    await stack.deploy(nestedTemplate(properties.TemplateURL, assembly), assembly);
    return { physicalId: stack.id, attributes: Object.fromEntries(Object.entries(stack.outputs).map(([name, value]) => [`Outputs.${name}`, value])) };
  }
}

/** The address ends with the hash of the asset; the manifest of assets says which file that is. */
function nestedTemplate(url: string, assembly: string): any {
  const hash = path.basename(url).split('.')[0];
  const manifest = JSON.parse(readFileSync(path.join(assembly, 'manifest.json'), 'utf8'));
  for (const artifact of Object.values<any>(manifest.artifacts)) {
    if (artifact.type === 'cdk:asset-manifest') {
      const { files } = JSON.parse(readFileSync(path.join(assembly, artifact.properties.file), 'utf8'));
      if (files[hash]) {
        return JSON.parse(readFileSync(path.join(assembly, files[hash].source.path), 'utf8'));
      }
    }
  }
  throw new Error(`no template for ${url}`);
}
