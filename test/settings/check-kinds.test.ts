import { checkKinds } from '../../src/settings/check-kinds';
import { importCluster, newStack, newVpc } from '../fixtures';

const stack = newStack();
const two = { cluster: importCluster(stack, 'aws-eks-v2'), vpc: newVpc(stack) };

test('props that are undefined are left out, and null is rejected', () => {
  expect(() => checkKinds({ ...two, replicas: undefined })).not.toThrow();
  expect(() => checkKinds({ ...two, replicas: 2 })).not.toThrow();
  expect(() => checkKinds({ ...two, replicas: null })).toThrow('replicas must be a number, got null; leave it out instead');
});
