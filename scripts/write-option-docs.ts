/**
 * Writes `docs/ingress-options.md` from the table of options.
 *
 * Usage: `ts-node scripts/write-option-docs.ts`
 */
import * as fs from 'fs';
import * as path from 'path';
import { ANNOTATION_FAMILIES, INGRESS_OPTIONS, OTHER_ANNOTATIONS } from '../src/ingress/ingress-option-table';
import { fieldOf, Form, Option, Options, placeOf } from '../src/options/option';

export const OPTION_PAGE = path.join(__dirname, '..', 'docs', 'ingress-options.md');

export function optionPage(): string {
  const families: Options = Object.fromEntries(Object.entries(ANNOTATION_FAMILIES as Options)
    .map(([key, option]) => [`${key}.…`, { ...option, annotation: { ...placeOf(option, 'annotation')!, at: `${key}.…` } }]));
  const others = Object.entries<Option>({ ...OTHER_ANNOTATIONS, ...families });
  const withField = Object.fromEntries(others.filter(([, { field }]) => field));
  const without = Object.fromEntries(others.filter(([, { field }]) => !field));
  return `# Options of Ingresses and classes

What each option becomes, and which release of the controller has it. Use it to translate an annotation to a field of \`addIngress()\`, or to
see what a class can set for all of its Ingresses. What the fields mean is in [Ingresses](ingresses.md) and [API.md](../API.md).

This page is generated from the table that the library itself uses (\`npx projen docs:options\`).

- *Annotation*: of an Ingress, after \`alb.ingress.kubernetes.io/\`.
- *IngressClassParams*: the path in the spec of a class. A class overrides its Ingresses, in maps key by key.
- A release is given if the option is newer than v2.4.0.
- *Shared*: the Ingresses of a group must agree on it: for the whole load balancer, or for each port.

## Fields

${tableOf({ ...INGRESS_OPTIONS, ...withField })}

## Annotations without a field

Set them with \`annotations\`.

${tableOf(without)}
`;
}

const AUTO_MODE = { annotation: 'annotation only', spec: 'class only', none: 'no' };

function tableOf(options: Options): string {
  const rows = Object.entries(options).map(([name, option]) => {
    const cell = (form: Form) => {
      const place = placeOf(option, form);
      return place ? `\`${place.at}\`${place.since === 'v2.4.0' ? '' : `, ${place.since}`}` : '';
    };
    const [own, ofClass] = [option.annotation && (option.field ?? name), option.spec && fieldOf(options, name, 'spec')];
    const field = own && ofClass && own !== ofClass && option.field ? `\`${own}\` (class: \`${ofClass}\`)` : `\`${own ?? ofClass}\``;
    const shared = { loadBalancer: 'load balancer', port: 'port' };
    return [
      field, option.value.what, cell('annotation'), cell('spec'), option.shared ? shared[option.shared] : '', option.autoMode ? AUTO_MODE[option.autoMode] : 'yes',
    ];
  });
  return [['option', 'must be', 'annotation', 'IngressClassParams', 'shared', 'EKS Auto Mode'], new Array(6).fill('---'), ...rows]
    .map((cells) => `| ${cells.map((cell) => cell.replace(/\|/g, '\\|')).join(' | ')} |`.replace(/ {2,}/g, ' ')).join('\n');
}

if (require.main === module) {
  fs.writeFileSync(OPTION_PAGE, optionPage());
}
