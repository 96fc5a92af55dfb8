import { Token } from 'aws-cdk-lib';
import { rejectUnwatched, WatchSettings } from '../../src/release/feature-gates';

test.each<[WatchSettings, string]>([
  [{ watchNamespace: 'web' }, 'leave watchNamespace out'],
  [{ values: { watchNamespace: 'web' } }, 'leave values.watchNamespace out'],
  [{ watchNamespace: 'shop', values: { watchNamespace: 'web' } }, 'leave values.watchNamespace out'],
  [{ watchNamespace: 'web', values: { watchNamespace: undefined } }, 'leave watchNamespace out'],
])('rejects what the controller does not watch, with %j', (settings, remedy) => {
  expect(() => rejectUnwatched('namespace', 'shop', settings)).toThrow(
    new Error(`namespace must be web, the only one that the controller watches, got "shop"; use that one, or ${remedy}`));
});

test.each<[string, WatchSettings, string?]>([
  ['all are watched', {}],
  ['all are watched by values that empty the prop', { watchNamespace: 'web', values: { watchNamespace: '' } }],
  ['all are watched by values that take it away', { watchNamespace: 'web', values: { watchNamespace: null } }],
  ['it is the one', { watchNamespace: 'shop' }],
  ['it is the one of the values', { watchNamespace: 'web', values: { watchNamespace: 'shop' } }],
  ['the one is a token', { watchNamespace: Token.asString({ Ref: 'Watched' }) }],
  ['the one of the values is a token', { watchNamespace: 'web', values: { watchNamespace: Token.asString({ Ref: 'Watched' }) } }],
  ['it is a token itself', { watchNamespace: 'web' }, Token.asString({ Ref: 'Namespace' })],
])('takes a namespace where %s', (_, settings, namespace = 'shop') => {
  expect(() => rejectUnwatched('namespace', namespace, settings)).not.toThrow();
});
