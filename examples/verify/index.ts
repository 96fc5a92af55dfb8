/**
 * Makes the package of every language, builds the example of every language from it, and compares what they synthesize. The snippets of README
 * and docstrings are compiled in the languages that they are translated to, and the quick start runs in each.
 *
 *   ts-node examples/verify/index.ts [language...]
 */
import * as assert from 'assert';
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { Language, OTHERS, RunApp, TARBALL, THEMES, TYPESCRIPT } from './languages';
import { Report } from './report';
import { checkMetadata, checkRequirements, checkTranslations } from './requirements';
import { differences, readAssembly, Synthesized } from './template';
import { pack, ROOT, Stage, TRANSLATED } from '../../scripts/packages';
import { isOnPath, run } from '../../scripts/shell';

/** What the user of every language must read, when the app of examples/ is given a namespace that cannot be. */
const REJECTED_NAMESPACE = 'Kube_System';
const ERROR = 'controllerNamespace must be a DNS label (a-z, 0-9, \'-\', starting and ending alphanumeric, at most 63 characters), '
  + `got "${REJECTED_NAMESPACE}"; rename it`;

/** Context with which templates tell the paths of constructs, as with the CDK CLI. */
const PATHS = { 'aws:cdk:enable-path-metadata': true };

const report = new Report();

async function main(): Promise<void> {
  const work = fs.mkdtempSync(path.join(os.tmpdir(), 'bindings-'));
  try {
    const stage = await report.check('packages: generated', async () => {
      const result = await Stage.create(path.join(work, 'stage'), await pack(path.dirname(TARBALL)));
      await result.generateCode();
      return result;
    });
    if (stage) {
      await report.check('packages: ask for the lowest versions of what package.json names', async () => checkRequirements());
      await report.check('packages: what their pages show', async () => checkMetadata());
      if (TRANSLATED) {
        await report.check('packages: READMEs in their languages', async () => checkTranslations());
      } else {
        report.skip('packages: READMEs in their languages', 'nothing is translated yet, which "npx projen post-compile" does');
      }
    }
    const reference = stage && await verify(TYPESCRIPT, stage, work, {});
    const queue = OTHERS.filter(({ name }) => process.argv.length === 2 || process.argv.includes(name, 2));
    const worker = async () => {
      for (let next = queue.shift(); next && stage; next = queue.shift()) {
        await verify(next, stage, work, reference ?? {});
      }
    };
    // Each spends part of its time waiting for downloads.
    await Promise.all([worker(), worker()]);
  } finally {
    fs.rmSync(work, { recursive: true, force: true });
  }
  report.finish();
}

/** What the apps of examples/ and the README's quick start synthesized. */
interface Results {
  readonly example?: Synthesized;
  readonly themes?: readonly (Synthesized | undefined)[];
  readonly quickStart?: Synthesized;
}

/** Builds and tries the example and the quick start of a language, and compares them with a reference: TypeScript's has none. */
async function verify(language: Language, stage: Stage, work: string, reference: Results): Promise<Results> {
  const { name, programs } = language;
  const missing = programs.filter((program) => !isOnPath(program));
  if (missing.length > 0) {
    report.skip(`${name}: example, quick start and snippets`, `no ${missing.join(', no ')} on PATH`);
    return {};
  }
  const built = await report.check(`${name}: builds from the package`, () => language.build(stage, work));
  if (!built) {
    return {};
  }
  const outdir = (app: string) => path.join(work, `${name}.${app}`);
  const { context } = JSON.parse(fs.readFileSync(path.join(ROOT, 'examples', name, 'cdk.json'), 'utf8'));
  const example = await report.check(`${name}: synthesizes`, () => synthesize(built.run, outdir('out'), context));
  await compare(`${name}: template equals that of TypeScript`, language, reference.example, example);
  await report.check(`${name}: the message of an error reaches the user`, () => reject(built.run, outdir('rejected')));
  if (built.test) {
    await report.check(`${name}: tests of the example`, built.test);
  }
  const { theme, snippets } = built;
  const themes: (Synthesized | undefined)[] = [];
  for (const [index, title] of (theme ? THEMES : []).entries()) {
    themes.push(await report.check(`${name}: theme ${title} synthesizes`, () =>
      // What the CDK validates is the same in each language; it takes two seconds.
      synthesize(theme!(title), outdir(title), { ...context, ...PATHS }, language === TYPESCRIPT ? {} : { CDK_VALIDATION: 'false' })));
    if (language === TYPESCRIPT) await report.check(`theme ${title}: examples/README.md shows its load balancers`, () => checkPlan(outdir(title)));
    await compare(`${name}: templates of the theme ${title} equal those of TypeScript`, language, reference.themes?.[index], themes[index]);
  }
  if (!snippets) {
    return { example, themes };
  }
  if (snippets.needTranslations && !TRANSLATED) {
    report.skip(`${name}: quick start and snippets`, 'nothing is translated yet, which "npx projen post-compile" does');
    return { example, themes };
  }
  if (await report.check(`${name}: ${snippets.title}`, snippets.compile) === undefined) {
    return { example, themes };
  }
  const quickStart = await report.check(`${name}: quick start synthesizes`, () => synthesize(snippets.runQuickStart, outdir('start'), {}));
  await compare(`${name}: quick start's template equals that of TypeScript`, language, reference.quickStart, quickStart);
  return { example, themes, quickStart };
}

async function compare(title: string, language: Language, reference?: Synthesized, result?: Synthesized): Promise<void> {
  if (language === TYPESCRIPT || !result) {
    return;
  }
  await report.check(title, () => {
    assert.ok(reference, 'there is none of TypeScript');
    assert.strictEqual(result.cdkVersion, reference.cdkVersion, 'the versions of aws-cdk-lib differ');
    const found = differences(reference.templates, result.templates);
    assert.ok(found.length === 0, `differences:\n  ${found.join('\n  ')}`);
  });
}

async function synthesize(runApp: RunApp, outdir: string, context: object, env: Record<string, string> = {}): Promise<Synthesized> {
  const { ok, output } = await runApp({ CDK_OUTDIR: outdir, CDK_CONTEXT_JSON: JSON.stringify(context), ...env });
  assert.ok(ok, output);
  return readAssembly(outdir);
}

/** What the summary command prints of load balancers is what the page of the examples shows. */
async function checkPlan(outdir: string): Promise<void> {
  const page = fs.readFileSync(path.join(ROOT, 'examples', 'README.md'), 'utf8');
  const summary = await run(process.execPath, [path.join(ROOT, 'assets', 'summary', 'program', 'summary', 'index.js'), outdir], { cwd: ROOT });
  const sections = summary.split(/^ {2}(?=\S)/m).filter((section) => section.startsWith('Load balancer of'));
  for (const section of sections.map((text) => text.replace(/^ {2}/gm, '').trimEnd())) {
    assert.ok(page.includes(section), `the page lacks:\n${section}`);
  }
}

async function reject(runApp: RunApp, outdir: string): Promise<void> {
  const { ok, output } = await runApp({ CDK_OUTDIR: outdir, CDK_CONTEXT_JSON: JSON.stringify({ namespace: REJECTED_NAMESPACE }) });
  assert.ok(!ok, 'the app ended well');
  assert.ok(output.includes(ERROR), `expected ${ERROR}\nin ${output}`);
}

void main();
