import { Stack, Token } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { RegionInfo } from 'aws-cdk-lib/region-info';
import { Construct } from 'constructs';
import type { IngressLogs } from './ingress-load-balancer-options';
import { invalidProp, warn } from '../util/messages';
import { isUnknown } from '../util/tokens';

/** Rejects logs that Elastic Load Balancing cannot write. */
export function checkLogs(prop: string, logs: IngressLogs | undefined): void {
  if (logs?.bucket.encryptionKey) {
    throw invalidProp(`${prop}.bucket`, 'must not be encrypted with a KMS key, which Elastic Load Balancing does not support', logs.bucket.node.path,
      'use BucketEncryption.S3_MANAGED');
  }
  const prefix = logs?.prefix;
  if (prefix !== undefined && !isUnknown(prefix) && (prefix === '' || /^\/|\/$|AWSLogs/.test(prefix))) {
    throw invalidProp(`${prop}.prefix`, 'must not be empty, start or end with /, or have AWSLogs in it', prefix, 'correct it, or leave it out');
  }
}

/** Formats logs as attributes of the load balancer. */
export function logAttributes(kind: 'access_logs' | 'connection_logs') {
  return ({ bucket, prefix }: IngressLogs): { [key: string]: string } => ({
    [`${kind}.s3.enabled`]: 'true',
    [`${kind}.s3.bucket`]: bucket.bucketName,
    ...prefix !== undefined && { [`${kind}.s3.prefix`]: prefix },
  });
}

/**
 * Lets Elastic Load Balancing write to a bucket, as the CDK does it for load balancers of its own: before the first one writes, and as long
 * as it does. The controller fails to set the attributes otherwise.
 *
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html
 */
export function allowLogs(scope: Construct, manifest: Construct, { bucket, prefix }: IngressLogs): void {
  const stack = Stack.of(scope);
  const added = bucket.addToResourcePolicy(new iam.PolicyStatement({
    actions: ['s3:PutObject'],
    principals: [logDelivery(stack)],
    resources: [bucket.arnForObjects(`${prefix !== undefined ? `${prefix}/` : ''}AWSLogs/${stack.account}/*`)],
  }));
  if (!added.statementAdded) {
    warn(scope, 'bucketPolicyNotAdded', `${bucket.node.path} is imported: its policy must let Elastic Load Balancing write logs to it, `
      + 'or the controller cannot set up the load balancer');
  } else if (added.policyDependable) {
    manifest.node.addDependency(added.policyDependable);
  }
}

/** Regions of before August 2022 have an account each, of which the CDK knows; the newer ones, and those unknown here, a service. */
function logDelivery({ region }: Stack): iam.IPrincipal {
  const account = Token.isUnresolved(region) ? undefined : RegionInfo.get(region).elbv2Account;
  return account ? new iam.AccountPrincipal(account) : new iam.ServicePrincipal('logdelivery.elasticloadbalancing.amazonaws.com');
}
