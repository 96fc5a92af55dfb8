import { Harness } from './harness';

/** What one case came to. */
export interface Result {
  readonly name: string;
  readonly seconds: number;
  readonly awsCalls: number;
  readonly simulated: readonly string[];
  /** Why it failed. */
  readonly failure?: string;
}

export function resultOf(name: string, startedAt: number, harness: Harness | undefined, failure: string | undefined): Result {
  return {
    name,
    failure,
    seconds: Math.round((Date.now() - startedAt) / 1000),
    awsCalls: harness?.calls.records.length ?? 0,
    simulated: [...harness?.providers?.simulated ?? []].sort(),
  };
}

/** A table for people. */
export function table(results: readonly Result[]): string {
  const header = ['scenario', 'result', 'seconds', 'AWS calls', 'simulated types'];
  const rows = results.map(({ name, failure, seconds, awsCalls, simulated }) =>
    [name, failure === undefined ? 'passed' : 'FAILED', String(seconds), String(awsCalls), String(simulated.length)]);
  const widths = header.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column].length)));
  const line = (cells: string[]) => cells.map((cell, column) => cell.padEnd(widths[column])).join('  ').trimEnd();
  const simulated = [...new Set(results.flatMap((result) => result.simulated))].sort();
  return [
    line(header), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line), '',
    `Simulated, since only AWS can make it: ${simulated.join(', ') || 'nothing'}.`,
    'Real: etcd, API server, controller manager, scheduler, Helm, kubectl, the controller, the handlers of the CDK and of this library.',
  ].join('\n');
}
