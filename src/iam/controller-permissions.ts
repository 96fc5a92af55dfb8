import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { attachPolicies } from './attach-policies';
import { ControllerIdentity } from './controller-identity';
import { ControllerPolicyOptions, renderControllerPolicy } from './controller-policy';
import { splitPolicy } from './policy-size';
import { TargetCluster } from '../cluster/target-cluster';
import { ControllerVersion } from '../release/controller-version';
import { GateSettings, mayBeOn } from '../release/feature-gates';

/** What a controller is permitted for. */
export interface PermissionsProps extends ControllerPolicyOptions {
  readonly target: TargetCluster;
  readonly vpc: ec2.IVpc;
  readonly version: ControllerVersion;
  readonly partition: string;
  readonly identity: ControllerIdentity;
  readonly featureGates?: GateSettings['featureGates'];
  readonly values?: GateSettings['values'];
  /** The class of Ingresses, of which matters whether it has a web ACL by name. */
  readonly ingressClass?: { readonly webAcl?: { readonly _name?: string } };
}

/**
 * Grants a role what the controller needs, by policies that stand below the scope.
 *
 * Managed policies rather than inline ones: they hold less each, but a role may have ten, and they show in IAM by name.
 */
export function permit(scope: Construct, role: iam.IRole, { target, vpc, version, partition, identity, ...options }: PermissionsProps): Construct[] {
  const statements = renderControllerPolicy({
    version,
    partition,
    clusterName: target.name,
    vpcId: vpc.vpcId,
    webAclByName: options.ingressClass?.webAcl?._name !== undefined,
    taggingApi: mayBeOn('EnableRGTAPI', options),
    sessionTags: identity._tagsSession,
    options,
  });
  const policies = splitPolicy(scope, statements).map((part, index) =>
    new iam.ManagedPolicy(scope, `Policy${index || ''}`, { description: 'Permissions of the AWS Load Balancer Controller', statements: part }));
  return attachPolicies(scope, policies, role);
}
