import { readFileSync } from 'fs';
import * as path from 'path';
import { generateStructs } from '../../scripts/generate-structs';
import { STRUCTS } from '../../src/util/structs.generated';

const FILE = path.join(__dirname, '..', '..', 'src', 'util', 'structs.generated.ts');

test('the committed file is what the interfaces give: run "npx projen generate"', () => {
  expect(generateStructs()).toBe(readFileSync(FILE, 'utf8'));
});

test('required fields, maps, lists and bases are told from each other', () => {
  expect(STRUCTS.IngressListener).toEqual({ protocol: '!ApplicationProtocol', port: '!number', attributes: '{string}' });
  expect(STRUCTS.IngressClassOptions.subnetTags).toBe('{string[]}');
  expect(STRUCTS.IngressProps['...']).toBe('IngressOptions');
  expect(STRUCTS.EksAlbIngressSupportProps.cluster).toBeUndefined();
  expect(STRUCTS.IngressCluster.cluster).toBe('!ICluster');
});
