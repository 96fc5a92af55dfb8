/** What CloudFormation asks the provider of a resource type. */
export interface ResourceRequest {
  readonly stackName: string;
  readonly stackId: string;
  /** Folder with the templates and assets of the app. */
  readonly assembly: string;
  readonly logicalId: string;
  readonly type: string;
  /** With all functions resolved. */
  readonly properties: any;
}

/** A request about a resource that is there. */
export interface ExistingResourceRequest extends ResourceRequest {
  readonly physicalId: string;
  readonly attributes: Record<string, unknown>;
}

export interface UpdateRequest extends ExistingResourceRequest {
  readonly oldProperties: any;
}

/** A resource that is there: its `Ref` and its attributes. */
export interface ResourceState {
  readonly physicalId: string;
  readonly attributes?: Record<string, unknown>;
}

/** What makes, changes and removes the resources of some types. */
export interface ResourceProvider {
  create(request: ResourceRequest): Promise<ResourceState>;
  /** Undefined where the change needs a new resource. */
  update(request: UpdateRequest): Promise<ResourceState | undefined>;
  delete(request: ExistingResourceRequest): Promise<void>;
}

/** A creation that failed half-way: what is there of it has to be deleted. */
export class CreationFailed extends Error {
  constructor(message: string, public readonly state: ResourceState) {
    super(message);
  }
}

let names = 0;

/** As CloudFormation names what has no name in the template: different each time. */
export function generatedName({ stackName, logicalId }: ResourceRequest, maxLength = 64): string {
  names += 1;
  const suffix = `-${names.toString(36).toUpperCase().padStart(6, '0')}`;
  return `${stackName}-${logicalId}`.slice(0, maxLength - suffix.length) + suffix;
}

/** Names of the properties that an update changes. */
export function changedProperties({ properties, oldProperties }: UpdateRequest): string[] {
  const keys = new Set([...Object.keys(properties), ...Object.keys(oldProperties)]);
  return [...keys].filter((name) => JSON.stringify(properties[name]) !== JSON.stringify(oldProperties[name]));
}
