import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { ControllerVersion } from './subject';
import type { ChartContext } from '../src/private/chart-context';

/** A context of literals, in the commercial partition, with what differs from it. */
export function context(over: Partial<ChartContext> = {}): ChartContext {
  const version = over.version ?? ControllerVersion.V3_5_0;
  return {
    version,
    releaseName: 'aws-load-balancer-controller',
    clusterName: 'demo',
    region: 'eu-west-1',
    vpcId: 'vpc-12345678',
    serviceAccountName: 'lbc',
    partition: 'aws',
    isolated: false,
    image: { image: { repository: 'registry.example.com/lbc', tag: version.releaseTag } },
    features: {},
    localChart: false,
    ...over,
  };
}

/** A subnet of which only the id matters. */
export function subnet(subnetId: string): ec2.ISubnet {
  return { subnetId } as ec2.ISubnet;
}
