import { Lazy, Reference, Stack, Token, TokenComparison, Tokenization } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { roleOfThisApp } from './attach-policies';
import type { ControllerIdentityOptions, ControllerRoleOptions } from './controller-role-options';
import { invalidProp, warn } from '../util/messages';

/** The principal that the role trusts. */
export interface Trust {
  readonly principal: iam.PrincipalBase;
  /** The same to read, where the keys of its conditions are known on deployment only. */
  readonly readable?: iam.PrincipalBase;
  /** ARN of the one resource that the trust refers to: the OIDC provider, or the cluster. */
  readonly authority: string;
  /** Stack of the cluster, whose region and account may be known at deployment only. */
  readonly clusterStack: Stack;
  /** The ServiceAccount, as `<namespace>/<name>`. */
  readonly serviceAccount: string;
}

/** Context of an app that leaves its roles to others, or reports on them: `iam.Role.customizeRoles()`. */
const CUSTOMIZE_ROLES = '@aws-cdk/iam:customizeRoles';

/** Defines the controller's role, or makes the one that was brought trust the ServiceAccount. */
export function bindRole(scope: Construct, options: ControllerIdentityOptions, trust: Trust): iam.IRole {
  if (!options.role) {
    return defineRole(scope, options, trust);
  }
  const own = roleOfThisApp(options.role);
  const obstacle = own ? obstacleToTrust(own, Stack.of(scope), trust) : 'is not defined in this app, or is kept from changes';
  if (own && obstacle === undefined) {
    trust.principal.addToAssumeRolePolicy(own.assumeRolePolicy!);
    renderTokenKeys(own);
  } else {
    warn(scope, 'roleTrustNotManaged',
      `the role brought by identity, ${options.role.node.path}, ${obstacle}: let it be assumed by the ServiceAccount ${trust.serviceAccount} yourself`);
  }
  return options.role;
}

function defineRole(scope: Construct, options: ControllerRoleOptions, trust: Trust): iam.Role {
  // The CDK's report on roles takes the trust as it is when the role is made, and cannot write keys that are tokens.
  const readable = scope.node.tryGetContext(CUSTOMIZE_ROLES) !== undefined ? trust.readable : undefined;
  const role = new iam.Role(scope, 'Role', {
    assumedBy: readable ?? trust.principal,
    roleName: options.roleName,
    path: options.path,
    description: options.description ?? `AWS Load Balancer Controller, ServiceAccount ${trust.serviceAccount}`,
    permissionsBoundary: options.permissionsBoundary,
    maxSessionDuration: options.maxSessionDuration,
  });
  role.assumeRolePolicy!.addStatements(...options.additionalTrustStatements ?? []);
  renderTokenKeys(role, readable && trust.principal);
  return role;
}

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
function renderTokenKeys(role: iam.Role, principal?: iam.PrincipalBase): void {
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

/** Why a role of this app cannot be made to trust by the ARN of a resource; nothing where it can. */
function obstacleToTrust(role: iam.Role, stack: Stack, { authority, clusterStack }: Trust): string | undefined {
  if (!role.node.defaultChild) {
    return 'is left to others by iam.Role.customizeRoles()';
  }
  const roleStack = Stack.of(role);
  if (Token.compareStrings(accountOf(authority) ?? roleStack.account, roleStack.account) === TokenComparison.DIFFERENT) {
    return 'is in another account than what it is to trust';
  }
  if (!Token.isUnresolved(authority)) {
    return undefined;
  }
  const referenced = Tokenization.reverseString(authority).tokens
    .filter((token): token is Reference => Reference.isReference(token))
    .map((reference) => Stack.of(reference.target));
  if ([clusterStack, ...referenced].some((other) => other.environment !== roleStack.environment)) {
    return 'is in another account or region than the cluster';
  }
  // This stack depends on the role's, since it names the role; the trust would have the role's depend on this one.
  return stack !== roleStack && referenced.includes(stack)
    ? `is in the stack ${roleStack.node.path}, which cannot depend on this one in turn`
    : undefined;
}

/** The account in an ARN, as far as that can be read: it may be a token. */
export function accountOf(arn: string): string | undefined {
  return /^arn:[^:]+:[^:]*:[^:]*:([^:]+):/.exec(arn)?.[1];
}

/** Rejects what IAM would reject, and what has no effect on a role that is defined elsewhere. */
export function checkRoleOptions(options: ControllerIdentityOptions): void {
  const made: (keyof ControllerRoleOptions)[] =
    ['roleName', 'path', 'description', 'permissionsBoundary', 'maxSessionDuration', 'additionalTrustStatements'];
  const given = made.filter((option) => options.role && options[option] !== undefined);
  if (given.length > 0) {
    throw new Error(`${given.join(', ')} cannot be set on a role of your own; set it where the role is defined, or leave out role`);
  }
  checkRoleName(options.roleName);
  checkPath(options.path);
  checkDescription(options.description);
  checkSessionDuration(options);
}

function checkRoleName(name: string | undefined): void {
  if (name === undefined || Token.isUnresolved(name) || /^[\w+=,.@-]{1,64}$/.test(name)) return;
  throw invalidProp('roleName', 'must be a name of 1 to 64 letters, digits and "+=,.@_-"', name, name.startsWith('arn:')
    ? 'leave it out, and bring a role that exists as role: iam.Role.fromRoleArn()'
    : 'rename it, and set what comes before the last "/" as path');
}

function checkPath(path: string | undefined): void {
  if (path === undefined || Token.isUnresolved(path) || (/^\/([!-~]+\/)?$/.test(path) && path.length <= 512)) return;
  throw invalidProp('path', 'must start and end with "/", without white space, in at most 512 characters', path, 'try "/eks/"');
}

function checkDescription(description: string | undefined): void {
  if (description === undefined || Token.isUnresolved(description) || description.length <= 1000) return;
  throw invalidProp('description', 'must have at most 1000 characters', description.length, 'shorten it');
}

function checkSessionDuration({ maxSessionDuration }: ControllerRoleOptions): void {
  if (maxSessionDuration === undefined) return;
  if (maxSessionDuration.isUnresolved()) throw invalidProp('maxSessionDuration', 'must be known at synth', 'a token', 'use a literal Duration');
  const seconds = maxSessionDuration.toMilliseconds() / 1000;
  if (Number.isInteger(seconds) && seconds >= 3600 && seconds <= 12 * 3600) return;
  throw invalidProp('maxSessionDuration', 'must be whole seconds from 1 to 12 hours', `${seconds} seconds`, 'try Duration.hours(1)');
}
