import { chartHas, keyStatus, valuePaths } from '../../src/controller/chart-values';
import { ControllerVersion } from '../support/subject';

/** Charts 1.x carry controllers v2.x; from 3 on the numbers are the same. */
const chart = (chartVersion: string) => ControllerVersion.of(`v${chartVersion.replace(/^1\./, '2.')}`, chartVersion);

test.each([
  ['defaultTargetType', '1.4.8', false],
  ['defaultTargetType', '1.5.0', true],
  ['defaultLoadBalancerScheme', '1.17.0', false],
  ['defaultLoadBalancerScheme', '1.17.1', true],
  ['defaultLoadBalancerScheme', '3.0.0', true],
  ['keepTLSSecret', '1.17.1', true],
  ['keepTLSSecret', '3.0.0', false],
  ['keepTLSSecret', '3.1.0', true],
  ['webhookNamespaceSelector', '1.4.2', false],
  ['webhookNamespaceSelector', '1.4.5', true],
  ['webhookNamespaceSelector', '1.4.6', false],
  ['envFrom', '3.5.0', true],
  ['certManagement.defaultPCAARN', '3.4.0', false],
  ['certManagement.defaultPCAARN', '3.4.1', true],
  ['image.tag', '1.4.0', true],
  ['image.digest', '3.5.0', false],
  ['resources.limits.nvidia/gpu', '1.4.0', true],
  ['podSecurityContext.runAsUser', '1.4.0', true],
  ['controllerConfig.featureGates.Any', '1.4.4', false],
  ['controllerConfig.featureGates.Any', '1.4.5', true],
  ['nonsense', '3.5.0', false],
])('%s in chart %s: %s', (path, version, known) => {
  expect(chartHas(chart(version), path)).toBe(known);
});

test('tells which charts have a key that this one lacks', () => {
  expect(keyStatus(chart('1.4.0'), ['defaultTargetType'])).toEqual({ known: false, since: '1.5.0' });
  expect(keyStatus(chart('3.0.0'), ['keepTLSSecret'])).toEqual({ known: false, since: '3.1.0' });
  expect(keyStatus(chart('1.4.6'), ['webhookNamespaceSelector'])).toEqual({ known: false, since: '1.4.3', until: '1.4.6' });
  expect(keyStatus(chart('3.5.0'), ['constructor'])).toEqual({ known: false });
});

test('a key with a dot is no path', () => {
  expect(keyStatus(chart('3.5.0'), ['image.tag'])).toEqual({ known: false });
});

test('paths end where the table knows no children', () => {
  expect(valuePaths({ image: { tag: 'x', nope: 1 }, nodeSelector: { 'a.b/c': 'd' }, cluster: {}, env: null, livenessProbe: { periodSeconds: 1 } })).toEqual([
    ['image', 'tag'], ['image', 'nope'], ['nodeSelector'], ['cluster'], ['env'], ['livenessProbe'],
  ]);
});
