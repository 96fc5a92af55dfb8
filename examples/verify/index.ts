/**
 * Makes the package of every language, builds the example of every language from it, and compares what they synthesize.
 */
import * as assert from 'assert';
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { Language, OTHERS, RunApp, TARBALL, TYPESCRIPT } from './languages';
import { checkRequirements, checkTranslations } from './requirements';
import { differences, readAssembly, Synthesized } from './template';
import { pack, ROOT, Stage, TRANSLATED } from '../../scripts/packages';
import { isOnPath } from '../../scripts/shell';

/** What the user of every language must read, when the app of examples/ is given a namespace that cannot be. */
const REJECTED_NAMESPACE = 'Kube_System';
const ERROR = 'controllerNamespace must be a DNS label (a-z, 0-9, \'-\', starting and ending alphanumeric, at most 63 characters), '
  + `got "${REJECTED_NAMESPACE}"; rename it`;

const count = { passed: 0, failed: 0, skipped: 0 };

async function main(): Promise<void> {
  const work = fs.mkdtempSync(path.join(os.tmpdir(), 'bindings-'));
  try {
    const stage = await check('packages: generated', async () => {
      const result = await Stage.create(path.join(work, 'stage'), await pack(path.dirname(TARBALL)));
      await result.generateCode();
      return result;
    });
    if (stage) {
      await check('packages: ask for the lowest versions of what package.json names', async () => checkRequirements());
      if (TRANSLATED) {
        await check('packages: READMEs in their languages', async () => checkTranslations());
      } else {
        skip('packages: READMEs in their languages', 'nothing is translated yet, which "npx projen post-compile" does');
      }
    }
    const reference = stage && await verify(TYPESCRIPT, stage, work);
    const queue = [...OTHERS];
    const worker = async () => {
      for (let next = queue.shift(); next && stage; next = queue.shift()) {
        await verify(next, stage, work, reference);
      }
    };
    // Each spends part of its time waiting for downloads.
    await Promise.all([worker(), worker()]);
  } finally {
    fs.rmSync(work, { recursive: true, force: true });
  }
  console.log(`${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`);
  process.exitCode = count.failed > 0 ? 1 : 0;
}

/** Builds and tries the example of a language. Without a reference, it becomes one. */
async function verify(language: Language, stage: Stage, work: string, reference?: Synthesized): Promise<Synthesized | undefined> {
  const { name, programs } = language;
  const missing = programs.filter((program) => !isOnPath(program));
  if (missing.length > 0) {
    skip(name, `no ${missing.join(', no ')} on PATH`);
    return undefined;
  }
  const example = await check(`${name}: builds from the package`, () => language.build(stage, work));
  if (!example) {
    return undefined;
  }
  const result = await check(`${name}: synthesizes`, () => synthesize(name, example.run, path.join(work, `${name}.out`)));
  if (name !== TYPESCRIPT.name && result) {
    await check(`${name}: template equals that of TypeScript`, async () => {
      assert.ok(reference, 'there is none of TypeScript');
      assert.strictEqual(result.cdkVersion, reference.cdkVersion, 'the versions of aws-cdk-lib differ');
      const found = differences(reference.template, result.template);
      assert.ok(found.length === 0, `differences:\n  ${found.join('\n  ')}`);
    });
  }
  await check(`${name}: the message of an error reaches the user`, () => reject(example.run, path.join(work, `${name}.rejected`)));
  if (example.test) {
    await check(`${name}: tests of the example`, example.test);
  }
  return result;
}

async function synthesize(name: string, run: RunApp, outdir: string): Promise<Synthesized> {
  const { context } = JSON.parse(fs.readFileSync(path.join(ROOT, 'examples', name, 'cdk.json'), 'utf8'));
  const { ok, output } = await run({ CDK_OUTDIR: outdir, CDK_CONTEXT_JSON: JSON.stringify(context) });
  assert.ok(ok, output);
  return readAssembly(outdir);
}

async function reject(run: RunApp, outdir: string): Promise<void> {
  const { ok, output } = await run({ CDK_OUTDIR: outdir, CDK_CONTEXT_JSON: JSON.stringify({ namespace: REJECTED_NAMESPACE }) });
  assert.ok(!ok, 'the app ended well');
  assert.ok(output.includes(ERROR), `expected ${ERROR}\nin ${output}`);
}

async function check<T>(title: string, body: () => Promise<T>): Promise<T | undefined> {
  const start = Date.now();
  try {
    const result = await body();
    count.passed++;
    console.log(`passed: ${title} (${seconds(start)})`);
    return result;
  } catch (error) {
    count.failed++;
    console.log(`failed: ${title} (${seconds(start)})\n${(error as Error).message}`);
    return undefined;
  }
}

function skip(title: string, reason: string): void {
  count.skipped++;
  console.log(`skipped: ${title} (${reason})`);
}

function seconds(start: number): string {
  return `${Math.round((Date.now() - start) / 1000)} s`;
}

void main();
