import { randomUUID } from 'crypto';
import { CreationFailed, ExistingResourceRequest, ResourceProvider, ResourceRequest, ResourceState, UpdateRequest } from './provider';
import { CustomResourceResponse, Responses } from './responses';
import { Functions } from '../lambda/functions';

/** Custom resources: a function is invoked, and answers at the address that it is given. */
export class CustomResources implements ResourceProvider {
  constructor(private readonly functions: Functions, private readonly responses: Responses) {}

  public async create(request: ResourceRequest): Promise<ResourceState> {
    const response = await this.send('Create', request, {});
    if (response.Status !== 'SUCCESS') {
      // What the function says is its id gets deleted: CloudFormation does not know how far it came.
      throw new CreationFailed(reasonOf(response), stateOf(response));
    }
    return stateOf(response);
  }

  public async update(request: UpdateRequest): Promise<ResourceState> {
    const { oldProperties, properties, physicalId } = request;
    if (oldProperties.ServiceToken !== properties.ServiceToken) {
      throw new Error('Modifying service token is not allowed.');
    }
    const response = await this.send('Update', request, { PhysicalResourceId: physicalId, OldResourceProperties: texts(oldProperties) });
    if (response.Status !== 'SUCCESS') {
      throw new Error(reasonOf(response));
    }
    return stateOf(response);
  }

  public async delete(request: ExistingResourceRequest): Promise<void> {
    const response = await this.send('Delete', request, { PhysicalResourceId: request.physicalId });
    if (response.Status !== 'SUCCESS') {
      throw new Error(reasonOf(response));
    }
  }

  private async send(RequestType: string, { stackId, type, logicalId, properties }: ResourceRequest, more: object): Promise<CustomResourceResponse> {
    const { id, url } = this.responses.open();
    const { failed, payload } = await this.functions.invoke(properties.ServiceToken, {
      RequestType,
      ResponseURL: url,
      StackId: stackId,
      RequestId: randomUUID(),
      ResourceType: type,
      LogicalResourceId: logicalId,
      ServiceToken: properties.ServiceToken,
      ResourceProperties: texts(properties),
      ...more,
    });
    return this.responses.of(id) ?? {
      Status: 'FAILED',
      Reason: `CloudFormation did not receive a response from your Custom Resource${failed ? `: ${JSON.stringify(payload)}` : ''}`,
      PhysicalResourceId: (more as { PhysicalResourceId?: string }).PhysicalResourceId ?? `${logicalId}-without-response`,
    };
  }
}

function stateOf({ PhysicalResourceId, Data }: CustomResourceResponse): ResourceState {
  return { physicalId: PhysicalResourceId!, attributes: Data };
}

function reasonOf({ Reason }: CustomResourceResponse): string {
  return `Received response status [FAILED] from custom resource. Message returned: ${Reason}`;
}

/** CloudFormation turns numbers and booleans of custom resources into texts. */
export function texts(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(texts);
  }
  return typeof value === 'object' && value !== null
    ? Object.fromEntries(Object.entries(value).map(([key, item]) => [key, texts(item)]))
    : String(value);
}
