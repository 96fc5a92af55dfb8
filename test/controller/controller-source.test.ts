import { ControllerSource } from '../../src';
import { manifestFile } from '../support/manifest-fixtures';

test('is a chart or a manifest file, and never both', () => {
  const sources = [
    ControllerSource.fromRepository(),
    ControllerSource.fromOci('oci://registry.example.com/aws-load-balancer-controller'),
    ControllerSource.fromManifestFile(manifestFile()),
  ];
  expect(sources.map(({ _chart, _manifest }) => [_chart !== undefined, _manifest !== undefined]))
    .toEqual([[true, false], [true, false], [false, true]]);
});

test("without an address the repository is upstream's", () => {
  expect(ControllerSource.fromRepository()._chart!.needsInternet).toBe(true);
  expect(ControllerSource.fromRepository('https://charts.internal')._chart!.needsInternet).toBe(false);
});
