import { IResolvable, Token, Tokenization } from 'aws-cdk-lib';
import { Construct } from 'constructs';

/** What the CDK's lookups of VPCs, subnets, security groups and prefix lists give in place of an id or a CIDR block. */
const DUMMIES = ['vpc-12345', 's-12345', 's-67890', 'p-12345', 'p-67890', '1.2.3.4/5', 'sg-12345678', 'pl-xxxxxxxx'];

/**
 * Whether a value is, or holds, what a context lookup of the CDK gives before it was made.
 *
 * The CLI learns what to look up when a synth has ended, and synthesizes again: a synth that rejects the dummy is the last one.
 * A template that holds it is never deployed.
 */
export function isLookupDummy(value: unknown): boolean {
  // Of `StringParameter.valueFromLookup()` and `Role.fromLookup()`; values may be put together from the former.
  return typeof value === 'string' && (DUMMIES.includes(value) || value.includes('dummy-value-for-') || value.endsWith(':role/DUMMY_ARN'));
}

/** Whether a value cannot be judged: by its shape, or by comparing it with another. */
export function isUnknown(value: unknown): boolean {
  return Token.isUnresolved(value) || isLookupDummy(value);
}
/**
 * Whether a value stands for one that only the deployment knows.
 *
 * To the CDK a stack looks like a token, which can `resolve()` too, and a list with a token for all of it is one.
 */
export function isToken(value: unknown): boolean {
  return Token.isUnresolved(value) && !Construct.isConstruct(value) && !Array.isArray(value);
}

/** The text with another one in place of each token; literal text as it is. */
export function spellTokens(text: string, spell: (token: IResolvable) => string): string {
  return Token.isUnresolved(text)
    ? Tokenization.reverseString(text).mapTokens({ mapToken: spell }).join({ join: (left, right) => `${left ?? ''}${right ?? ''}` })
    : text;
}

/** Parses JSON with tokens. Those within texts stay there; in place of a value, where a number was formatted, they become number tokens. */
export function parseJson(text: string): any {
  const withNumbers = !text.includes('${Token[') ? text : text.replace(/"(?:[^"\\]+|\\.)*"|\$\{Token\[[^\]]*\]\}/g, (match) =>
    match.startsWith('"') ? match : JSON.stringify(Token.asNumber(Tokenization.reverseString(match).firstToken)));
  return JSON.parse(withNumbers);
}
