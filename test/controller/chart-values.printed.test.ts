import { execFileSync } from 'child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import * as path from 'path';
import { Aws, Token } from 'aws-cdk-lib';
import * as fc from 'fast-check';
import { printLargeNumbers, staysText, validatePrintedName } from '../../src/controller/chart-values';
import { helmOfTheLayer } from '../support/helm';

/** A chart of our own that reads names as Helm reads what its templates print, and prints a number. */
function probe(names: string[]): { readonly [name: string]: unknown } {
  const chart = mkdtempSync(path.join(tmpdir(), 'probe-'));
  mkdirSync(path.join(chart, 'templates'));
  writeFileSync(path.join(chart, 'Chart.yaml'), 'apiVersion: v2\nname: probe\nversion: 0.1.0\n');
  writeFileSync(path.join(chart, 'templates', 'read.yaml'), '{{ range .Values.names }}\n# {{ list . (index (fromYaml (printf "a: %s" .)) "a") | toJson }}\n{{ end }}');
  const output = execFileSync(helmOfTheLayer(), ['template', 'probe', chart, '--values', '-'], { input: JSON.stringify({ names }), encoding: 'utf8' });
  return Object.fromEntries([...output.matchAll(/^# (\[.*\])$/gm)].map(([, pair]) => JSON.parse(pair)));
}

test('a name stays one where Helm reads it as text, and only there', () => {
  const words = ['true', 'false', 'yes', 'no', 'on', 'off', 'y', 'n', 'null', 'nan', 'inf', 'none', 'undefined'];
  const numbers = ['0', '00', '08', '0123', '123', '1.5', '1.e3', '1.2.3', '1e3', '1e', '1e-3', '1.5e-3', '1e400', '0x1f', '0xg', '0o17', '0o8', '0b11', '0b2', '2001-01-01', '1-2'];
  const label = fc.oneof(fc.stringMatching(/^[0-9a-fxoe][0-9a-fxoe-]{0,4}[0-9a-fxoe]$/), fc.stringMatching(/^(0[xob])?[0-9e]{1,4}$/));
  const names = [...words, ...numbers, ...fc.sample(fc.array(label, { minLength: 1, maxLength: 2 }), { numRuns: 1500, seed: 1 }).map((labels) => labels.join('.'))];
  const read = probe([...new Set(names)]);
  expect(Object.keys(read).length).toBeGreaterThan(1000);
  expect(names.filter((name) => staysText(name) !== (read[name] === name))).toEqual([]);
  expect(names.filter((name) => !staysText(name)).length).toBeGreaterThan(50);
});

test('fails by the name of the prop, and not on what is not known', () => {
  expect(() => validatePrintedName('controllerNamespace', '1e3')).toThrow(new Error(
    'controllerNamespace must be a name that YAML reads as text, since the chart\'s templates print it without quotes, got "1e3"; rename it'));
  validatePrintedName('controllerNamespace', Aws.STACK_NAME);
  validatePrintedName('controllerNamespace', 'kube-system');
});

test('large numbers become text where the chart prints them, and nowhere else', () => {
  const token = Token.asNumber({ Ref: 'Number' });
  expect(printLargeNumbers({
    awsMaxRetries: 1_000_000,
    webhookBindPort: 999_999,
    replicaCount: token,
    defaultTags: { account: 111122223333 },
    vpcTags: { account: 111122223333, name: 'a' },
    env: { A: 1_234_567.5, B: 7 },
    podSecurityContext: { runAsUser: 1_000_650_000 },
  })).toEqual({
    awsMaxRetries: '1000000',
    webhookBindPort: 999_999,
    replicaCount: token,
    defaultTags: { account: '111122223333' },
    vpcTags: { account: '111122223333', name: 'a' },
    env: { A: '1234567.5', B: 7 },
    podSecurityContext: { runAsUser: 1_000_650_000 },
  });
});
