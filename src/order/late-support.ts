import { AspectPriority, Aspects, IAspect, Stage } from 'aws-cdk-lib';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import { IConstruct } from 'constructs';

/**
 * Says so where Aspects had passed a VPC already when its support was defined, by an Aspect itself: the tags that the support puts on
 * the subnets are Aspects too, and the CDK leaves those out.
 */
export class VisitCheck implements IAspect {
  public static add(support: IConstruct, vpc: ec2.IVpc): void {
    if (vpc.node.defaultChild === undefined || Stage.of(vpc) !== Stage.of(support)) {
      return;
    }
    const check = new VisitCheck();
    Aspects.of(vpc).add(check, { priority: AspectPriority.READONLY });
    support.node.addValidation({
      validate: () => check.isVisited ? [] : [`${support.node.path} was defined by an Aspect, when Aspects had been through with ${vpc.node.path}: `
        + 'its subnets would go without their tags; define it where the app is built, or set the feature flag '
        + '@aws-cdk/core:aspectStabilization'],
    });
  }

  private isVisited = false;

  public visit(): void {
    this.isVisited = true;
  }
}
