import { CreationFailed, ExistingResourceRequest, ResourceProvider, ResourceRequest, UpdateRequest } from './provider';
import { Stack } from './stack';
import { Template } from './template';

jest.mock('fs', () => ({ ...jest.requireActual('fs'), appendFileSync: () => undefined, mkdirSync: () => undefined }));

/** Notes what it is asked for; property `Fail` says at what it fails, a new `Name` is a new resource. */
class Recorder implements ResourceProvider {
  public readonly events: string[] = [];

  public async create(request: ResourceRequest) {
    this.events.push(`create ${request.logicalId} ${JSON.stringify(request.properties)}`);
    if (request.properties.Fail === 'create') {
      throw new CreationFailed('no', { physicalId: 'half' });
    }
    return { physicalId: `${request.logicalId}-${request.properties.Name ?? 1}` };
  }

  public async update(request: UpdateRequest) {
    this.events.push(`update ${request.logicalId} ${JSON.stringify(request.oldProperties)} -> ${JSON.stringify(request.properties)}`);
    if (request.properties.Fail === 'update') {
      throw new Error('no');
    }
    return request.properties.Name === request.oldProperties.Name ? { physicalId: request.physicalId } : undefined;
  }

  public async delete(request: ExistingResourceRequest) {
    this.events.push(`delete ${request.physicalId}`);
    if (request.properties.Fail === 'delete') {
      throw new Error('in use');
    }
  }
}

function newStack() {
  const recorder = new Recorder();
  const stack = new Stack({ name: 'S', providerOf: () => recorder, stackOf: () => undefined, importValue: () => undefined });
  return { recorder, stack, deploy: (Resources: Template['Resources']) => stack.deploy({ Resources }, '') };
}

const resource = (Properties: object = {}, more: object = {}) => ({ Type: 'Custom::Thing', Properties, ...more });

test('creates programs as early as they may be, and deletes them as late', async () => {
  const { recorder, stack, deploy } = newStack();
  await deploy({ A: { Type: 'AWS::X' }, B: resource(), C: resource({}, { DependsOn: 'A' }) });
  await stack.delete();
  expect(recorder.events).toEqual(['create B {}', 'create A {}', 'create C {}', 'delete B-1', 'delete C-1', 'delete A-1']);
  expect(stack.status).toBe('DELETE_COMPLETE');
});

test('a failed creation takes everything back, what is half made too', async () => {
  const { recorder, stack, deploy } = newStack();
  await expect(deploy({ A: resource(), B: resource({ Fail: 'create' }, { DependsOn: 'A' }) })).rejects.toThrow('S was not created: B (Custom::Thing): no');
  expect(recorder.events.slice(2)).toEqual(['delete half', 'delete A-1']);
  expect(stack.status).toBe('ROLLBACK_COMPLETE');
});

test('an update replaces, and removes in its clean-up phase', async () => {
  const { recorder, stack, deploy } = newStack();
  await deploy({ A: resource({ Name: 'a' }), B: resource() });
  recorder.events.length = 0;
  await deploy({ A: resource({ Name: 'b' }) });
  expect(recorder.events.slice(1)).toEqual(['create A {"Name":"b"}', 'delete A-a', 'delete B-1']);
  expect(stack.status).toBe('UPDATE_COMPLETE');
});

test('a failed update goes back, in the program that failed too', async () => {
  const { recorder, stack, deploy } = newStack();
  await deploy({ A: resource({ x: 1 }), B: resource({ x: 1 }, { DependsOn: 'A' }) });
  recorder.events.length = 0;
  await expect(deploy({
    A: resource({ x: 2 }), B: resource({ x: 1, Fail: 'update' }, { DependsOn: ['A', 'New'] }), New: resource(),
  })).rejects.toThrow('S was not updated');
  expect(recorder.events).toEqual([
    'update A {"x":1} -> {"x":2}', 'create New {}', 'update B {"x":1} -> {"x":1,"Fail":"update"}',
    'update A {"x":2} -> {"x":1}', 'update B {"x":1,"Fail":"update"} -> {"x":1}', 'delete New-1',
  ]);
  expect(stack.status).toBe('UPDATE_ROLLBACK_COMPLETE');
});

test('a deletion goes on with what does not hang on the failure, and can be tried again', async () => {
  const { stack, deploy } = newStack();
  await deploy({ A: resource(), B: resource({ Fail: 'delete' }, { DependsOn: 'A' }), C: resource() });
  await expect(stack.delete()).rejects.toThrow('S was not deleted: B: in use');
  expect(stack.status).toBe('DELETE_FAILED');
  expect(Object.keys(stack.types)).toEqual(['A', 'B']);
});

test('what is retained stays', async () => {
  const { recorder, stack, deploy } = newStack();
  await deploy({ A: resource({}, { DeletionPolicy: 'Retain' }) });
  await stack.delete();
  expect(recorder.events).toEqual(['create A {}']);
});
