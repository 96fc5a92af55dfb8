/**
 * Removes the declarations that the package's own does not lead to: `exports` of package.json hides those files, so no app can name what is
 * in them.
 *
 *   ts-node scripts/hidden-declarations.ts
 */
import { existsSync, readFileSync, readdirSync, rmSync } from 'fs';
import * as path from 'path';

/** Removes hidden declarations below the folder of an entry point, such as `lib/index.d.ts`. */
export function removeHiddenDeclarations(entryPoint: string): void {
  const folder = path.dirname(entryPoint);
  const visible = new Set<string>();
  const visit = (file: string): void => {
    if (visible.has(file) || !existsSync(file)) {
      return;
    }
    visible.add(file);
    for (const [, from] of readFileSync(file, 'utf8').matchAll(/(?:from |import\()'(\.[^']+)'/g)) {
      visit(path.join(path.dirname(file), `${from}.d.ts`));
    }
  };
  visit(entryPoint);
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.d.ts')).map((name) => path.join(folder, name))
    .filter((file) => !visible.has(file)).forEach((file) => rmSync(file));
}

if (require.main === module) {
  removeHiddenDeclarations(path.join(__dirname, '..', 'lib', 'index.d.ts'));
}
