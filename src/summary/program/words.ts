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

/** The objects that a text of JSON in a template holds. */
export function jsonOf(value: any): any {
  return JSON.parse(typeof value === 'string' ? value : value['Fn::Join'][1]
    .map((part: any) => typeof part === 'string' ? part : JSON.stringify(textOf(part)).slice(1, -1)).join(''));
}

/** A value of Helm or of a condition, on one line. */
export function valueOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** What a cluster's OIDC provider is called without its ARN: the CDK takes it out of that. */
function isIssuer(value: unknown): boolean {
  return JSON.stringify(value).includes(':oidc-provider/');
}
