import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'fs';
import * as path from 'path';
import { gunzipSync } from 'zlib';
import { invalidProp } from '../util/messages';

const BLOCK = 512;

/** A Helm chart on this machine: a directory with a `Chart.yaml`, or what `helm package` made of one. */
export class LocalChart {
  /** Absolute path of the directory or archive. */
  public readonly location: string;
  /** Content of the archive by path below the chart's directory; absent for a directory. */
  private readonly archive?: Map<string, Buffer>;

  constructor(location: string) {
    this.location = path.resolve(location);
    if (!existsSync(this.location)) {
      throw invalidProp('source', 'must be a chart directory or .tgz that exists', location, 'run "helm pull" first, or correct the path');
    }
    if (statSync(this.location).isDirectory()) return;
    if (!/\.(tgz|tar\.gz)$/.test(this.location)) {
      throw invalidProp('source', 'must be a directory or a .tgz', location, 'use what "helm pull" or "helm package" writes');
    }
    try {
      this.archive = chartFiles(gunzipSync(readFileSync(this.location)));
    } catch (error) {
      throw invalidProp('source', `must be a gzipped tar archive (${(error as Error).message})`, location, 'use what "helm pull" or "helm package" writes');
    }
  }

  public get isArchive(): boolean {
    return this.archive !== undefined;
  }

  /** Content of a file of the chart, such as `Chart.yaml` or `crds/crds.yaml`; undefined where it has none. */
  public read(file: string): string | undefined {
    if (this.archive) return this.archive.get(file)?.toString('utf8');
    const inDirectory = path.join(this.location, file);
    return existsSync(inDirectory) ? readFileSync(inDirectory, 'utf8') : undefined;
  }

  /** Paths of the files in a folder of the chart, in a fixed order; nothing where it has no such folder. */
  public list(folder: string): string[] {
    const inDirectory = path.join(this.location, folder);
    const files = this.archive ? [...this.archive.keys()].filter((file) => path.posix.dirname(file) === folder)
      : existsSync(inDirectory) ? readdirSync(inDirectory).map((file) => `${folder}/${file}`)
        : [];
    return files.sort();
  }

  /** Value of a plain top-level field of `Chart.yaml`. */
  public field(name: 'name' | 'version'): string | undefined {
    return this.read('Chart.yaml')?.match(new RegExp(`^${name}:[ \\t]*(["']?)([^"'#\\s]+)\\1`, 'm'))?.[2];
  }

  /** Writes the content of the archive below `directory`. */
  public unpackTo(directory: string) {
    this.archive?.forEach((content, file) => {
      const target = path.join(directory, file);
      mkdirSync(path.dirname(target), { recursive: true });
      writeFileSync(target, content);
    });
  }
}

/** Files of a packaged chart; all lie below one directory with the chart's name, which is left out. */
function chartFiles(tar: Buffer): Map<string, Buffer> {
  const files = new Map<string, Buffer>();
  for (const [name, content] of tarEntries(tar)) {
    const parts = path.posix.normalize(name).split('/').filter((part) => part !== '.');
    if (path.posix.isAbsolute(name) || parts.includes('..')) throw new Error(`${name} lies outside the chart`);
    if (parts.length > 1) files.set(parts.slice(1).join('/'), content);
  }
  return files;
}

/**
 * Regular files of a tar archive: ustar, with the long names of the pax and GNU formats.
 *
 * Node.js has no reader of its own, and a dependency would be bundled into five languages' packages.
 */
function* tarEntries(tar: Buffer): Generator<[string, Buffer]> {
  let longName: string | undefined;
  for (let at = 0; at + BLOCK <= tar.length && tar[at] !== 0;) {
    const text = (from: number, length: number) => tar.toString('utf8', at + from, at + from + length).split('\0')[0];
    const size = parseInt(text(124, 12).trim() || '0', 8);
    if (text(257, 5) !== 'ustar' || Number.isNaN(size)) throw new Error('not a tar archive');
    const content = tar.subarray(at + BLOCK, at + BLOCK + size);
    if (content.length < size) throw new Error('it ends early');
    const type = text(156, 1);
    if (type === 'L') {
      longName = content.toString('utf8').split('\0')[0];
    } else if (type === 'x') {
      longName = content.toString('utf8').match(/^\d+ path=(.*)$/m)?.[1];
    } else {
      // Bytes 345 on are the directory part in POSIX archives only; GNU writes other things there.
      const directory = text(257, 6) === 'ustar' && tar[at + 262] === 0 ? text(345, 155) : '';
      if (type === '0' || type === '') yield [longName ?? (directory ? `${directory}/${text(0, 100)}` : text(0, 100)), content];
      longName = undefined;
    }
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
  }
}
