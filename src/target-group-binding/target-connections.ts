import * as ec2 from 'aws-cdk-lib/aws-ec2';

/** Something that is to be let in, as `Connections.allowFrom` is told. */
export interface Visitor {
  readonly other: ec2.IConnectable;
  readonly portRange: ec2.Port;
}

/**
 * Stands for the security groups of the targets until it is known from where they are used.
 *
 * The CDK makes a rule at once, and beside its group: that may be in a stack which the load balancer's one waits for.
 */
export class AwaitedConnections extends ec2.Connections {
  public readonly visitors: Visitor[] = [];

  public allowFrom(other: ec2.IConnectable, portRange: ec2.Port): void {
    this.visitors.push({ other, portRange });
  }
}

/** Takes note of whether anything was let in. */
export class NotedConnections extends ec2.Connections {
  public isUsed = false;

  public allowFrom(other: ec2.IConnectable, portRange: ec2.Port, description?: string): void {
    this.isUsed = true;
    super.allowFrom(other, portRange, description);
  }
}
