import { writeFileSync } from 'fs';
import * as path from 'path';
import { Token } from 'aws-cdk-lib';
import { ControllerVersion } from '../../src';
import { ControllerManifest } from '../../src/controller/controller-source';
import { manifestFile, manifestObjects } from '../support/manifest-fixtures';

const DEFAULT = ControllerVersion._default;

/** What upstream calls the file of that release. */
const FILE = `${DEFAULT.releaseTag.replace(/\./g, '_')}_full.yaml`;

/** The file's objects, each changed or left out. */
function changed(change: (object: any) => any): string {
  return manifestFile(manifestObjects().map(change).filter((object) => object !== undefined));
}

test('a file of the release is taken, wherever its image comes from', () => {
  const file = changed((object) => object.kind !== 'Deployment' ? object : JSON.parse(JSON.stringify(object).replace('registry.example.com/upstream', 'mirror:5000/lbc')));
  expect(ControllerManifest.fromFile(path.relative(process.cwd(), file)).objectsOf(DEFAULT)).toHaveLength(manifestObjects().length);
});

test('an image may have a digest beside its tag', () => {
  const digest = `@sha256:${'0'.repeat(64)}`;
  const file = changed((object) => JSON.parse(JSON.stringify(object).replace(`upstream:${DEFAULT.releaseTag}`, `upstream:${DEFAULT.releaseTag}${digest}`)));
  expect(ControllerManifest.fromFile(file).objectsOf(DEFAULT).filter((object) => JSON.stringify(object).includes(digest))).toHaveLength(1);
});

test('fails on a file that is not there', () => {
  expect(() => ControllerManifest.fromFile('./none.yaml')).toThrow(new Error(
    'source must be a file that exists, got "./none.yaml"; download it from the releases of the AWS Load Balancer Controller'));
});

test('fails on a directory', () => {
  expect(() => ControllerManifest.fromFile(__dirname)).toThrow(/^source must be a file that exists, got /);
});

test('fails on a token', () => {
  expect(() => ControllerManifest.fromFile(Token.asString({ Ref: 'X' }))).toThrow(new Error(
    'source must be a path that is known at synth, got "a token"; pass it as plain text'));
});

test('fails on what is no YAML', () => {
  const file = manifestFile([]);
  writeFileSync(file, 'a: {');
  expect(() => ControllerManifest.fromFile(file)).toThrow(/^source must be YAML \(.*\), got ".*"; take the file as it was published$/);
});

test.each<[string, (object: any) => any]>([
  ['no Deployment', (object) => object.kind === 'Deployment' ? undefined : object],
  ['a Deployment of another name', (object) => object.kind === 'Deployment' ? { ...object, metadata: { name: 'other' } } : object],
  ['a Deployment without the container', (object) => object.kind === 'Deployment' ? { ...object, spec: {} } : object],
])('fails on %s', (_, change) => {
  const file = changed(change);
  expect(() => ControllerManifest.fromFile(file).objectsOf(DEFAULT)).toThrow(new Error(
    `source must hold the Deployment aws-load-balancer-controller with its container controller, got "${file}"; use the file ${FILE}`));
});

test('fails on a second Deployment', () => {
  const [, deployment] = manifestObjects();
  const file = manifestFile([...manifestObjects(), { ...deployment, metadata: { name: 'cert-manager' } }]);
  expect(() => ControllerManifest.fromFile(file).objectsOf(DEFAULT)).toThrow(new Error(
    'source must have no Deployment other than aws-load-balancer-controller, got ["aws-load-balancer-controller","cert-manager"]; '
    + 'define other workloads in manifests of their own'));
});

const { releaseTag } = DEFAULT;
test.each(['v3.4.3', `${releaseTag}0`, `${releaseTag}-rc1`, releaseTag.replace('v', 'v1')])('fails on the file of another release, %s', (release) => {
  const manifest = ControllerManifest.fromFile(manifestFile(manifestObjects(release)));
  expect(() => manifest.objectsOf(DEFAULT)).toThrow(new Error(
    `source must be of controller ${releaseTag}, with that tag on its image, got "registry.example.com/upstream:${release}"; `
    + `use the file ${FILE}, or name the ControllerVersion of this one`));
});

test('fails without the definitions', () => {
  const file = changed((object) => object.kind === 'CustomResourceDefinition' ? undefined : object);
  expect(() => ControllerManifest.fromFile(file).objectsOf(DEFAULT)).toThrow(new Error(
    `source must hold the CustomResourceDefinitions of the controller, got "${file}"; use the file ${FILE}`));
});
