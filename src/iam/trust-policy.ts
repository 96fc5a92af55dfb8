import { Lazy, Stack, Token } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';

/**
 * Lets the keys of a trust policy's conditions be tokens, as the issuer of an owned cluster is.
 *
 * A CloudFormation map has no computed keys, which is why others compute the map in a Lambda. But CloudFormation takes a trust
 * policy as a string as well: one `Fn::Join`, readable in the template. It is rendered last, so that statements which are added
 * to the role later are in it. Where no key is a token it stays the object that it was: the CDK's own check wants to see one there.
 *
 * @param principal the principal of the first statement, if the role was made with a readable stand-in for it
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-role.html
 */
export function renderTokenKeys(role: iam.Role, principal?: iam.PrincipalBase): void {
  const resource = role.node.defaultChild as iam.CfnRole | undefined;
  if (!resource) {
    return; // The app defines no roles itself (`iam.Role.customizeRoles`).
  }
  const trust = role.assumeRolePolicy!;
  const stack = Stack.of(role);
  resource.assumeRolePolicyDocument = Lazy.any({
    produce: () => {
      const document = trust.toJSON();
      if (principal) document.Statement[0] = statementOf(principal);
      return hasTokenKeys(document, stack) ? stack.toJsonString(document) : principal ? document : trust;
    },
  });
}

function statementOf(principal: iam.PrincipalBase): unknown {
  const document = new iam.PolicyDocument();
  principal.addToAssumeRolePolicy(document);
  return document.toJSON().Statement[0];
}

/** Whether there are keys that CloudFormation has yet to fill in; a token may also turn out to be known at synth. */
function hasTokenKeys(value: unknown, stack: Stack): boolean {
  if (typeof value !== 'object' || value === null || Token.isUnresolved(value)) {
    return false;
  }
  return Object.entries(value).some(([key, inner]) => (Token.isUnresolved(key) && typeof stack.resolve(key) !== 'string') || hasTokenKeys(inner, stack));
}
