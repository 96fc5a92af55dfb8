import { Aws, CfnMapping, Fn, Stack, Token } from 'aws-cdk-lib';
import { RegionInfo } from 'aws-cdk-lib/region-info';
import type { Construct } from 'constructs';
import { invalidProp } from '../util/messages';

/** The account behind the registries of every commercial region that is on by default. */
const COMMERCIAL = '602401143452';

/**
 * Accounts of the registries from which EKS add-ons are pulled, one registry a region.
 *
 * Commercial, China, GovCloud and European Sovereign Cloud regions:
 * https://docs.aws.amazon.com/eks/latest/userguide/add-ons-images.html (2026-08; that page names the host of
 * ap-east-2 with another region in it, GuardDuty's own list of the same registries has it right).
 * Isolated regions, which that page leaves out: github.com/awslabs/amazon-eks-ami, get-ecr-uri.
 */
export const EKS_REGISTRY_ACCOUNTS: { readonly [region: string]: string } = {
  'af-south-1': '877085696533',
  'ap-east-1': '800184023465',
  'ap-east-2': '533267051163',
  'ap-northeast-1': COMMERCIAL,
  'ap-northeast-2': COMMERCIAL,
  'ap-northeast-3': COMMERCIAL,
  'ap-south-1': COMMERCIAL,
  'ap-south-2': '900889452093',
  'ap-southeast-1': COMMERCIAL,
  'ap-southeast-2': COMMERCIAL,
  'ap-southeast-3': '296578399912',
  'ap-southeast-4': '491585149902',
  'ap-southeast-5': '151610086707',
  'ap-southeast-6': '333609536671',
  'ap-southeast-7': '121268973566',
  'ca-central-1': COMMERCIAL,
  'ca-west-1': '761377655185',
  'eu-central-1': COMMERCIAL,
  'eu-central-2': '900612956339',
  'eu-north-1': COMMERCIAL,
  'eu-south-1': '590381155156',
  'eu-south-2': '455263428931',
  'eu-west-1': COMMERCIAL,
  'eu-west-2': COMMERCIAL,
  'eu-west-3': COMMERCIAL,
  'il-central-1': '066635153087',
  'me-central-1': '759879836304',
  'me-south-1': '558608220178',
  'mx-central-1': '730335286997',
  'sa-east-1': COMMERCIAL,
  'us-east-1': COMMERCIAL,
  'us-east-2': COMMERCIAL,
  'us-west-1': COMMERCIAL,
  'us-west-2': COMMERCIAL,

  'cn-north-1': '918309763551',
  'cn-northwest-1': '961992271922',
  'us-gov-east-1': '151742754352',
  'us-gov-west-1': '013241004608',
  'eusc-de-east-1': '877088126301',

  'eu-isoe-west-1': '249663109785',
  'us-iso-east-1': '725322719131',
  'us-iso-west-1': '608367168043',
  'us-isob-east-1': '187977181151',
  'us-isof-south-1': '676585237158',
};

const MAPPING_ID = 'EksRegistries';

/**
 * Host of the add-on registry in the stack's region.
 *
 * A stack without a region of its own looks its account up at deploy, in a mapping below `scope`.
 */
export function eksRegistryHost(scope: Construct): string {
  const region = Stack.of(scope).region;
  if (Token.isUnresolved(region)) {
    const mapping = scope.node.tryFindChild(MAPPING_ID) as CfnMapping | undefined ?? new CfnMapping(scope, MAPPING_ID, {
      mapping: Object.fromEntries(Object.entries(EKS_REGISTRY_ACCOUNTS).map(([name, account]) => [name, { account }])),
    });
    return Fn.join('', [mapping.findInMap(region, 'account'), '.dkr.ecr.', region, '.', Aws.URL_SUFFIX]);
  }
  const account = EKS_REGISTRY_ACCOUNTS[region];
  if (account === undefined) {
    throw invalidProp('image', 'ControllerImage.eksRegistry() must be used in a region with a known EKS add-on registry', region,
      'mirror the image and use ControllerImage.fromEcrRepository() or ControllerImage.fromRegistry()');
  }
  return `${account}.dkr.ecr.${region}.${RegionInfo.get(region).domainSuffix ?? Aws.URL_SUFFIX}`;
}
