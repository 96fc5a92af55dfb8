import { checkKinds } from '../../src/settings/check-kinds';
import * as propKinds from '../../src/settings/prop-kinds';
import { importCluster, newStack, newVpc } from '../fixtures';

const stack = newStack();
const two = { cluster: importCluster(stack, 'aws-eks-v2'), vpc: newVpc(stack) };

test('the table of all props is for those who set one of the others', () => {
  const table = jest.replaceProperty(propKinds, 'PROP_KINDS', new Proxy(propKinds.PROP_KINDS, {
    ownKeys: () => {
      throw new Error('read');
    },
  }));

  expect(() => checkKinds({ ...two, replicas: undefined })).not.toThrow();
  expect(() => checkKinds({ ...two, replicas: 2 })).toThrow('read');
  table.restore();
  expect(() => checkKinds({ ...two, replicas: null })).toThrow('replicas must be a number, got null; leave it out instead');
});
