/**
 * `npx projen e2e [scenario ...]`: stacks of this library, deployed and destroyed on a running cluster. See README.md beside this file.
 */
import * as fs from 'fs';
import * as path from 'path';
import { controllerProgram, controllerSource } from './build/controller-program';
import { Harness } from './harness';
import { missingPrerequisites } from './prerequisites';
import { Result, resultOf, table } from './report';
import { Case, Scenario } from './scenario';
import { SCENARIOS } from './scenarios';
import { ownApp } from './scenarios/own-app';
import { logFile, STATE } from './settings';

async function main(args: string[]): Promise<number> {
  const missing = await missingPrerequisites();
  if (missing.length > 0) {
    console.log(`e2e skipped, for want of:\n${missing.map((what) => `  - ${what}`).join('\n')}`);
    return process.env.E2E_REQUIRED ? 1 : 0;
  }
  const cases = args[0] === '--app' ? [['app', ownApp(args.slice(1))] as const] : selected(SCENARIOS, args);
  if (cases.length === 0) {
    console.error(`no scenario ${args.join(', ')}; there are:\n${SCENARIOS.flatMap(namesOf).map((name) => `  ${name}`).join('\n')}`);
    return 2;
  }
  // Not in the time that Helm gives the first pods.
  await Promise.all(['v2.8.3', 'v3.5.0'].filter(controllerSource).map(controllerProgram));
  fs.rmSync(path.join(STATE, 'failed'), { recursive: true, force: true });
  const results: Result[] = [];
  for (const [name, run] of cases) {
    results.push(await resultOfCase(name, run));
  }
  const failed = results.filter(({ failure }) => failure !== undefined);
  console.log(`\n${table(results)}\n\n${results.length - failed.length} passed, ${failed.length} failed`);
  return failed.length === 0 ? 0 : 1;
}

async function resultOfCase(name: string, run: Case): Promise<Result> {
  const startedAt = Date.now();
  let harness: Harness | undefined;
  let failure: string | undefined;
  console.log(`${name} ...`);
  try {
    harness = await Harness.start();
    await run(harness);
    if (harness.calls.offences.length > 0) {
      failure = `calls to AWS that should not be:\n  ${harness.calls.offences.join('\n  ')}`;
    }
  } catch (error) {
    failure = [error instanceof Error ? error.stack ?? error.message : String(error), ...harness?.calls.offences ?? []].join('\n  ');
  }
  const result = resultOf(name, startedAt, harness, failure);
  if (process.env.E2E_KEEP && harness) {
    console.log(`kept until the process ends: kubectl --kubeconfig ${STATE}/cluster/admin.kubeconfig ...`);
    await new Promise(() => undefined);
  }
  await harness?.stop();
  console.log(`${name} ${failure === undefined ? 'passed' : 'FAILED'} in ${result.seconds} s`);
  if (failure !== undefined) {
    const kept = path.join(STATE, 'failed', name.replace(/\W+/g, '-'));
    fs.cpSync(logFile(''), kept, { recursive: true });
    console.log(`${failure}\nLogs: ${path.relative('.', kept)}`);
  }
  return result;
}

/** By number, name, name of the case, or all. */
function selected(scenarios: readonly Scenario[], args: string[]): (readonly [string, Case])[] {
  return scenarios.flatMap((scenario) => Object.entries(scenario.cases)
    .map(([name, run]) => [`${scenario.number} ${scenario.name}: ${name}`, run] as const)
    .filter(([, run]) => args.length === 0 || args.some((arg) =>
      [String(scenario.number), scenario.name, `${scenario.number}/${nameOf(scenario, run)}`].includes(arg))));
}

function nameOf(scenario: Scenario, run: Case): string {
  return Object.entries(scenario.cases).find(([, candidate]) => candidate === run)![0];
}

function namesOf(scenario: Scenario): string[] {
  return Object.keys(scenario.cases).map((name) => `${scenario.number}/${name}  (${scenario.name})`);
}

// Node.js ends quietly, and with success, when nothing is left that it could wait for.
let isOver = false;
process.on('exit', () => {
  if (!isOver) {
    console.error('the run was ended before its end');
    process.exitCode ||= 1;
  }
});
void main(process.argv.slice(2)).catch((error) => {
  console.error(error);
  return 1;
}).then((status) => {
  isOver = true;
  process.exit(status);
});
