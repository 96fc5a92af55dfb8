import { ControllerVersion } from '../../src';
import { ANNOTATION_FAMILIES, INGRESS_OPTIONS, OTHER_ANNOTATIONS } from '../../src/ingress/ingress-option-table';
import { Options, placeOf } from '../../src/options/option';
import { ControllerFacts } from '../support/controller-facts';
import { describeWithUpstream } from '../support/upstream';

/** The annotations of a table by key, with the first release that has them and how they are parsed. */
const rowsOf = (options: Options) => Object.fromEntries(Object.values(options).flatMap((option) => {
  const place = placeOf(option, 'annotation');
  return place ? [[place.at, { since: place.since, parsedAs: option.value.parsedAs }]] : [];
}));
const ANNOTATIONS = rowsOf({ ...INGRESS_OPTIONS, ...OTHER_ANNOTATIONS });
const FAMILIES = rowsOf(ANNOTATION_FAMILIES);

describeWithUpstream('controller-facts.json', 'the annotations of the table are those of the controller', (file) => {
  let facts: ControllerFacts;
  beforeAll(() => { facts = new ControllerFacts(file); });

  describe.each(ControllerVersion._known().map((version): [string, ControllerVersion] => [version.releaseTag, version]))('%s', (releaseTag, version) => {
    const keysOf = (rows: typeof ANNOTATIONS) => Object.entries(rows).filter(([, { since }]) => version._isAtLeast(since)).map(([key]) => key).sort();

    test('by name', () => {
      const all = [...facts.annotationsOf(releaseTag).keys()].filter((key) => !(key in FAMILIES)).sort();
      expect(all.length).toBeGreaterThan(30);
      expect(all).toEqual(keysOf(ANNOTATIONS));
    });

    test('those that go on after the dot', () => {
      const withDots = [...facts.annotationsOf(releaseTag).keys()].filter((key) => key in FAMILIES);
      const families = new Set([...facts.annotationFamiliesOf(releaseTag), ...withDots]);
      expect([...families].sort()).toEqual(keysOf(FAMILIES));
    });

    test('by what they are parsed as', () => {
      const parsed = [...facts.annotationsOf(releaseTag)].filter(([key, parser]) => parser !== '-' && key in ANNOTATIONS);
      expect(parsed.length).toBeGreaterThan(30);
      // Parsed by the controller once it has the text.
      const parsedLater = ['listen-ports', 'mutual-authentication'];
      const parserOf = (key: string, parser: string) => parsedLater.includes(key) ? 'JSON' : parser.replace('Int32', 'Int64');
      const faults = parsed.filter(([key, parser]) => ANNOTATIONS[key].parsedAs !== parserOf(key, parser));
      expect(faults).toEqual([]);
    });
  });
});
