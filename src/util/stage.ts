import { Stage } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';

/** The stage that a construct lies in, mostly the app; the root where there is none. */
export function stageOf(construct: IConstruct): IConstruct {
  return Stage.of(construct) ?? construct.node.root;
}
