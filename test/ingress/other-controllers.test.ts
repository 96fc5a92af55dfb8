import { readFileSync } from 'fs';
import * as path from 'path';
import { describeOtherControllers, INGRESS_NGINX } from '../../src/ingress/other-controllers';
import { INGRESS_NGINX_ANNOTATIONS } from '../support/ingress-nginx-annotations';

const keys = INGRESS_NGINX.flatMap((row) => row.keys);

test('every annotation of ingress-nginx has a row, and one only', () => {
  expect([...keys].sort()).toEqual([...INGRESS_NGINX_ANNOTATIONS].sort());
  expect(INGRESS_NGINX_ANNOTATIONS.length).toBeGreaterThan(130);
});

test('every row tells what to use, or why there is nothing', () => {
  expect(INGRESS_NGINX.filter(({ use, note }) => use === undefined && note === undefined)).toEqual([]);
});

test('the table of the guide has the rows', () => {
  const page = readFileSync(path.join(__dirname, '..', '..', 'docs', 'migrating-from-nginx.md'), 'utf8');
  const rows = INGRESS_NGINX.map(({ use, note, keys: names }) =>
    `| ${names.map((name) => `\`${name}\``).join(', ')} | ${use ?? 'nothing'} | ${note ?? ''} |`);
  expect(page.split('\n').filter((line) => /^\| `[a-z-]+`/.test(line))).toEqual(rows);
});

test('an Ingress without annotations of other controllers has nothing to report', () => {
  expect(describeOtherControllers({ 'alb.ingress.kubernetes.io/scheme': 'internal', 'external-dns.alpha.kubernetes.io/hostname': 'a.example.com' })).toBeUndefined();
});

test('one text has all of them, with what replaces each', () => {
  expect(describeOtherControllers({
    'nginx.ingress.kubernetes.io/ssl-redirect': 'true',
    'nginx.ingress.kubernetes.io/server-snippet': '…',
    'nginx.ingress.kubernetes.io/typo': '1',
    'traefik.ingress.kubernetes.io/router.tls': 'true',
  })).toBe('nginx.ingress.kubernetes.io/ssl-redirect (use redirectHttp), '
    + 'nginx.ingress.kubernetes.io/server-snippet (nothing replaces it: an ALB runs no configuration of yours), '
    + 'nginx.ingress.kubernetes.io/typo (nothing replaces it), traefik.ingress.kubernetes.io/router.tls (Traefik)');
});
