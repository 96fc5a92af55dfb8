import { spawnSync } from 'child_process';
import * as fs from 'fs';
import * as path from 'path';
import { ControllerVersion } from '../../src';
import { ANNOTATION_FAMILIES, INGRESS_OPTIONS, OTHER_ANNOTATIONS } from '../../src/ingress/ingress-option-table';
import { Options, placeOf } from '../../src/options/option';
import { UPSTREAM_DIRECTORY } from '../support/upstream';

/*
 * The table of annotations, compared with the source of the controller: a few releases beside this repository, and all of them in a
 * clone. Neither is part of this repository: what is not there is skipped.
 */
const BESIDE = path.join(__dirname, '..', '..', '..', 'shared', 'upstream');
const ARCHIVES = [UPSTREAM_DIRECTORY, BESIDE].map((folder) => folder && path.join(folder, 'controller')).find((folder) => folder && fs.existsSync(folder));
const CLONE = process.env.LBC_REPOSITORY_DIR;

const ofArchives = ARCHIVES ? fs.readdirSync(ARCHIVES).flatMap((file) => file.match(/^aws-load-balancer-controller-(v[\d.]+)\.tar\.xz$/)?.[1] ?? []) : [];
const ofClone = CLONE ? ControllerVersion._known().map(({ releaseTag }) => releaseTag) : [];
const RELEASES = [...new Set([...ofArchives, ...ofClone])];

/** All that the sources say of annotations of Ingresses, in one text. */
function sourcesOf(releaseTag: string): string {
  const { status, stdout, stderr } = ofClone.includes(releaseTag)
    ? spawnSync('sh', ['-c', `git -C "$0" archive ${releaseTag} pkg/annotations/constants.go pkg/ingress | tar -xOf -`, CLONE!],
      { maxBuffer: 1024 ** 3, encoding: 'utf8' })
    : spawnSync('tar', ['-xJOf', path.join(ARCHIVES!, `aws-load-balancer-controller-${releaseTag}.tar.xz`), '--wildcards',
      '*/pkg/annotations/constants.go', '*/pkg/ingress/*.go'], { maxBuffer: 1024 ** 3, encoding: 'utf8' });
  if (status !== 0) throw new Error(`cannot read ${releaseTag}: ${stderr}`);
  return stdout;
}

/** The annotations of a table by key, with the first release that has them and how they are parsed. */
const rowsOf = (options: Options) => Object.fromEntries(Object.values(options).flatMap((option) => {
  const place = placeOf(option, 'annotation');
  return place ? [[place.at, { since: place.since, parsedAs: option.value.parsedAs }]] : [];
}));
const ANNOTATIONS = rowsOf({ ...INGRESS_OPTIONS, ...OTHER_ANNOTATIONS });
const FAMILIES = rowsOf(ANNOTATION_FAMILIES);

const TITLE = 'the annotations of the table are those of the controller';
if (RELEASES.length === 0) {
  test.skip(`${TITLE} (skipped: set LBC_UPSTREAM_DIR to the directory of upstream's facts, or LBC_REPOSITORY_DIR to a clone)`, () => undefined);
}

(RELEASES.length > 0 ? describe.each(RELEASES) : describe.skip.each(['no release']))(`${TITLE} at %s`, (releaseTag) => {
  let sources: string;
  let keyOf: { [constant: string]: string };
  const isKnown = ({ since }: { since: string }) =>
    ControllerVersion._known().some((version) => version.releaseTag === releaseTag && version._isAtLeast(since));

  beforeAll(() => {
    sources = sourcesOf(releaseTag);
    // Of Services there are constants of another prefix.
    keyOf = Object.fromEntries([...sources.matchAll(/^\s*(Ingress\w*[sS]uffix\w+)\s*=\s*"([^"]+)"/gm)].map(([, constant, key]) => [constant, key]));
  });

  test('by name', () => {
    const all = Object.values(keyOf).filter((key) => !(key in FAMILIES)).sort();
    expect(all.length).toBeGreaterThan(30);
    expect(all).toEqual(Object.entries(ANNOTATIONS).filter(([, row]) => isKnown(row)).map(([key]) => key).sort());
  });

  test('those that go on after the dot', () => {
    const literal = [...sources.matchAll(/Sprintf\("(\w[\w-]*)\.%v"/g)].map(([, family]) => family).filter((family) => family in FAMILIES);
    const families = new Set([...literal, ...Object.values(keyOf).filter((key) => key in FAMILIES)]);
    expect([...families].sort()).toEqual(Object.entries(FAMILIES).filter(([, row]) => isKnown(row)).map(([key]) => key).sort());
  });

  test('by what they are parsed as', () => {
    const parsed = [...sources.matchAll(/annotationParser\.Parse(\w+)Annotation\(annotations\.(Ingress\w+),/g)]
      .flatMap(([, parser, constant]): [string, string][] => keyOf[constant] in ANNOTATIONS ? [[keyOf[constant], parser.replace('Int32', 'Int64')]] : []);
    expect(parsed.length).toBeGreaterThan(30);
    // Parsed by the controller once it has the text.
    const parsedLater = ['listen-ports', 'mutual-authentication'];
    const faults = parsed.filter(([key, parser]) => ANNOTATIONS[key].parsedAs !== (parsedLater.includes(key) ? 'JSON' : parser));
    expect(faults).toEqual([]);
  });
});
