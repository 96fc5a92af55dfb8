import { execFileSync } from 'child_process';
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import * as path from 'path';
import { ControllerVersion } from '../../src';
import { ControllerFacts } from '../support/controller-facts';

const ROOT = path.join(__dirname, '..', '..');
const RELEASES = ControllerVersion._known().map(({ releaseTag }) => releaseTag);
const [FIRST, LAST] = [RELEASES[0], RELEASES[RELEASES.length - 1]];

/** A repository of two states: what the last release has was not there before. */
function clone(): string {
  const directory = mkdtempSync(path.join(tmpdir(), 'controller-'));
  const git = (...args: string[]) => execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', '-C', directory, ...args]);
  const write = (file: string, text: string) => {
    mkdirSync(path.dirname(path.join(directory, file)), { recursive: true });
    writeFileSync(path.join(directory, file), text);
  };
  git('init', '--quiet');
  write('go.mod', 'module example\n');
  write('pkg/config/feature_gates.go', '\tOld Feature = "OldGate"\n\tOld: true,\n');
  write('pkg/annotations/constants.go', '\tIngressSuffixScheme = "scheme"\n\tIngressSuffixPlan = "plan"\n');
  write('pkg/ingress/build.go', 'x.annotationParser.ParseStringAnnotation(annotations.IngressSuffixScheme, &y)\nfmt.Sprintf("actions.%v", z)\n');
  write('pkg/elb.go', 'import (\n\telb "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"\n)\nelb.CreateRuleInput{}\nother.DeleteRuleInput{}\n');
  write('pkg/elb_test.go', 'import "github.com/aws/aws-sdk-go/service/ec2"\nec2.RunInstancesInput{}\n');
  write('docs/install/iam_policy.json', '{"Statement":[]}');
  git('add', '.');
  git('commit', '--quiet', '--message', 'old');
  RELEASES.slice(0, -1).forEach((release) => git('tag', release));
  write('pkg/config/feature_gates.go', '\tNew Feature = "NewGate"\n\tNew: generateDefaultFeatureStatus(false),\n');
  write('docs/install/iam_policy_cn.json', '{"Statement":[{"Effect":"Allow"}]}');
  git('add', '.');
  git('commit', '--quiet', '--message', 'new');
  git('tag', LAST);
  return directory;
}

test('reads calls, annotations, gates and policies of each release', () => {
  const output = mkdtempSync(path.join(tmpdir(), 'facts-'));
  execFileSync(process.execPath, ['-r', 'ts-node/register/transpile-only', 'scripts/upstream-facts.ts', clone(), output],
    { cwd: ROOT, env: { ...process.env, TS_NODE_PROJECT: 'tsconfig.dev.json' } });

  const facts = new ControllerFacts(path.join(output, 'controller-facts.json'));
  expect(facts.releases).toEqual(RELEASES);
  expect(facts.awsCallsOf(LAST)).toEqual([{ action: 'elasticloadbalancing:CreateRule', file: 'pkg/elb.go' }]);
  expect([...facts.annotationsOf(FIRST)]).toEqual([['plan', '-'], ['scheme', 'String']]);
  expect(facts.annotationFamiliesOf(FIRST)).toEqual(['actions']);
  expect([FIRST, LAST].map((release) => facts.featureGatesOf(release))).toEqual([['OldGate'], ['NewGate']]);
  const index = JSON.parse(readFileSync(path.join(output, 'iam-policies', 'index.json'), 'utf8'));
  expect([FIRST, LAST].map((release) => Object.keys(index[release]))).toEqual([['aws'], ['aws', 'aws-cn']]);
  expect(JSON.parse(readFileSync(path.join(output, 'iam-policies', index[LAST]['aws-cn']), 'utf8'))).toEqual({ Statement: [{ Effect: 'Allow' }] });
});
