import { readFileSync } from 'fs';
import { OPTION_PAGE, optionPage } from '../../scripts/write-option-docs';

test('the page of the options is the one that its task writes', () => {
  expect(readFileSync(OPTION_PAGE, 'utf8')).toBe(optionPage());
});

test('each option has a row with its annotation and its path in a class', () => {
  expect(optionPage()).toContain('| `inboundCidrs` | CIDR blocks | `inbound-cidrs` | `inboundCIDRs`, v2.5.0 | port | annotation only |\n');
  expect(optionPage()).toContain('| `redirectHttp` (class: `sslRedirectPort`) |');
  expect(optionPage()).toContain('| `subnetTags` |');
  expect(optionPage()).toContain('| `rules` | a list of transforms | `transforms.…`, v2.14.1 |');
});
