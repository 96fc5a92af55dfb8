/**
 * `npx projen e2e [scenario ...]`: stacks of this library, deployed and destroyed on a running cluster. See README.md beside this file.
 */
import * as fs from 'fs';
import * as path from 'path';
import { kubernetesPrograms } from './build/kubernetes-programs';
import { runInProcess } from './case-process';
import { Harness } from './harness';
import { missingFor, missingPrerequisites } from './prerequisites';
import { Result, resultOf, table } from './report';
import { Case, Scenario } from './scenario';
import { SCENARIOS } from './scenarios';
import { ownApp } from './scenarios/own-app';
import { logFile, STATE } from './settings';

/** A case by the name that the report has for it. */
type Selected = readonly [name: string, run: Case, scenario: Scenario];

async function main(args: string[]): Promise<number> {
  if (args[0] === '--case') {
    return runHere(SCENARIOS.flatMap(casesOf).find(([name]) => name === args[1])!);
  }
  const missing = await missingPrerequisites();
  if (missing.length > 0) {
    console.log(`e2e skipped, for want of:\n${missing.map((what) => `  - ${what}`).join('\n')}`);
    return process.env.E2E_REQUIRED ? 1 : 0;
  }
  fs.rmSync(path.join(STATE, 'failed'), { recursive: true, force: true });
  if (args[0] === '--app') {
    const result = await resultOfCase('app', ownApp(args.slice(1)));
    return reportOf([result], []);
  }
  const cases = selected(args);
  if (cases.length === 0) {
    console.error(`no scenario ${args.join(', ')}; there are:\n${SCENARIOS.flatMap(namesOf).map((name) => `  ${name}`).join('\n')}`);
    return 2;
  }
  // Not in the time of the first case.
  await kubernetesPrograms();
  const results: Result[] = [];
  const skipped: string[] = [];
  for (const [name, , scenario] of cases) {
    const lacking = missingFor(scenario);
    if (lacking.length > 0) {
      skipped.push(`${name}: ${lacking.join(', ')}`);
      continue;
    }
    const result = await runInProcess(name, Number(process.env.E2E_CASE_MINUTES ?? scenario.minutes ?? 15));
    keepLogsOf(result);
    results.push(result);
  }
  return reportOf(results, skipped);
}

/** Runs one case in this process, and tells the one that started it what it came to. */
async function runHere([name, run]: Selected): Promise<number> {
  const result = await resultOfCase(name, run);
  await new Promise((resolve) => process.send!(result, resolve));
  return result.failure === undefined ? 0 : 1;
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
  return result;
}

function keepLogsOf({ name, failure, seconds }: Result): void {
  console.log(`${name} ${failure === undefined ? 'passed' : 'FAILED'} in ${seconds} s`);
  if (failure !== undefined) {
    const kept = path.join(STATE, 'failed', name.replace(/\W+/g, '-'));
    fs.cpSync(logFile(''), kept, { recursive: true });
    console.log(`${failure}\nLogs: ${path.relative('.', kept)}`);
  }
}

function reportOf(results: readonly Result[], skipped: readonly string[]): number {
  const failed = results.filter(({ failure }) => failure !== undefined);
  console.log(`\n${table(results)}\n`);
  skipped.forEach((what) => console.log(`skipped ${what}`));
  console.log(`${results.length - failed.length} passed, ${failed.length} failed, ${skipped.length} skipped`);
  return failed.length > 0 || (skipped.length > 0 && process.env.E2E_REQUIRED) ? 1 : 0;
}

/** By number, name, name of the case, or all. */
function selected(args: string[]): Selected[] {
  return SCENARIOS.flatMap((scenario) => casesOf(scenario).filter(([name]) => args.length === 0 || args.some((arg) =>
    [String(scenario.number), scenario.name, name.replace(/ .*?: /, '/')].includes(arg))));
}

function casesOf(scenario: Scenario): Selected[] {
  return Object.entries(scenario.cases).map(([name, run]) => [`${scenario.number} ${scenario.name}: ${name}`, run, scenario]);
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
