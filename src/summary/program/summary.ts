#!/usr/bin/env node
/**
 * Prints in words what a synthesized app defines for ALB Ingresses.
 *
 *   npx cdk-eks-alb-ingress-support [cdk.out]
 */
import { readAssembly } from './assembly';
import { describe } from './sections';

/** The construct, as the CDK's list of constructs calls it. */
const SUPPORT = 'cdk-eks-alb-ingress-support.EksAlbIngressSupport';

/** The lines that are printed of an app. */
export function summaryOf(folder: string): string[] {
  const assembly = readAssembly(folder);
  const supports = assembly.pathsOf(SUPPORT);
  if (supports.length === 0) {
    throw new Error(`${folder} must have an EksAlbIngressSupport, and its tree.json lists none; define one, or synthesize with tree metadata`);
  }
  return supports.flatMap((support) => [
    support,
    ...describe(assembly, support).flatMap(([heading, lines]) => ['', `  ${heading}`, ...lines.map((line) => `    ${line}`)]),
    '',
  ]);
}

if (require.main === module) {
  try {
    console.log(summaryOf(process.argv[2] ?? 'cdk.out').join('\n'));
  } catch (error) {
    console.error((error as Error).message);
    process.exitCode = 1;
  }
}
