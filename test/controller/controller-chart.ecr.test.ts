import { readFileSync } from 'fs';
import * as path from 'path';
import { ECR_REGISTRY } from '../../src/controller/controller-chart';

const ADDRESSES = [
  '111122223333.dkr.ecr.eu-west-1.amazonaws.com',
  '111122223333.dkr.ecr.cn-north-1.amazonaws.com.cn',
  '111122223333.dkr.ecr-fips.us-east-1.amazonaws.com',
  '111122223333.dkr-ecr.eu-west-1.on.aws',
  '111122223333.dkr-ecr-fips.us-east-1.on.aws',
  'public.ecr.aws',
  'ghcr.io',
];
const known = (source: string) => ADDRESSES.filter((address) => new RegExp(`^${source}$`).test(address));

test('is where the registry\'s own name is, and no FIPS or dual-stack one', () => {
  expect(known(ECR_REGISTRY)).toEqual(ADDRESSES.slice(0, 2));
  expect('111122223333.dkr.ecr.cn-north-1.amazonaws.com.cn'.match(ECR_REGISTRY)![1]).toBe('cn-north-1');
});

test('is what the program that upgrades the definitions logs in to', () => {
  expect(readFileSync(path.join(__dirname, '../../src/controller/program/crd_upgrade.py'), 'utf8')).toContain(`re.match(r'oci://(${ECR_REGISTRY})/', chart)`);
});

test.each(['aws-eks', 'aws-eks-v2'])('is what the Helm handler of %s logs in to', (module) => {
  const root = path.dirname(require.resolve('aws-cdk-lib/package.json'));
  const handler = readFileSync(path.join(root, 'custom-resource-handlers/dist', module, 'kubectl-handler/helm/__init__.py'), 'utf8');
  const [, pattern] = handler.match(/private_ecr_pattern = 'oci:\/\/(.*)\*'/)!;
  expect(known(pattern.replace(/\?P</g, '?<'))).toEqual(known(ECR_REGISTRY));
});
