import { readFileSync } from 'fs';
import * as path from 'path';
import { withQuickStart } from '../../scripts/readme-go';

const read = (file: string) => readFileSync(path.join(__dirname, '..', '..', file), 'utf8');

test('the README has the Go program that is compiled: run "npx projen pre-compile"', () => {
  expect(withQuickStart(read('README.md'), read('examples/go/quickstart/main.go'))).toBe(read('README.md'));
});

test('fails for a program or a page without marks', () => {
  expect(() => withQuickStart(read('README.md'), 'package main')).toThrow('must have an import block and the marks');
  expect(() => withQuickStart('# Page', read('examples/go/quickstart/main.go'))).toThrow('the page must have the marks');
});
