import { readFileSync } from 'fs';
import * as path from 'path';
import { chartHas } from '../../src/controller/chart-values';
import { CONTROLLER_OPTIONS, toMarkdown } from '../../src/controller/controller-option-table';
import { ControllerVersion } from '../../src/release/controller-version';
import { membersOf } from '../support/interfaces';

const options = membersOf('ControllerOptions', 'controller/controller-options.ts').map(({ name }) => name);

/** Options that are no values of the chart: where it comes from, and how Helm installs it. */
const ABOUT_THE_INSTALLATION = ['source', 'image', 'installTimeout', 'removalPolicy'];

test('has a row for each option', () => {
  const rows = Object.keys(CONTROLLER_OPTIONS).filter((name) => options.includes(name));
  expect(rows.sort()).toEqual(options.filter((name) => !ABOUT_THE_INSTALLATION.includes(name)).sort());
});

test.each(Object.entries(CONTROLLER_OPTIONS).filter(([, { chart }]) => chart !== undefined))('%s is a value of the newest chart', (_, { chart }) => {
  expect(chartHas(ControllerVersion._latest, chart!)).toBe(true);
});

test('the docs have its table', () => {
  expect(readFileSync(path.join(__dirname, '../../docs/air-gapped.md'), 'utf8')).toContain(`|---|---|---|\n${toMarkdown()}\n`);
});
