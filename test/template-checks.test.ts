import { mkdtempSync, readFileSync } from 'fs';
import { tmpdir } from 'os';
import * as path from 'path';
import { Acknowledgment, App, Validations } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as eks from 'aws-cdk-lib/aws-eks-v2';
import { AwsSolutionsChecks } from 'cdk-nag';
import { IConstruct } from 'constructs';
import * as fc from 'fast-check';
import * as ts from 'typescript';
import { newCluster, newStack, newVpc } from './fixtures';
import { options, surroundings } from './support/chart-arbitraries';
import { AUTO_MODE_GATEWAYS, OPTION_SPREAD } from './support/option-spread';
import { Game2048 } from '../examples/typescript/game-2048';
import { EksAlbIngressSupport, EksAlbIngressSupportProps } from '../src';

interface Violation {
  readonly ruleName: string;
  readonly constructs: string[];
}

/** Synthesizes with the CDK's validation on, and gives what it found in the support construct. */
function violations(define: (app: App) => void, check?: (app: App) => void): Violation[] {
  const outdir = mkdtempSync(path.join(tmpdir(), 'synth-'));
  const app = new App({ outdir, context: { '@aws-cdk/aws-eks:useNativeOidcProvider': true } });
  define(app);
  check?.(app);

  const quiet = [jest.spyOn(console, 'error').mockImplementation(), jest.spyOn(console, 'warn').mockImplementation()];
  const stderr = jest.spyOn(process.stderr, 'write').mockImplementation(() => true);
  const { exitCode } = process;
  process.env.CDK_VALIDATION = 'true';
  try {
    app.synth();
  } catch (error) {
    // Findings of a plugin are thrown; they are read from the report below, as those are that only warn.
    expect(String(error)).toContain('Validation');
  } finally {
    process.env.CDK_VALIDATION = 'false';
    // Findings make the process of a CDK app fail; here they are the result.
    process.exitCode = exitCode;
    [...quiet, stderr].forEach((spy) => spy.mockRestore());
  }

  const report = JSON.parse(readFileSync(path.join(outdir, 'validation-report.json'), 'utf8'));
  return report.pluginReports.flatMap((plugin: any) => plugin.violations).map((violation: any) => ({
    ruleName: violation.ruleName,
    constructs: violation.violatingConstructs.map((found: any) => found.constructPath ?? found.constructStack?.path ?? '')
      .filter((found: string) => found.includes('AlbIngress')),
  })).filter((violation: Violation) => violation.constructs.length > 0);
}

test.each(Object.entries(OPTION_SPREAD))('CDK\'s template validation has nothing to say of the support: %s', (_name, define) => {
  expect(violations(define)).toEqual([]);
});

test('what is set on the cluster passes where findings fail the synth, as in a new app', () => {
  const synthesize = (refine: (app: App) => void) => {
    const app = new App({ context: { '@aws-cdk/core:validateAgainstDefaultRules': true } });
    OPTION_SPREAD[AUTO_MODE_GATEWAYS](app);
    refine(app);
    process.env.CDK_VALIDATION = 'true';
    const quiet = [jest.spyOn(console, 'error').mockImplementation(), jest.spyOn(process.stderr, 'write').mockImplementation(() => true)];
    const { exitCode } = process;
    try {
      app.synth();
    } finally {
      process.env.CDK_VALIDATION = 'false';
      process.exitCode = exitCode;
      quiet.forEach((spy) => spy.mockRestore());
    }
  };
  expect(() => synthesize(() => { /* As it is. */ })).not.toThrow();
  // Else this would show nothing.
  expect(() => synthesize((app) => app.node.findAll().filter((child): child is ec2.CfnVPC => child instanceof ec2.CfnVPC)
    .forEach((vpc) => vpc.addPropertyOverride('GatewayApi', true)))).toThrow("'GatewayApi' was unexpected");
});

/** As the example has it: with an app that has an Ingress. */
function game(props: Partial<EksAlbIngressSupportProps>): (app: App) => void {
  return (app) => {
    const stack = newStack('Stack', {}, app);
    const vpc = newVpc(stack);
    const cluster = newCluster(stack, 'aws-eks-v2', { vpc });
    const albIngress = new EksAlbIngressSupport(stack, 'AlbIngress', { cluster, vpc, ...props });
    new Game2048(stack, 'Game2048', { cluster: cluster as eks.Cluster, albIngress });
  };
}

test('any options either are rejected by the name of a prop, or give a template that the validation accepts', () => {
  let accepted = 0;
  fc.assert(fc.property(options, surroundings, (given, { version }) => {
    let found: Violation[];
    try {
      found = violations(game({ ...given, controllerVersion: version }));
    } catch (error) {
      expect((error as Error).message).toMatch(/^[a-z]\w+([. ([].*)? must .*, got .*; /s);
      return;
    }
    expect(found).toEqual([]);
    accepted++;
  }), { numRuns: 40 });
  expect(accepted).toBeGreaterThan(3);
});

/** Each finding of cdk-nag's AWS Solutions rules that stays, and why. */
const ACCEPTED: Record<string, string> = {
  'AwsSolutions-IAM5': 'the controller makes its load balancers, listeners and groups itself, so that their names are not known: what it may '
    + 'do with them hangs on the tag with the cluster\'s name instead, and describing has no resource in IAM at all',
};

test('cdk-nag finds what is accepted with a reason, and nothing else', () => {
  const found = violations(game({}), (app) => Validations.of(app).addPlugins(new AwsSolutionsChecks(app)));
  expect([...new Set(found.map(({ ruleName }) => ruleName.match(/AwsSolutions-\w+/)![0]))].sort()).toEqual(Object.keys(ACCEPTED).sort());
});

test('cdk-nag is content with what the page on IAM has a user acknowledge', () => {
  const page = readFileSync(path.join(__dirname, '..', 'docs', 'iam.md'), 'utf8').split('## cdk-nag')[1];
  const recipe = ts.transpile(/^```ts\n(.*?)^```/ms.exec(page)![1], { target: ts.ScriptTarget.ES2022 });
  const acknowledged = new Set<string>();
  const findings = (isHeeded: boolean) => violations((app) => {
    const stack = newStack('Stack', {}, app);
    const vpc = newVpc(stack);
    const cluster = newCluster(stack, 'aws-eks-v2', { vpc });
    const acknowledge = (scope: IConstruct, rule: Acknowledgment) => {
      acknowledged.add(rule.id);
      if (isHeeded) Validations.of(scope).acknowledge(rule);
    };
    const cdk = { Validations: { of: (scope: IConstruct) => ({ acknowledge: (rule: Acknowledgment) => acknowledge(scope, rule) }) } };
    new Function('cdk', 'stack', 'vpc', 'cluster', 'EksAlbIngressSupport', recipe)(cdk, stack, vpc, cluster, EksAlbIngressSupport);
  }, (app) => Validations.of(app).addPlugins(new AwsSolutionsChecks(app))).map(({ ruleName }) => ruleName).sort();

  expect(findings(true)).toEqual([]);
  // None of them is there for nothing.
  expect(findings(false)).toEqual([...acknowledged].sort());
});
