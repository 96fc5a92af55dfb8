/** Puts the values of templates into words. */

/** A text of a template, in which what only CloudFormation knows stands in angle brackets. */
export function textOf(value: any): string {
  if (typeof value !== 'object' || value === null) {
    return String(value);
  }
  const [[key, inner]] = Object.entries<any>(value);
  switch (key) {
    case 'Ref': return `<${inner}>`;
    case 'Fn::GetAtt': return `<${[inner].flat().join('.')}>`;
    case 'Fn::Join': return inner[1].map(textOf).join(inner[0]);
    case 'Fn::Select': return isIssuer(value) ? '<issuer>' : `<${textOf(inner[1])}[${inner[0]}]>`;
    case 'Fn::ImportValue': return `<${textOf(inner)}>`;
    default: return `<${JSON.stringify(value)}>`;
  }
}

/** A value of an app, with texts in place of what only CloudFormation knows. */
export function plainOf(value: any): any {
  if (Array.isArray(value)) {
    return value.map(plainOf);
  }
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  const keys = Object.keys(value);
  return keys.length === 1 && /^(Ref|Fn::\w+)$/.test(keys[0]) ? textOf(value) : Object.fromEntries(keys.map((key) => [key, plainOf(value[key])]));
}

/** The objects that a text of JSON in a template holds; what only CloudFormation knows, a number as well, is a text in angle brackets. */
export function jsonOf(value: any): any {
  const parts: unknown[] = typeof value === 'string' ? [value] : value['Fn::Join'][1];
  let isInText = false;
  return JSON.parse(parts.map((part) => {
    if (typeof part === 'string') {
      const quotes = part.replace(/\\./g, '').split('"').length - 1;
      isInText = isInText !== (quotes % 2 === 1);
      return part;
    }
    const text = JSON.stringify(textOf(part));
    return isInText ? text.slice(1, -1) : text;
  }).join(''));
}

/** How many there are of something. */
export function count(number: number, thing: string): string {
  return `${number} ${thing}${number === 1 ? '' : 's'}`;
}

/** A value of Helm or of a condition, on one line. */
export function valueOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** What a cluster's OIDC provider is called without its ARN: the CDK takes it out of that. */
function isIssuer(value: unknown): boolean {
  return JSON.stringify(value).includes(':oidc-provider/');
}
