import { execFileSync } from 'child_process';
import { readdirSync, readFileSync } from 'fs';
import * as path from 'path';
import { parse } from 'yaml';

const ROOT = path.join(__dirname, '..');
const FOLDER = path.join(ROOT, '.github', 'workflows');
const read = (file: string) => parse(readFileSync(path.join(ROOT, file), 'utf8'));
const WORKFLOWS: [string, any][] = readdirSync(FOLDER).map((file) => [file, parse(readFileSync(path.join(FOLDER, file), 'utf8'))]);
const JOBS: [string, any][] = WORKFLOWS.flatMap(([file, { jobs }]) => Object.entries<any>(jobs).map(([id, job]): [string, any] => [`${file} ${id}`, job]));
const RELEASE = WORKFLOWS.find(([file]) => file === 'release.yml')![1];

test('every action is pinned by its commit', () => {
  const uses = JOBS.flatMap(([, { steps }]) => steps.flatMap((step: any) => step.uses ?? []));
  expect(uses.length).toBeGreaterThan(30);
  expect(uses.filter((action: string) => !/^[\w.-]+\/[\w./-]+@[0-9a-f]{40}$/.test(action))).toEqual([]);
});

test('every job names its permissions, and those that write are these', () => {
  expect(JOBS.filter(([, { permissions }]) => permissions === undefined).map(([name]) => name)).toEqual([]);
  const writers = JOBS.flatMap(([name, { permissions }]) => Object.entries(permissions).filter(([, access]) => access === 'write').map(([scope]) => `${name}: ${scope}`));
  const packages = ['golang', 'maven', 'npm', 'nuget', 'pypi'].flatMap((registry) => ['attestations', 'id-token'].map((scope) => `release.yml release_${registry}: ${scope}`));
  expect(writers.sort()).toEqual([
    ...packages,
    'pull-request-lint.yml validate: pull-requests',
    // The tag, and the release with its notes.
    'release.yml release: contents',
    'release.yml release_github: contents',
  ].sort());
});

test('releases are made by hand, with approval, and each package is attested', () => {
  expect(Object.keys(RELEASE.on)).toEqual(['workflow_dispatch']);
  const publishing = Object.entries<any>(RELEASE.jobs).filter(([id]) => id.startsWith('release_'));
  expect(publishing).toHaveLength(6);
  expect(publishing.filter(([, { environment }]) => environment !== 'release')).toEqual([]);
  expect(publishing.filter(([, { steps }]) => !steps.some(({ uses }: any) => uses?.startsWith('actions/attest-build-provenance@'))).map(([id]) => id))
    .toEqual(['release_github']);
  expect(JSON.stringify(RELEASE.jobs.release_github.steps)).toContain('dist/sbom.cdx.json');
  // No token of a registry that trusts the workflow is stored.
  expect(JSON.stringify(RELEASE)).not.toMatch(/NPM_TOKEN|TWINE_PASSWORD|NUGET_API_KEY/);
});

test('titles of pull requests may have every type that commits here have', () => {
  const { steps } = WORKFLOWS.find(([file]) => file === 'pull-request-lint.yml')![1].jobs.validate;
  const allowed = steps.flatMap((step: any) => step.with?.types?.split('\n') ?? []);
  const subjects = execFileSync('git', ['log', '--no-merges', '--max-count=500', '--format=%s'], { cwd: ROOT, encoding: 'utf8' }).trim().split('\n');
  const types = new Set(subjects.flatMap((subject) => subject.match(/^(\w+)(\(.*\))?!?: /)?.[1] ?? []));
  expect(allowed).toEqual(expect.arrayContaining(['feat', 'fix', ...types]));
});

test('nothing is merged without the gate', () => {
  const { queue_rules, pull_request_rules } = read('.mergify.yml');
  expect([...queue_rules.map((rule: any) => rule.queue_conditions), ...pull_request_rules.map((rule: any) => rule.conditions)]
    .filter((conditions) => !conditions.includes('status-success=gate'))).toEqual([]);
  expect(Object.keys(WORKFLOWS.find(([file]) => file === 'gate.yml')![1].jobs)).toEqual(['gate']);
});

test('no installed package rejects the oldest Node.js that this repository is developed with', () => {
  const packages = Object.entries<any>(JSON.parse(readFileSync(path.join(ROOT, 'package-lock.json'), 'utf8')).packages);
  expect(packages.length).toBeGreaterThan(300);
  expect(packages.filter(([, { engines }]) => /^>=\s*(2[1-9]|[3-9]\d)/.test(engines?.node ?? '')).map(([name]) => name)).toEqual([]);
});
