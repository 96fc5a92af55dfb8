import { ChildProcess, spawn, SpawnOptions } from 'child_process';
import * as fs from 'fs';
import { logFile } from './settings';

export interface Finished {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions extends SpawnOptions {
  readonly input?: string;
  readonly timeoutMillis?: number;
}

/** Runs a program to its end, with low priority: tests of others may run beside it. */
export async function finish(command: string, args: string[], { input, timeoutMillis, ...options }: RunOptions = {}): Promise<Finished> {
  const child = spawn('nice', [command, ...args], { ...options, stdio: 'pipe' });
  const timer = timeoutMillis === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), timeoutMillis);
  let stdout = '';
  let stderr = '';
  child.stdout!.on('data', (chunk) => { stdout += chunk; });
  child.stderr!.on('data', (chunk) => { stderr += chunk; });
  // A program that does not read its input may be gone before it is written.
  child.stdin!.on('error', () => undefined);
  child.stdin!.end(input ?? '');
  try {
    const status = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
    return { status, stdout, stderr };
  } finally {
    clearTimeout(timer);
  }
}

/** As {@link finish}, but a failure of the program is one of ours. */
export async function run(command: string, args: string[], options: RunOptions = {}): Promise<string> {
  const { status, stdout, stderr } = await finish(command, args, options);
  if (status !== 0) {
    throw new Error(`${command} ${args.join(' ')} ended with ${status}:\n${(stdout + stderr).slice(-4000)}`);
  }
  return stdout;
}

/** A program that runs until it is stopped; what it prints goes into a file of the state directory. */
export class Daemon {
  private readonly child: ChildProcess;
  private readonly ended: Promise<void>;

  constructor(public readonly name: string, command: string, args: string[], options: SpawnOptions = {}) {
    const output = fs.openSync(logFile(`${name}.log`), 'a');
    this.child = spawn('nice', [command, ...args], { ...options, stdio: ['ignore', output, output] });
    fs.closeSync(output);
    this.ended = new Promise((resolve) => {
      this.child.once('exit', () => resolve());
      this.child.once('error', () => resolve());
    });
    DAEMONS.add(this);
    void this.ended.then(() => DAEMONS.delete(this));
  }

  public get isRunning(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null && this.child.pid !== undefined;
  }

  public get exitStatus(): string {
    return String(this.child.exitCode ?? this.child.signalCode);
  }

  public signal(signal: NodeJS.Signals): void {
    if (this.isRunning) {
      this.child.kill(signal);
    }
  }

  public async stop(graceMillis = 5_000): Promise<void> {
    this.signal('SIGTERM');
    const timer = setTimeout(() => this.signal('SIGKILL'), graceMillis);
    await this.ended;
    clearTimeout(timer);
  }
}

const DAEMONS = new Set<Daemon>();

// Whatever ends the run, nothing goes on without it.
process.on('exit', () => DAEMONS.forEach((daemon) => daemon.signal('SIGKILL')));
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    console.error([`ended by ${signal}`, ...[...AWAITED].map((what) => `while waiting for: ${what}`)].join('\n  '));
    process.exit(1);
  });
}

/** What is awaited at this moment: where a case stands. */
const AWAITED = new Set<string>();

export async function sleep(millis: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, millis));
}

/** Asks again until there is an answer; the last error, or what was awaited, is the error when time runs out. */
export async function eventually<T>(what: string, seconds: number, probe: () => Promise<T | undefined | false>): Promise<T> {
  const end = Date.now() + seconds * 1000;
  let lastError: unknown;
  AWAITED.add(what);
  try {
    do {
      try {
        const answer = await probe();
        if (answer !== undefined && answer !== false) {
          return answer;
        }
        lastError = undefined;
      } catch (error) {
        lastError = error;
      }
      await sleep(250);
    } while (Date.now() < end);
  } finally {
    AWAITED.delete(what);
  }
  throw new Error(`not within ${seconds} s: ${what}${lastError ? `; last: ${lastError}` : ''}`);
}
