import * as path from 'path';
import { ExistingResourceRequest, generatedName, ResourceProvider, ResourceRequest, ResourceState, UpdateRequest } from './provider';
import { Functions } from '../lambda/functions';
import { ACCOUNT, REGION } from '../settings';

/** Functions of a template, whose code is beside it. */
export class LambdaFunctions implements ResourceProvider {
  constructor(private readonly functions: Functions) {}

  public async create(request: ResourceRequest): Promise<ResourceState> {
    return this.define(request, request.properties.FunctionName ?? generatedName(request));
  }

  public async update(request: UpdateRequest): Promise<ResourceState | undefined> {
    return request.properties.FunctionName === request.oldProperties.FunctionName ? this.define(request, request.physicalId) : undefined;
  }

  public async delete({ attributes }: ExistingResourceRequest): Promise<void> {
    this.functions.remove(String(attributes.Arn));
  }

  private define({ properties, assembly }: ResourceRequest, name: string): ResourceState {
    const { Code, Role, Runtime, Handler, Environment, Timeout } = properties;
    const arn = `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${name}`;
    this.functions.define({
      name,
      arn,
      roleArn: Role,
      runtime: Runtime,
      handler: Handler,
      environment: Environment?.Variables ?? {},
      timeoutSeconds: Number(Timeout ?? 3),
      code: Code.ZipFile ? { text: Code.ZipFile } : { directory: path.join(assembly, `asset.${Code.S3Key.split('.')[0]}`) },
      assets: assembly,
    });
    return { physicalId: name, attributes: { Arn: arn } };
  }
}
