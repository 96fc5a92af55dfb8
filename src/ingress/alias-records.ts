import { CfnMapping, Stack, Token } from 'aws-cdk-lib';
import * as route53 from 'aws-cdk-lib/aws-route53';
import { Construct } from 'constructs';
import { HOSTED_ZONES } from './hosted-zones';
import { invalidProp } from '../util/messages';
import { isUnknown } from '../util/tokens';
import { tryRead } from '../util/try-read';

/** What alias records are made from. */
export interface AliasRecordsProps {
  /** What to call the zone in messages. */
  readonly prop: string;
  readonly zone: route53.IHostedZone;
  readonly hosts: string[];
  readonly dnsName: string;
  /** Whether the load balancer has IPv6 addresses too. */
  readonly dualStack: boolean;
}

/** Alias records to a load balancer, one for each host in a zone. */
export class AliasRecords extends Construct {
  constructor(scope: Construct, id: string, { prop, zone, hosts, dnsName, dualStack }: AliasRecordsProps) {
    super(scope, id);
    const zoneName = tryRead(() => zone.zoneName);
    if (zoneName === undefined) {
      throw invalidProp(prop, 'must know its name, which HostedZone.fromHostedZoneId() leaves out', zone.node.path, 'use HostedZone.fromHostedZoneAttributes()');
    }
    const within = hosts.filter((host) => isUnknown(host) || isUnknown(zoneName) || host === zoneName || host.endsWith(`.${zoneName}`));
    if (within.length === 0) {
      throw invalidProp(prop, `must have a host of the rules in it, and ${zoneName} has none`, hosts, 'add the host to the rules, or leave the zone out');
    }
    const hostedZoneId = this.hostedZoneId(prop);
    const target = route53.RecordTarget.fromAlias({ bind: () => ({ dnsName, hostedZoneId }) });
    within.forEach((host, index) => {
      const name = isUnknown(host) ? `Host${index}` : host;
      // With the dot the CDK takes it for the whole name, whatever the zone is called.
      const props = { zone, recordName: `${host}.`, target };
      new route53.ARecord(this, name, props);
      if (dualStack) {
        new route53.AaaaRecord(this, `${name}-Ipv6`, props);
      }
    });
  }

  private hostedZoneId(prop: string): string {
    const { region } = Stack.of(this);
    if (Token.isUnresolved(region)) {
      const mapping = Object.fromEntries(Object.entries(HOSTED_ZONES).map(([name, zoneId]) => [name, { zoneId }]));
      return new CfnMapping(this, 'HostedZones', { mapping }).findInMap(region, 'zoneId');
    }
    if (!Object.hasOwn(HOSTED_ZONES, region)) {
      throw invalidProp(prop, 'must be left out in a region of which the hosted zone of its load balancers is not known', region,
        'make a CNAME record with loadBalancerDnsName');
    }
    return HOSTED_ZONES[region];
  }
}
