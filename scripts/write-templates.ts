/**
 * Writes the templates of the whole spread of options into a directory, for a linter to read.
 *
 * Usage: `ts-node scripts/write-templates.ts <directory> [all-flags]`, the latter with all recommended feature flags.
 */
import '../test/setup';
import * as fs from 'fs';
import * as path from 'path';
import { App } from 'aws-cdk-lib';
import { AUTO_MODE_GATEWAYS, OPTION_SPREAD } from '../test/support/option-spread';

const [directory, flags] = process.argv.slice(2);
if (!directory) {
  throw new Error('a directory to write to must be given');
}
fs.mkdirSync(directory, { recursive: true });

const { [AUTO_MODE_GATEWAYS]: _, ...known } = OPTION_SPREAD;
const recommended: Record<string, unknown> = flags === 'all-flags'
  ? JSON.parse(fs.readFileSync(require.resolve('aws-cdk-lib/recommended-feature-flags.json'), 'utf8'))
  : {};
for (const [name, define] of Object.entries(known)) {
  const app = new App({ context: { ...recommended, '@aws-cdk/aws-eks:useNativeOidcProvider': true }, treeMetadata: false });
  define(app);
  const { directory: outdir } = app.synth();
  // Nested stacks are no artifacts of the assembly; their templates lie beside the others.
  for (const file of fs.readdirSync(outdir).filter((one) => one.endsWith('.template.json'))) {
    const template = fs.readFileSync(path.join(outdir, file), 'utf8');
    // The rest is the CDK's own: how its handlers are deployed.
    if (template.includes('AlbIngress')) {
      fs.writeFileSync(path.join(directory, `${name.replace(/\W+/g, '-')}.${file}`), template);
    }
  }
  fs.rmSync(outdir, { recursive: true });
}
