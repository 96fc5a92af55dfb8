import { IResolvable, Token, Tokenization } from 'aws-cdk-lib';

/** The text with another one in place of each token; literal text as it is. */
export function spellTokens(text: string, spell: (token: IResolvable) => string): string {
  return Token.isUnresolved(text)
    ? Tokenization.reverseString(text).mapTokens({ mapToken: spell }).join({ join: (left, right) => `${left ?? ''}${right ?? ''}` })
    : text;
}
