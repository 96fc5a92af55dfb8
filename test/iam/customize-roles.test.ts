import * as fs from 'fs';
import * as path from 'path';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import { ControllerIdentity, EksAlbIngressSupport } from '../../src';
import { Module, MODULES, newApp, newCluster, newStack } from '../fixtures';
import { trustOf, warningsOf, webIdentityTrust } from '../support/identity-fixtures';

/*
 * Apps whose roles are made by others, from the CDK's report on what they have to be (`iam.Role.customizeRoles`).
 */

const ROLE = 'Stack/AlbIngress/Role';

/** The trust in words: CloudFormation alone will know the provider's address. */
const READABLE = webIdentityTrust(expect.anything(), '(Stack/Cluster/OidcProviderNative.openIdConnectProviderIssuer)').Statement;

let app: App;
let stack: Stack;

function support(module: Module, options: iam.CustomizeRolesOptions, identityOf = (_stack: Stack) => ControllerIdentity.irsa()): void {
  app = newApp();
  iam.Role.customizeRoles(app, options);
  stack = newStack('Stack', {}, app);
  const cluster = newCluster(stack, module);
  new EksAlbIngressSupport(stack, 'AlbIngress', { cluster, vpc: cluster.vpc, identity: identityOf(stack) });
}

function reportedRole(constructPath = ROLE): any {
  const { roles } = JSON.parse(fs.readFileSync(path.join(app.synth().directory, 'iam-policy-report.json'), 'utf-8'));
  return roles.find(({ roleConstructPath }: any) => roleConstructPath === constructPath);
}

describe.each(MODULES)('IRSA on a cluster of %s', (module) => {
  test('the report tells whom a role that others make has to trust, and what it may do', () => {
    support(module, { usePrecreatedRoles: { [ROLE]: 'lbc' } });
    const { roleName, assumeRolePolicy, managedPolicyStatements } = reportedRole();

    expect(roleName).toBe('lbc');
    expect(assumeRolePolicy).toEqual(READABLE);
    expect(managedPolicyStatements.flatMap(({ Action }: any) => Action)).toContain('elasticloadbalancing:CreateLoadBalancer');
  });

  test('the ServiceAccount has that role', () => {
    support(module, { usePrecreatedRoles: { [ROLE]: 'lbc' } });
    expect(JSON.stringify(app.synth().getStackArtifact(stack.artifactId).template)).toContain(':role/lbc');
  });

  test('a report beside roles that are made changes none of them', () => {
    support(module, { preventSynthesis: false });

    expect(reportedRole().assumeRolePolicy).toEqual(READABLE);
    const { rendered } = trustOf(stack);

    app = newApp();
    stack = newStack('Stack', {}, app);
    const cluster = newCluster(stack, module);
    new EksAlbIngressSupport(stack, 'AlbIngress', { cluster, vpc: cluster.vpc });
    expect(trustOf(stack).rendered).toEqual(rendered);
  });
});

test('EKS Pod Identity is told as it is', () => {
  support('aws-eks-v2', { usePrecreatedRoles: { [ROLE]: 'lbc' } }, () => ControllerIdentity.podIdentity());
  expect(reportedRole().assumeRolePolicy[0]).toMatchObject({
    Action: ['sts:AssumeRole', 'sts:TagSession'], Principal: { Service: 'pods.eks.amazonaws.com' },
  });
});

test('a role of the user\'s own that others make gets a warning for the trust, which nothing would tell them', () => {
  support('aws-eks-v2', { usePrecreatedRoles: { 'Stack/Own': 'own' } }, (scope) => ControllerIdentity.irsa({
    role: new iam.Role(scope, 'Own', { assumedBy: new iam.AccountRootPrincipal() }),
  }));
  expect(warningsOf(stack)).toEqual({
    roleTrustNotManaged: 'the role brought by identity, Stack/Own, is left to others by iam.Role.customizeRoles(): '
      + 'let it be assumed by the ServiceAccount kube-system/aws-load-balancer-controller yourself',
  });
  Template.fromStack(stack).resourceCountIs('AWS::IAM::ManagedPolicy', 0);
});
