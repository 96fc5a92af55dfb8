/**
 * Says which chart releases upstream has published that `ControllerVersion` does not know yet.
 *
 *   ts-node scripts/check-upstream.ts [address of a Helm repository]
 *
 * Ends with status 1 where there are any, so that a scheduled workflow draws attention to them.
 */
import { parse } from 'yaml';
import { ControllerVersion } from '../src';

const REPOSITORY = 'https://aws.github.io/eks-charts';
const CHART = 'aws-load-balancer-controller';

interface ChartRelease {
  readonly version: string;
  readonly appVersion: string;
}

/** The lines to add to `ControllerVersion`, oldest first, for the chart releases of an index that it does not have. */
export function missingConstants(index: string): string[] {
  const published: ChartRelease[] = parse(index).entries[CHART];
  const latest = new Map(published.filter(({ appVersion }) => isSupported(appVersion))
    .sort((left, right) => compare(left.version, right.version)).map(({ version, appVersion }) => [tagOf(appVersion), version]));
  return [...latest]
    .filter(([tag, chart]) => !ControllerVersion._known().some((known) => known.releaseTag === tag && known.chartVersion === chart))
    .map(([tag, chart]) => `  /** AWS Load Balancer Controller ${tag}, chart ${chart}. */\n`
      + `  public static readonly ${tag.toUpperCase().replace(/\./g, '_')} = ControllerVersion.published('${tag}', '${chart}');`);
}

/** Releases before v2.4.0 are not supported, and a pre-release is nobody's choice. */
function isSupported(appVersion: string): boolean {
  return /^v?\d+\.\d+\.\d+$/.test(appVersion) && compare(tagOf(appVersion).slice(1), '2.4.0') >= 0;
}

function tagOf(appVersion: string): string {
  return appVersion.startsWith('v') ? appVersion : `v${appVersion}`;
}

function compare(left: string, right: string): number {
  return left.localeCompare(right, 'en', { numeric: true });
}

async function main(repository = REPOSITORY): Promise<void> {
  const response = await fetch(`${repository}/index.yaml`);
  if (!response.ok) {
    throw new Error(`${response.url} answered ${response.status} ${response.statusText}`);
  }
  const missing = missingConstants(await response.text());
  if (missing.length === 0) {
    console.log('every published release has its constant');
    return;
  }
  console.log(`src/release/controller-version.ts lacks:\n${missing.join('\n')}`);
  process.exitCode = 1;
}

if (require.main === module) {
  void main(process.argv[2]);
}
