import { spawn, spawnSync } from 'child_process';

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: Record<string, string>;
}

/** What a program wrote, and how it ended. */
export interface Outcome {
  readonly output: string;
  readonly ok: boolean;
}

/** Runs a program to its end, whichever that is. */
export async function attempt(program: string, args: string[], { cwd, env }: RunOptions = {}): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const collect = (data: Buffer) => output += data.toString();
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.on('error', reject);
    child.on('close', (code) => resolve({ output, ok: code === 0 }));
  });
}

/** Runs a program that must succeed. */
export async function run(program: string, args: string[], options?: RunOptions): Promise<string> {
  const { output, ok } = await attempt(program, args, options);
  if (!ok) {
    throw new Error(`${program} ${args.join(' ')} failed:\n${output}`);
  }
  return output;
}

/** Runs a program of a package in `node_modules`. */
export async function runNpx(program: string, args: string[], options?: RunOptions): Promise<string> {
  return run('npx', ['--no-install', program, ...args], options);
}

export function isOnPath(program: string): boolean {
  return spawnSync('sh', ['-c', 'command -v "$0"', program]).status === 0;
}
