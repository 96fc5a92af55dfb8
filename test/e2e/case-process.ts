import { spawn } from 'child_process';
import * as fs from 'fs';
import { Result } from './report';
import { logFile, ROOT } from './settings';

/** What a case gets after its time, to say where it stands. */
const GRACE_MILLIS = 15_000;

/**
 * Runs one case in a process of its own, which gets no more than its time: whatever it started is ended with it.
 *
 * @param name as `selected()` in main.ts names it
 */
export async function runInProcess(name: string, minutes: number): Promise<Result> {
  const startedAt = Date.now();
  const child = spawn(process.execPath, ['-r', 'ts-node/register/transpile-only', require.resolve('./main.ts'), '--case', name], {
    cwd: ROOT,
    env: { ...process.env, TS_NODE_PROJECT: 'tsconfig.dev.json' },
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    // A group of its own, so that all that it started can be ended together.
    detached: true,
  });
  const endGroup = (signal: NodeJS.Signals) => {
    try {
      process.kill(-child.pid!, signal);
    } catch {
      // There is no process left in it.
    }
  };
  const endWithUs = () => endGroup('SIGKILL');
  process.on('exit', endWithUs);
  let result: Result | undefined;
  let isLate = false;
  child.on('message', (message) => { result = message as Result; });
  const limit = process.env.E2E_KEEP ? [] : [
    setTimeout(() => { isLate = true; child.kill('SIGTERM'); }, minutes * 60_000),
    setTimeout(endWithUs, minutes * 60_000 + GRACE_MILLIS),
  ];
  const status = await new Promise<number | string | null>((resolve) => child.once('exit', (code, signal) => resolve(code ?? signal)));
  limit.forEach(clearTimeout);
  endWithUs();
  process.off('exit', endWithUs);
  return result ?? {
    name,
    seconds: Math.round((Date.now() - startedAt) / 1000),
    awsCalls: 0,
    simulated: [],
    failure: [isLate ? `no end within ${minutes} minutes` : `ended with ${status}`, ...lastEvents()].join('\n  '),
  };
}

/** The last events of the deployments: where the case stood. */
function lastEvents(): string[] {
  const file = logFile('deployments.log');
  const events = fs.existsSync(file) ? fs.readFileSync(file, 'utf8').trimEnd().split('\n') : [];
  return events.slice(-5).map((event) => `last: ${event}`);
}
