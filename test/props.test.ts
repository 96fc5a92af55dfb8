import { readFileSync } from 'fs';
import * as path from 'path';
import { membersOf } from './support/interfaces';

const ROOT = path.join(__dirname, '..');
const PAGE = readFileSync(path.join(ROOT, 'docs', 'props.md'), 'utf8');

const props = membersOf('EksAlbIngressSupportProps', 'context/eks-alb-ingress-support-props.ts');

/** What stands in the first column of the tables below a heading, or of all of them. */
function listed(heading?: string): string[] {
  const text = heading === undefined ? PAGE : PAGE.split(/^## /m).find((section) => section.startsWith(heading))!;
  return [...text.matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => name);
}

test('the page of all props has each of them, and each once', () => {
  expect(listed().sort()).toEqual(props.map(({ name }) => name).sort());
  expect(props.length).toBeGreaterThan(50);
});

test('required are those that the page says, and they come before all others', () => {
  const required = props.filter((prop) => prop.required).map(({ name }) => name);
  expect(required).toEqual(listed('Required'));
  expect(props.slice(0, required.length).map(({ name }) => name)).toEqual(required);
});
