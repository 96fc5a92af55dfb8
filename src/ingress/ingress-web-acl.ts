import { CfnResource, Reference, Tokenization } from 'aws-cdk-lib';
import { propertiesOf } from '../cluster/cdk-internals';
import { markInstances } from '../util/class-marker';
import { invalidProp } from '../util/messages';
import { checkText } from '../util/struct-check';
import { isUnknown } from '../util/tokens';

/**
 * The AWS WAF web ACL of load balancers (WAFv2, regional scope).
 *
 * @see https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/ingress/annotations/#addons
 */
export class IngressWebAcl {
  /**
   * A web ACL by its ARN, such as `CfnWebACL.attrArn`. Tokens are accepted.
   *
   * @param arn `arn:aws:wafv2:<region>:<account>:regional/webacl/<name>/<id>`
   * @throws for an ARN of another shape, and for a web ACL for CloudFront: an ARN of scope `global`, or a `CfnWebACL` of scope `CLOUDFRONT`
   */
  public static fromArn(arn: string): IngressWebAcl {
    checkText('IngressWebAcl.fromArn()', arn);
    if (!isUnknown(arn) && !/^arn:[^:]+:wafv2:[^:]*:[^:]*:regional\/webacl\/.+$/.test(arn)) {
      throw invalidProp('IngressWebAcl.fromArn()', 'must be given the ARN of a WAFv2 web ACL of regional scope', arn,
        arn === 'none' ? 'use IngressWebAcl.none()' : 'use attrArn of the CfnWebACL');
    }
    const forCloudFront = webAclForCloudFront(arn);
    if (forCloudFront) {
      throw invalidProp('IngressWebAcl.fromArn()', 'must be given the ARN of a WAFv2 web ACL of regional scope, not of CLOUDFRONT', forCloudFront.node.path,
        'define one of scope REGIONAL for load balancers');
    }
    return new IngressWebAcl(arn, undefined);
  }

  /**
   * A web ACL of the cluster's account and region by its name, which the controller looks up. Needs controller v2.14.1, since
   * v2.14.0 does not find it.
   *
   * @param name 1 to 128 of `A-Z`, `a-z`, `0-9`, `-` and `_`. Tokens are accepted
   */
  public static fromName(name: string): IngressWebAcl {
    checkText('IngressWebAcl.fromName()', name);
    // The controller takes this one name for no web ACL, as it does with ARNs.
    if (!isUnknown(name) && (name === 'none' || !/^[\w-]{1,128}$/.test(name))) {
      throw invalidProp('IngressWebAcl.fromName()', "must be given 1 to 128 of A-Z, a-z, 0-9, '-' and '_', and not the name none", name,
        name === 'none' ? 'use IngressWebAcl.none()' : 'use the name of the web ACL');
    }
    return new IngressWebAcl(undefined, name);
  }

  /**
   * No web ACL: the controller takes away the one that a load balancer has.
   */
  public static none(): IngressWebAcl {
    return new IngressWebAcl('none', undefined);
  }

  private constructor(
    /** @internal */
    public readonly _arn: string | undefined,
    /** @internal */
    public readonly _name: string | undefined,
  ) {}
}

markInstances(IngressWebAcl, 'IngressWebAcl');

/** The web ACL of the app that an ARN stands for, if it is one that no load balancer takes. */
function webAclForCloudFront(arn: string): CfnResource | undefined {
  const token = Tokenization.reverse(arn, { failConcat: false });
  const target = Reference.isReference(token) ? token.target : undefined;
  return CfnResource.isCfnResource(target) && target.cfnResourceType === 'AWS::WAFv2::WebACL' && propertiesOf(target).scope === 'CLOUDFRONT'
    ? target
    : undefined;
}
