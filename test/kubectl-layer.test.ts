import { spawnSync } from 'child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import * as path from 'path';
import { helmOfTheLayer } from './support/helm';

describe('the helm of the newest kubectl layer', () => {
  const directory = mkdtempSync(path.join(tmpdir(), 'layer-'));
  const chart = path.join(directory, 'chart');
  let helm: string;
  beforeAll(() => {
    helm = helmOfTheLayer();
    mkdirSync(chart);
    writeFileSync(path.join(chart, 'Chart.yaml'), 'apiVersion: v2\nname: chart\nversion: 1.0.0\n');
    writeFileSync(path.join(directory, 'values.yaml'), '{}');
  });

  // The command line of the CDK's handler, up to the cluster, which is not there.
  const upgrade = (...flags: string[]) => spawnSync(helm, [
    'upgrade', 'release', chart, '--install', '--create-namespace', '--values', path.join(directory, 'values.yaml'), '--namespace', 'kube-system',
    '--wait', '--timeout', '600s', ...flags, '--kubeconfig', path.join(directory, 'none'),
  ], { encoding: 'utf8' }).stderr;

  test('still takes --atomic, which Helm 4 renamed', () => {
    expect(upgrade('--atomic')).toMatch(/cluster unreachable/);
    expect(upgrade('--no-such-flag')).toMatch(/unknown flag/);
  });
});
