/**
 * Puts the Go version of the quick start into README.md. jsii-rosetta's translations into Go do not compile, so this one is written by hand and
 * compiled with the examples.
 *
 *   ts-node scripts/readme-go.ts
 */
import { readFileSync, writeFileSync } from 'fs';
import * as path from 'path';

const START = '<!-- quick start in Go: written by "npx projen pre-compile" from examples/go/quickstart -->\n';
const END = '<!-- end of the quick start in Go -->\n';

/** A page with the marked part of a Go program between the page's own two marks. */
export function withQuickStart(page: string, program: string): string {
  const imports = program.match(/^import \(\n.*?^\)\n/ms)?.[0];
  const body = program.match(/^\t\/\/ README: start\n(.*?)^\t\/\/ README: end$/ms)?.[1];
  if (!imports || !body) {
    throw new Error('the program must have an import block and the marks "// README: start" and "// README: end"');
  }
  const [before, rest] = page.split(START);
  const after = rest?.split(END)[1];
  if (after === undefined) {
    throw new Error(`the page must have the marks ${START}and ${END}`);
  }
  return `${before}${START}\n\`\`\`go\n${imports}\n${body.replace(/^\t/gm, '')}\`\`\`\n\n${END}${after}`;
}

if (require.main === module) {
  const root = path.join(__dirname, '..');
  const readme = path.join(root, 'README.md');
  writeFileSync(readme, withQuickStart(readFileSync(readme, 'utf8'), readFileSync(path.join(root, 'examples/go/quickstart/main.go'), 'utf8')));
}
