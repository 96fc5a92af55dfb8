#!/usr/bin/env node
/**
 * Prints in words what a synthesized app defines for ALB Ingresses.
 *
 *   npx cdk-eks-alb-ingress-support [cdk.out]
 */
import { parseArgs } from 'util';
import { Assembly, readAssembly } from './assembly';
import { wrapLine } from './layout';
import { describe, Format } from './sections';

/** The construct, as the CDK's list of constructs calls it. */
const SUPPORT = 'cdk-eks-alb-ingress-support.EksAlbIngressSupport';

/** Of the data of `--json`. A release that changes the meaning of a member, or takes one out, counts up. */
const SCHEMA_VERSION = 1;

const HELP = `Prints what a synthesized app defines for ALB Ingresses: permissions, tags, the controller, and each load balancer with its rules.

  npx cdk-eks-alb-ingress-support [options] [folder]

  folder     what "cdk synth" wrote (default: cdk.out)
  --json     prints the load balancers as data: {"schemaVersion": ${SCHEMA_VERSION}, "supports": [...]}
  --verbose  prints the values of the chart too
  --help     prints this`;

/** The lines that are printed of an app. */
export function summaryOf(folder: string, format: Format = { width: Infinity, verbose: true }): string[] {
  const [assembly, supports] = read(folder);
  const width = format.width - '    '.length;
  return supports.flatMap((support) => [
    support,
    ...describe(assembly, support, { ...format, width }).flatMap(([heading, lines]) => ['', `  ${heading}`, ...lines.map((line) => `    ${line}`)]),
    '',
  ]).flatMap((line) => wrapLine(line, format.width));
}

/** The load balancers of an app as data. */
export function planOf(folder: string): object {
  const [assembly, supports] = read(folder);
  return { schemaVersion: SCHEMA_VERSION, supports: supports.map((path) => ({ path, ...assembly.planOf(path) })) };
}

function read(folder: string): [Assembly, string[]] {
  const assembly = readAssembly(folder);
  const supports = assembly.pathsOf(SUPPORT);
  if (supports.length === 0) {
    throw new Error(`${folder} must have an EksAlbIngressSupport, and its tree.json lists none; define one, or synthesize with tree metadata`);
  }
  return [assembly, supports];
}

function main(): void {
  const { values, positionals } = parseArgs({
    options: { json: { type: 'boolean' }, verbose: { type: 'boolean', default: false }, help: { type: 'boolean' } },
    allowPositionals: true,
  });
  const [folder = 'cdk.out', ...others] = positionals;
  if (others.length > 0) {
    throw new Error(`there must be one folder, got ${positionals.join(', ')}; see --help`);
  }
  if (values.help) {
    console.log(HELP);
  } else if (values.json) {
    console.log(JSON.stringify(planOf(folder), undefined, 2));
  } else {
    console.log(summaryOf(folder, { width: process.stdout.columns ?? 80, verbose: values.verbose }).join('\n'));
  }
}

if (require.main === module) {
  try {
    main();
  } catch (error) {
    console.error((error as Error).message);
    process.exitCode = 1;
  }
}
