import { readdirSync, readFileSync } from 'fs';
import * as path from 'path';

const SRC = path.join(__dirname, '..', 'src');

/** Words that readers do not search for, with what AWS and the CDK say. */
const WORDS: { readonly [word: string]: string } = {
  'refus(e|es|ed|al)': 'reject, error',
  'whom': 'the principal, the caller',
  'guests?': 'user workloads',
  'twins?': 'counterpart',
  'wish(es)?': 'dependency request',
  'settles?|settled': 'resolve',
  'anew': 'again',
  'nobody': 'no controller, no other principal',
  'besides?': 'next to, in addition to',
  'told': 'reported, set',
  'in vain': 'times out',
  'surroundings': 'network prerequisites',
  'speakers': 'API clients',
  'takes back': 'rolls back',
  'goes over': 'overrides',
};

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((file) => /\.(ts|py)$/.test(file));

test.each(Object.entries(WORDS))('the sources do not say %s, but: %s', (word) => {
  const pattern = new RegExp(`\\b(${word})\\b`, 'i');
  const found = files.flatMap((file) => readFileSync(path.join(SRC, file), 'utf8').split('\n')
    .flatMap((line, index) => pattern.test(line) ? [`${file}:${index + 1}: ${line.trim()}`] : []));
  expect(found).toEqual([]);
});
