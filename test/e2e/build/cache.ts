import * as fs from 'fs';
import * as path from 'path';
import { CACHE } from '../settings';

const inTheMaking = new Map<string, Promise<string>>();

/**
 * A file or folder of the cache, made by `make` where it is missing.
 *
 * Made aside and renamed when it is whole, so that neither a run that was cut off nor one beside this one leaves a half of it.
 */
export async function cached(name: string, make: (target: string) => Promise<void>): Promise<string> {
  const made = inTheMaking.get(name) ?? makeOnce(name, make);
  inTheMaking.set(name, made);
  return made;
}

async function makeOnce(name: string, make: (target: string) => Promise<void>): Promise<string> {
  const target = path.join(CACHE, name);
  if (fs.existsSync(target)) {
    return target;
  }
  const aside = `${target}.${process.pid}`;
  fs.mkdirSync(path.dirname(target), { recursive: true });
  fs.rmSync(aside, { recursive: true, force: true });
  const start = Date.now();
  console.log(`building ${name}, once`);
  await make(aside);
  try {
    fs.renameSync(aside, target);
  } catch (error) {
    // Another run was faster; its result is the same.
    if (!fs.existsSync(target)) { throw error; }
    fs.rmSync(aside, { recursive: true, force: true });
  }
  console.log(`built ${name} in ${Math.round((Date.now() - start) / 1000)} s`);
  return target;
}
