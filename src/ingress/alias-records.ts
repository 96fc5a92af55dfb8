import { CfnMapping, Stack, Token } from 'aws-cdk-lib';
import * as route53 from 'aws-cdk-lib/aws-route53';
import { Construct } from 'constructs';
import { tryRead } from '../util/constructs';
import { invalidProp } from '../util/messages';
import { isUnknown } from '../util/tokens';

/**
 * Hosted zones of the DNS names of Application Load Balancers, by region: an alias record must have its id.
 *
 * @see https://docs.aws.amazon.com/general/latest/gr/elb.html
 */
const HOSTED_ZONES: { readonly [region: string]: string } = {
  'af-south-1': 'Z268VQBMOI5EKX',
  'ap-east-1': 'Z3DQVH9N71FHZ0',
  'ap-east-2': 'Z02789141MW7T1WBU19PO',
  'ap-northeast-1': 'Z14GRHDCWA56QT',
  'ap-northeast-2': 'ZWKZPGTI48KDX',
  'ap-northeast-3': 'Z5LXEXXYW11ES',
  'ap-south-1': 'ZP97RAFLXTNZK',
  'ap-south-2': 'Z0173938T07WNTVAEPZN',
  'ap-southeast-1': 'Z1LMS91P8CMLE5',
  'ap-southeast-2': 'Z1GM3OXH4ZPM65',
  'ap-southeast-3': 'Z08888821HLRG5A9ZRTER',
  'ap-southeast-4': 'Z09517862IB2WZLPXG76F',
  'ap-southeast-5': 'Z06010284QMVVW7WO5J',
  'ap-southeast-6': 'Z023301818UFJ50CIO0MV',
  'ap-southeast-7': 'Z0390008CMBRTHFGWBCB',
  'ca-central-1': 'ZQSVJUPU6J1EY',
  'ca-west-1': 'Z06473681N0SF6OS049SD',
  'cn-north-1': 'Z1GDH35T77C1KE',
  'cn-northwest-1': 'ZM7IZAIOVVDZF',
  'eu-central-1': 'Z215JYRZR1TBD5',
  'eu-central-2': 'Z06391101F2ZOEP8P5EB3',
  'eu-north-1': 'Z23TAZ6LKFMNIO',
  'eu-south-1': 'Z3ULH7SSC9OV64',
  'eu-south-2': 'Z0956581394HF5D5LXGAP',
  'eu-west-1': 'Z32O12XQLNTSW2',
  'eu-west-2': 'ZHURV8PSTC4K8',
  'eu-west-3': 'Z3Q77PNBQS71R4',
  'il-central-1': 'Z09170902867EHPV2DABU',
  'me-central-1': 'Z08230872XQRWHG2XF6I',
  'me-south-1': 'ZS929ML54UICD',
  'mx-central-1': 'Z023552324OKD1BB28BH5',
  'sa-east-1': 'Z2P70J7HTTTPLU',
  'us-east-1': 'Z35SXDOTRQ7X7K',
  'us-east-2': 'Z3AADJGX6KTTL2',
  'us-gov-east-1': 'Z166TLBEWOO7G0',
  'us-gov-west-1': 'Z33AYJ8TM3BH4J',
  'us-west-1': 'Z368ELLRRE2KJ0',
  'us-west-2': 'Z1H1FL5HABSF5',
};

/** Inputs of alias records. */
export interface AliasRecordsProps {
  /** The zone's name in messages. */
  readonly prop: string;
  readonly zone: route53.IHostedZone;
  readonly hosts: string[];
  readonly dnsName: string;
  /** Whether the load balancer has IPv6 addresses, too. */
  readonly dualStack: boolean;
}

/** Alias records of a load balancer, one for each host in a zone. */
export class AliasRecords extends Construct {
  constructor(scope: Construct, id: string, { prop, zone, hosts, dnsName, dualStack }: AliasRecordsProps) {
    super(scope, id);
    const zoneName = tryRead(() => zone.zoneName);
    if (zoneName === undefined) {
      throw invalidProp(prop, 'must have a name, which HostedZone.fromHostedZoneId() does not set', zone.node.path, 'use HostedZone.fromHostedZoneAttributes()');
    }
    const within = hosts.filter((host) => isUnknown(host) || isUnknown(zoneName) || host === zoneName || host.endsWith(`.${zoneName}`));
    if (within.length === 0) {
      throw invalidProp(prop, `must have a host of the rules in it, and ${zoneName} has none`, hosts, 'add the host to the rules, or leave the zone out');
    }
    const hostedZoneId = this.hostedZoneId(prop);
    const target = route53.RecordTarget.fromAlias({ bind: () => ({ dnsName, hostedZoneId }) });
    within.forEach((host, index) => {
      const name = isUnknown(host) ? `Host${index}` : host;
      // With a dot at its end it is a fully qualified name to the CDK, whatever the name of the zone.
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
        'define a CNAME record with loadBalancerDnsName');
    }
    return HOSTED_ZONES[region];
  }
}
