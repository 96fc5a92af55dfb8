import { readFileSync } from 'fs';
import { BUILT_AGAINST, OWN_VERSION, since } from '../../src/gateway/gateway-releases';
import { ControllerVersion } from '../../src/release/controller-version';
import { describeWithUpstream } from '../support/upstream';

describeWithUpstream('controller-facts.json', 'the Gateway API of each release is what upstream has', (file) => {
  const releases = ControllerVersion._known();
  /** The value of a fact by release: `builtAgainst v1.2.0` with ranges of releases. */
  const factsOf = (name: string) => releases.map((version) => [version.releaseTag, Object.entries<[string, string][]>(JSON.parse(readFileSync(file, 'utf8')).gatewayApi)
    .filter(([fact, ranges]) => fact.startsWith(`${name} `) && ranges.some(([from, to]) => version._isAtLeast(from) && ControllerVersion._known()
      .find(({ releaseTag }) => releaseTag === to)!._isAtLeast(version.releaseTag)))
    .map(([fact]) => fact.slice(name.length + 1))[0]]);

  test('what it is built against', () => {
    expect(releases.map((version) => [version.releaseTag, since(BUILT_AGAINST, version)])).toEqual(factsOf('builtAgainst'));
  });

  test('which version of its own kinds it looks for', () => {
    expect(releases.map((version) => [version.releaseTag, since(OWN_VERSION, version)]))
      .toEqual(factsOf('groupVersion').map(([release, fact]) => [release, fact?.split('/')[1]]));
  });
});
