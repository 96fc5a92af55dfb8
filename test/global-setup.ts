import { execFileSync } from 'child_process';
import * as fs from 'fs';
import * as path from 'path';

const ROOT = path.join(__dirname, '..');

interface Tasks {
  readonly tasks: Record<string, { readonly steps: { readonly spawn?: string; readonly execArgs?: string[] }[] }>;
}

/**
 * Makes the bundles below `assets/` that constructs read, where they are missing or older than the library's source.
 *
 * So one test file needs no build step before it: `npx jest test/iam/controller-role.trust.test.ts`.
 */
export default function makeBundles(): void {
  const source = newest(path.join(ROOT, 'src'));
  for (const [command, ...args] of bundleCommands()) {
    const [, output] = args.join('\n').match(/^--outfile=(.*)$/m)!;
    if (modified(path.join(ROOT, output)) < source) {
      execFileSync(path.join(ROOT, 'node_modules', '.bin', command), [...args, '--log-level=warning'], { cwd: ROOT, stdio: 'inherit' });
    }
  }
}

/** The commands of `npx projen bundle`, without the seconds that starting it takes. */
function bundleCommands(): string[][] {
  const { tasks }: Tasks = JSON.parse(fs.readFileSync(path.join(ROOT, '.projen', 'tasks.json'), 'utf8'));
  return tasks.bundle.steps.flatMap(({ spawn }) => tasks[spawn!].steps.map(({ execArgs }) => execArgs!));
}

function modified(file: string): number {
  return fs.statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

function newest(folder: string): number {
  return Math.max(...fs.readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => modified(path.join(entry.parentPath, entry.name))));
}
