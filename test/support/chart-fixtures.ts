import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { ControllerVersion } from './subject';
import type { ChartContext } from '../../src/controller/controller-option-table';
import { decideWebProtection } from '../../src/release/controller-features';

/** Where the controller runs, which decides on features that nobody set. */
interface Place {
  readonly isolated?: boolean;
  readonly partition?: string;
}

/** A context of literals, in a VPC with a way out and the commercial partition, with what differs from it. */
export function context({ isolated = false, partition = 'aws', ...over }: Partial<ChartContext> & Place = {}): ChartContext {
  const version = over.version ?? ControllerVersion._default;
  return {
    version,
    releaseName: 'aws-load-balancer-controller',
    clusterName: 'demo',
    region: 'eu-west-1',
    vpcId: 'vpc-12345678',
    serviceAccountName: 'lbc',
    image: { image: { repository: 'registry.example.com/lbc', tag: version.releaseTag } },
    localChart: false,
    ...over,
    features: { ...over.features, ...decideWebProtection(over.features ?? {}, partition, isolated) },
  };
}

/** A subnet of which only the id matters. */
export function subnet(subnetId: string): ec2.ISubnet {
  return { subnetId } as ec2.ISubnet;
}
