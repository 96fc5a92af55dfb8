import { Stack, Token, TokenComparison } from 'aws-cdk-lib';
import type * as acm from 'aws-cdk-lib/aws-certificatemanager';
import { IConstruct } from 'constructs';
import type { IngressWebAcl } from './ingress-web-acl';
import { differenceOf } from '../util/environment';
import { invalidProp } from '../util/messages';

/** Rejects what is of another region than the load balancers, which take what is of their own only. */
export function checkRegion(
  prop: string, scope: IConstruct, { certificates, webAcl }: { readonly certificates?: acm.ICertificate[]; readonly webAcl?: IngressWebAcl },
): void {
  const { region } = Stack.of(scope);
  const check = (field: string, own: string | undefined, remedy: string) => {
    if (own !== undefined && Token.compareStrings(own, region) === TokenComparison.DIFFERENT) {
      throw invalidProp(`${prop}.${field}`, `must be of the region of the load balancer, ${region}`, own, remedy);
    }
  };
  certificates?.forEach(({ certificateArn, env }) => check('certificates', regionIn(certificateArn) ?? env?.region, 'request one in that region'));
  check('webAcl', regionIn(webAcl?._arn), 'use one of that region');
}

/** Rejects an Ingress in a stack of another region or account: what brings it into the cluster cannot be called from there. */
export function checkStack(prop: string, scope: IConstruct, cluster: Stack): void {
  const own = Stack.of(scope);
  const part = differenceOf(own, cluster);
  if (part) {
    throw invalidProp(prop, `must be in a stack of the ${part} of the cluster, ${cluster[part]}`, own[part], `define it in a stack of that ${part}`);
  }
}

function regionIn(arn: string | undefined): string | undefined {
  return arn === undefined || Token.isUnresolved(arn) ? undefined : /^arn:[^:]+:(?:acm|wafv2):([a-z0-9-]+):/.exec(arn)?.[1];
}
