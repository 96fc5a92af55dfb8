import * as fs from 'fs';
import * as path from 'path';

/** What one app synthesized. */
export interface Synthesized {
  /** The aws-cdk-lib that did it. */
  readonly cdkVersion: string;

  /** The template of each stack, without what may differ from language to language. */
  readonly templates: { readonly [file: string]: unknown };
}

export function readAssembly(outdir: string): Synthesized {
  const read = (file: string) => JSON.parse(fs.readFileSync(path.join(outdir, file), 'utf8'));
  return {
    cdkVersion: read('tree.json').tree.constructInfo.version,
    templates: Object.fromEntries(fs.readdirSync(outdir).filter((file) => file.endsWith('.template.json')).map((file) => [file, normalize(read(file))])),
  };
}

/** Paths at which two values differ, each with both sides. */
export function differences(expected: unknown, actual: unknown, at = ''): string[] {
  if (isObject(expected) && isObject(actual)) {
    const keys = [...new Set([...Object.keys(expected), ...Object.keys(actual)])];
    return keys.flatMap((key) => differences(expected[key], actual[key], `${at}/${key}`));
  }
  const [left, right] = [expected, actual].map((value) => JSON.stringify(value) ?? 'nothing');
  return left === right ? [] : [`${at}\n    TypeScript: ${left}\n    here:       ${right}`];
}

/**
 * Leaves out metadata and hashes of assets, and orders the keys of Kubernetes objects: Go sorts them, the others keep them as written.
 */
function normalize(value: unknown): unknown {
  if (typeof value === 'string') {
    return isKubernetesObjects(value) ? sortKeys(JSON.parse(value)) : value.replace(/\b[0-9a-f]{64}\b/g, '<hash>');
  }
  if (Array.isArray(value)) return value.map(normalize);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value)
    .filter(([key]) => !['Metadata', 'CDKMetadata', 'CDKMetadataAvailable'].includes(key))
    .map(([key, child]) => [key, normalize(child)]));
}

function isKubernetesObjects(text: string): boolean {
  if (!text.startsWith('[{')) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    // The first piece of a join, such as of a manifest with a token in it.
    return false;
  }
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => a < b ? -1 : 1).map(([key, child]) => [key, sortKeys(child)]));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
