import { Template } from 'aws-cdk-lib/assertions';
import * as route53 from 'aws-cdk-lib/aws-route53';
import { ControllerIdentity, ControllerPolicyScope, ControllerVersion, EksAlbIngressSupportProps, IngressWebAcl } from '../../src';
import { EksAlbIngressSupport } from '../../src/eks-alb-ingress-support';
import { newCluster, newStack, newVpc } from '../fixtures';

/*
 * What props of the construct, of all its parts, make of the role's permissions: each is useless without what it asks of AWS.
 */

const ROLE = 'arn:aws:iam::444455556666:role/target-groups';

function grantedBy(props: Partial<EksAlbIngressSupportProps>): { [action: string]: unknown } {
  const stack = newStack();
  const vpc = newVpc(stack);
  new EksAlbIngressSupport(stack, 'AlbIngress', { cluster: newCluster(stack, 'aws-eks-v2', { vpc }), vpc, ...props });
  const statements = Object.values(Template.fromStack(stack).findResources('AWS::IAM::ManagedPolicy'))
    .filter(({ Properties }) => Properties.Description === 'Permissions of the AWS Load Balancer Controller')
    .flatMap(({ Properties }) => Properties.PolicyDocument.Statement);
  return Object.fromEntries(statements.flatMap(({ Action, Resource }) => [Action].flat().map((action) => [action, Resource])));
}

const upstream = { policyScope: ControllerPolicyScope.UPSTREAM };

test.each<[string, Partial<EksAlbIngressSupportProps>, string, unknown]>([
  ['a web ACL may be named by an annotation', {}, 'wafv2:ListWebACLs', '*'],
  ['a class names a web ACL', { ...upstream, ingressClass: { webAcl: IngressWebAcl.fromName('edge') } }, 'wafv2:ListWebACLs', '*'],
  ['a feature gate is on', { featureGates: { EnableRGTAPI: true } }, 'tag:GetResources', '*'],
  ['a feature gate is on in the values', { values: { controllerConfig: { featureGates: { EnableRGTAPI: true } } } }, 'tag:GetResources', '*'],
  ['a feature gate is on, in upstream\'s scope', { ...upstream, featureGates: { EnableRGTAPI: true } }, 'tag:GetResources', '*'],
  ['roles are named', { targetGroupBindingRoleArns: [ROLE] }, 'sts:AssumeRole', ROLE],
  ['roles are named, in upstream\'s scope', { ...upstream, targetGroupBindingRoleArns: [ROLE] }, 'sts:AssumeRole', ROLE],
  ['roles are named, with EKS Pod Identity', { targetGroupBindingRoleArns: [ROLE], identity: ControllerIdentity.podIdentity() }, 'sts:TagSession', ROLE],
  ['a hosted zone is named', {
    enableAcmCertificateManagement: true, certificateHostedZones: [route53.HostedZone.fromHostedZoneId(newStack(), 'Zone', 'Z1')],
  }, 'route53:ChangeResourceRecordSets', { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':route53:::hostedzone/Z1']] }],
])('where %s, it is granted', (_when, props, action, resource) => {
  expect(grantedBy(props)).toHaveProperty([action], resource);
});

test.each<[string, Partial<EksAlbIngressSupportProps>, string]>([
  ['WAFv2 is off', { enableWafv2: false }, 'wafv2:ListWebACLs'],
  ['the release has no names of web ACLs', { controllerVersion: ControllerVersion.V2_13_4 }, 'wafv2:ListWebACLs'],
  ['upstream\'s policy is asked for', upstream, 'wafv2:ListWebACLs'],
  ['upstream\'s policy is asked for, and a class without a web ACL', { ...upstream, ingressClass: { webAcl: IngressWebAcl.none() } }, 'wafv2:ListWebACLs'],
  ['the feature gate is off', { featureGates: { EnableRGTAPI: false } }, 'tag:GetResources'],
  ['nothing but target groups is kept', { targetGroupBindingOnly: true, featureGates: { EnableRGTAPI: true } }, 'tag:GetResources'],
  ['no role is named', { identity: ControllerIdentity.podIdentity() }, 'sts:AssumeRole'],
  ['sessions have no tags', { targetGroupBindingRoleArns: [ROLE] }, 'sts:TagSession'],
])('where %s, it is not granted', (_when, props, action) => {
  expect(grantedBy(props)).not.toHaveProperty([action]);
});
