import { readFileSync } from 'fs';
import * as path from 'path';
import { transpileModule } from 'typescript';
import { MUTANTS, outcomeIn } from './mutants';
import { table } from './report';
import { SCENARIOS } from './scenarios';

const read = (file: string) => readFileSync(path.join(__dirname, '..', '..', 'src', file), 'utf8');

test('there are twenty, with names of their own', () => {
  expect(new Set(MUTANTS.map(({ name }) => name)).size).toBe(20);
});

test('each names a case that is there', () => {
  const cases = SCENARIOS.flatMap((scenario) => Object.keys(scenario.cases).map((name) => `${scenario.number}/${name}`));
  expect(MUTANTS.map(({ scenario }) => scenario).filter((scenario) => !cases.includes(scenario))).toEqual([]);
});

test.each(MUTANTS.map((mutant) => [mutant.name, mutant] as const))('%s can be planted: its code stands once, and what is left is TypeScript', (_, { file, code, defect }) => {
  const source = read(file);
  expect(source.split(code)).toHaveLength(2);
  const { diagnostics } = transpileModule(source.replace(code, () => defect), { reportDiagnostics: true });
  expect(diagnostics).toEqual([]);
});

test.each([
  ['seen', 'denied', ['AWS::EKS::Cluster']],
  ['not run', 'Cannot find module', []],
  ['not seen', undefined, ['AWS::EKS::Cluster']],
])('%s: by a case that ended with %s, with %j deployed', (outcome, failure, simulated) => {
  const report = table([{ name: '1 game-2048: aws-eks', seconds: 43, awsCalls: 0, simulated, failure }]);
  expect(outcomeIn(`${report}\n\n${failure ? '0 passed, 1 failed' : '1 passed, 0 failed'}, 0 skipped`)).toBe(outcome);
});
