/**
 * Constructs of other libraries together with this one, from the packed library: what comes after what in their templates.
 *
 *   ts-node examples/verify/libraries.ts
 */
import * as assert from 'assert';
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { TARBALL } from './languages';
import { Report } from './report';
import { pack, ROOT } from '../../scripts/packages';
import { run } from '../../scripts/shell';

const DEPENDENCIES = [
  'aws-cdk-lib@2.276.0', 'constructs@10', '@aws-cdk/lambda-layer-kubectl-v35@2', 'cdk8s@2', 'cdk8s-plus-33@2', 'cdk-eks-karpenter@1',
];

interface Resource {
  readonly Type: string;
  readonly Properties: Record<string, unknown>;
  readonly DependsOn?: string[];
}

async function main(): Promise<void> {
  const report = new Report();
  const work = fs.mkdtempSync(path.join(os.tmpdir(), 'libraries-'));
  try {
    const outdir = path.join(work, 'cdk.out');
    if (await report.check('an app with constructs of other libraries synthesizes', () => synthesize(work, outdir))) {
      await report.check('cdk8s-plus: the chart comes after the controller', () => {
        const { find, controller } = read(outdir, 'Cdk8s');
        assert.ok(find('networking.k8s.io/v1').DependsOn?.includes(controller.id));
      });
      await report.check('cdk-eks-karpenter: the controller comes after NodePool and EC2NodeClass', () => {
        const { find, controller } = read(outdir, 'Karpenter');
        for (const object of ['NodePool', 'EC2NodeClass']) {
          assert.ok(controller.DependsOn?.includes(find(`"kind":"${object}"`).id), object);
        }
      });
      await report.check('weak references: the stack of the support reads the outputs of the cluster\'s', () => {
        const { find, text, controller } = read(outdir, 'AlbIngress');
        assert.ok(text.includes('Fn::GetStackOutput') && !text.includes('Fn::ImportValue'), 'references between the stacks');
        assert.ok(find('networking.k8s.io/v1').DependsOn?.includes(controller.id));
      });
    }
  } finally {
    fs.rmSync(work, { recursive: true, force: true });
  }
  report.finish();
}

async function synthesize(cwd: string, outdir: string): Promise<true> {
  const tarball = fs.existsSync(TARBALL) ? TARBALL : await pack(path.dirname(TARBALL));
  fs.writeFileSync(path.join(cwd, 'package.json'), JSON.stringify({ private: true }));
  await run('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error', tarball, ...DEPENDENCIES], { cwd });
  fs.copyFileSync(path.join(ROOT, 'examples', 'verify', 'libraries', 'app.mjs'), path.join(cwd, 'app.mjs'));
  const output = await run(process.execPath, ['app.mjs'], { cwd, env: { CDK_OUTDIR: outdir } });
  // Warnings of this library name it: in none of these apps there is one to give.
  assert.doesNotMatch(output, /cdk-eks-alb-ingress-support:/);
  return true;
}

/** The resources of a stack; one of them by a piece of text in it. */
function read(outdir: string, stack: string) {
  const text = fs.readFileSync(path.join(outdir, `${stack}.template.json`), 'utf8');
  const resources = Object.entries<Resource>(JSON.parse(text).Resources).map(([id, resource]) => ({ id, ...resource }));
  const find = (piece: string) => {
    const found = resources.find(({ Type, Properties }) => Type.startsWith('Custom::') && JSON.stringify(Properties).replace(/\\+"/g, '"').includes(piece));
    assert.ok(found, `${stack} has no custom resource with ${piece}`);
    return found;
  };
  return { find, text, controller: find('"Chart":"aws-load-balancer-controller"') };
}

void main();
