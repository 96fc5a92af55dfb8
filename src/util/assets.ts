import * as path from 'path';

/** The bundles, next to the source and to what is compiled from it. Many files there and one here are not equally deep. */
const ASSETS = path.join(rootAbove(__dirname), 'assets');

/** Folder of a bundle, which is called as its source below `src/` is. */
export function bundleOf(source: string): string {
  return path.join(ASSETS, source);
}

function rootAbove(folder: string): string {
  return ['src', 'lib'].includes(path.basename(folder)) ? path.dirname(folder) : rootAbove(path.dirname(folder));
}
