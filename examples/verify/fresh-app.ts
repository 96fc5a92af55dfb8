/**
 * Follows the README in an app that `cdk init` has just made: what it installs, its quick start in the stack, and a unit test.
 */
import * as assert from 'assert';
import * as fs from 'fs';
import * as path from 'path';
import { PACKAGE, ROOT } from '../../scripts/packages';
import { run } from '../../scripts/shell';

const UNIT_TEST = `
import * as cdk from 'aws-cdk-lib/core';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { ShopStack } from '../lib/shop-stack';

test('load balancers find the public subnets', () => {
  const template = Template.fromStack(new ShopStack(new cdk.App(), 'Shop'));
  template.hasResourceProperties('AWS::EC2::Subnet', {
    MapPublicIpOnLaunch: true,
    Tags: Match.arrayWith([{ Key: 'kubernetes.io/role/elb', Value: '1' }]),
  });
});
`;

/** @param tarball the package for npm, which is not published when this runs */
export async function followReadme(tarball: string, work: string): Promise<void> {
  const cwd = path.join(work, 'shop');
  fs.mkdirSync(cwd);
  await run(path.join(ROOT, 'node_modules', '.bin', 'cdk'), ['init', 'app', '--language', 'typescript', '--generate-only'], { cwd });

  const readme = fs.readFileSync(path.join(ROOT, 'README.md'), 'utf8');
  const [, packages] = new RegExp(`^npm install (${PACKAGE.name}.*)$`, 'm').exec(readme)!;
  const names = packages.split(' ').map((name) => name === PACKAGE.name ? tarball : name);
  await run('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error', ...names], { cwd });

  const [, quickStart] = /^## Quick start$[^]*?^```ts.*\n([^]*?)^```$/m.exec(readme)!;
  const [imports, body] = [/^import .*;$/gm, /^(?!import ).*$/gm].map((lines) => quickStart.match(lines)!.join('\n'));
  const stack = path.join(cwd, 'lib', 'shop-stack.ts');
  const code = fs.readFileSync(stack, 'utf8').replace('// The code that defines your stack goes here', () => body);
  fs.writeFileSync(stack, `${imports}\n${code}`);
  fs.writeFileSync(path.join(cwd, 'test', 'shop.test.ts'), UNIT_TEST);

  await run('npx', ['--no-install', 'cdk', 'synth', '--quiet', '--no-notices'], { cwd });
  const { Resources } = JSON.parse(fs.readFileSync(path.join(cwd, 'cdk.out', 'ShopStack.template.json'), 'utf8'));
  const charts = Object.values<any>(Resources).filter(({ Type }) => Type === 'Custom::AWSCDK-EKS-HelmChart').map(({ Properties }) => Properties.Chart);
  assert.ok(charts.includes('aws-load-balancer-controller'), `there are the charts ${charts}`);
  await run('npm', ['test'], { cwd });
}
