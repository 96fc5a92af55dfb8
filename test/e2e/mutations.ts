/**
 * `npx projen mutations [name ...]`: plants one defect at a time into a copy of the library, and fails when the scenario that should see
 * it passes.
 */
import { spawnSync } from 'child_process';
import * as fs from 'fs';
import { tmpdir } from 'os';
import * as path from 'path';
import { Mutant, MUTANTS, Outcome, outcomeIn } from './mutants';
import { ROOT } from './settings';

/** What of the checkout a scenario needs; the rest is linked. */
const COPIED = ['src', 'test', 'examples/typescript', 'package.json', 'tsconfig.json', 'tsconfig.dev.json'];
const OUTPUT = path.join(ROOT, 'dist', 'mutations');
const LINKED = ['assets', 'node_modules', '.moto', '.venv', '.upstream'];

function main(names: string[]): number {
  const survivors: string[] = [];
  for (const mutant of MUTANTS.filter(({ name }) => names.length === 0 || names.includes(name))) {
    const outcome = outcomeOf(mutant);
    console.log(`${outcome.padEnd(9)}  ${mutant.name}  (${mutant.scenario})`);
    if (outcome !== 'seen') {
      survivors.push(mutant.name);
    }
  }
  console.log(survivors.length === 0 ? 'all defects were seen' : `not seen: ${survivors.join('; ')}`);
  return survivors.length === 0 ? 0 : 1;
}

function outcomeOf(mutant: Mutant): Outcome {
  // Outside of the checkout, whose compiler would read it.
  const copy = fs.mkdtempSync(path.join(tmpdir(), 'mutation-'));
  COPIED.forEach((name) => fs.cpSync(path.join(ROOT, name), path.join(copy, name), { recursive: true }));
  LINKED.filter((name) => fs.existsSync(path.join(ROOT, name))).forEach((name) => fs.symlinkSync(path.join(ROOT, name), path.join(copy, name)));
  const file = path.join(copy, 'src', mutant.file);
  fs.writeFileSync(file, withDefect(fs.readFileSync(file, 'utf8'), mutant));
  const { stdout } = spawnSync(process.execPath, ['-r', 'ts-node/register/transpile-only', 'test/e2e/main.ts', mutant.scenario], {
    cwd: copy, encoding: 'utf8', maxBuffer: 1 << 26, env: { ...process.env, TS_NODE_PROJECT: 'tsconfig.dev.json' }, // eslint-disable-line no-bitwise
  });
  fs.rmSync(copy, { recursive: true, force: true });
  fs.mkdirSync(OUTPUT, { recursive: true });
  fs.writeFileSync(path.join(OUTPUT, `${mutant.name.replace(/\W+/g, '-')}.log`), stdout);
  return outcomeIn(stdout);
}

function withDefect(source: string, { file, code, defect }: Mutant): string {
  if (source.split(code).length !== 2) {
    throw new Error(`src/${file} should have this once: ${code}`);
  }
  return source.replace(code, () => defect);
}

process.exit(main(process.argv.slice(2)));
