import { existsSync, readFileSync } from 'fs';
import * as path from 'path';
import { CHART_VALUE_TABLE } from '../../src/controller/chart-values';

const FACTS = path.join(process.env.LBC_UPSTREAM_DIR ?? path.join(__dirname, '..', '..', '..', 'shared', 'upstream'), 'chart-releases.json');
const present = existsSync(FACTS);
const describeWithFacts = present ? describe : describe.skip;

describeWithFacts(`the table of value keys${present ? '' : ' (skipped: LBC_UPSTREAM_DIR names no directory with chart-releases.json)'}`, () => {
  const facts = present ? JSON.parse(readFileSync(FACTS, 'utf8')) : {};
  // Charts before 1.4.0 are out of scope: what they had, 1.4.0 has.
  const clamp = (chart: string) => (/^(0|1\.[0-3])\./.test(chart) ? '1.4.0' : chart);

  test('has the keys of every values.yaml, each with its first chart', () => {
    const table = Object.entries(CHART_VALUE_TABLE.KEYS_BY_FIRST_CHART)
      .flatMap(([chart, keys]) => keys.trim().split(/\s+/).map((key) => [key, chart]));
    expect(new Set(table.map(([key]) => key)).size).toBe(table.length);
    expect(Object.fromEntries(table)).toEqual(
      Object.fromEntries(Object.entries<string>(facts.valueKeyFirstChart).map(([key, chart]) => [key, clamp(chart)])));
  });

  test('has the keys that went away, and those that came back', () => {
    const { envFrom, ...removed } = facts.valueKeyRemovedIn;
    // Only its example went: templates read it in every chart from 1.8.1 on.
    expect(envFrom).toEqual(['1.9.0']);
    const gaps = Object.entries(CHART_VALUE_TABLE.GAPS);
    expect(Object.fromEntries(gaps.map(([key, { from }]) => [key, [from]]))).toEqual(removed);
    expect(Object.fromEntries(gaps.filter(([, { to }]) => to).map(([key, { to }]) => [key, [to]]))).toEqual(facts.valueKeyReAddedIn);
  });

  test('repeats none of them among the keys without a default', () => {
    const keys = Object.values(CHART_VALUE_TABLE.READ_WITHOUT_DEFAULT).flatMap((list) => list.split(' '));
    for (const key of keys) expect(facts.valueKeyFirstChart).not.toHaveProperty(key);
  });
});
