import { ControllerPolicyOptions, ControllerPolicyScope } from '../../src/iam/controller-policy';
import { CERTIFICATE_MANAGEMENT_SINCE, GLOBAL_ACCELERATOR_SINCE, ROLES_TO_ASSUME_SINCE } from '../../src/iam/policy-opt-ins';
import { POLICY_PARTITIONS } from '../../src/iam/policy-table';
import { ControllerVersion } from '../../src/release/controller-version';
import { FEATURE_GATES } from '../../src/release/feature-gates';
import { AwsCall, ControllerFacts } from '../support/controller-facts';
import { grantsOf, PolicyInput, renderedPolicy } from '../support/policy-grants';
import { describeWithUpstream } from '../support/upstream';

/*
 * Each AWS call in the controller's source, release by release, compared with what its role is granted: with everything switched on no
 * call may be left out, and with a switch off nothing that only it needs may be left in.
 */

/** What a switch is in the policy's options, where the release has it. */
interface Switch {
  readonly on: PolicyInput;
  readonly off: PolicyInput;
  /** The release that came with it. */
  readonly since?: string;
  /** Whether a call is made only while it is on. */
  readonly calls: (call: AwsCall) => boolean;
}

/** AWS WAF Classic is retired: the controller is always started with it off. */
const ALWAYS_OFF = 'waf-regional:';

const ofService = (...services: string[]) => ({ action }: AwsCall) => services.includes(action.split(':')[0]);

const SWITCHES: { readonly [name: string]: Switch } = {
  enableWafv2: { on: {}, off: { enableWafv2: false }, calls: ofService('wafv2') },
  enableShield: { on: {}, off: { enableShield: false }, calls: ofService('shield') },
  enableGlobalAccelerator: {
    on: { enableGlobalAccelerator: true },
    off: {},
    since: GLOBAL_ACCELERATOR_SINCE,
    calls: (call) => ofService('globalaccelerator')(call) || call.file.startsWith('pkg/deploy/aga/'),
  },
  enableAcmCertificateManagement: {
    on: { enableAcmCertificateManagement: true },
    off: {},
    since: CERTIFICATE_MANAGEMENT_SINCE,
    // Looking for certificates reads tags too, but only to leave out those that the controller has made.
    calls: (call) => ofService('route53')(call) || /^acm:(Request|Delete)Certificate$|^acm:ListTags/.test(call.action),
  },
  EnableRGTAPI: {
    on: { taggingApi: true },
    off: {},
    since: FEATURE_GATES.EnableRGTAPI.since,
    calls: ({ action, file }) => action === 'tag:GetResources' && file.startsWith('pkg/deploy/elbv2/'),
  },
  targetGroupBindingRoleArns: {
    on: { targetGroupBindingRoleArns: ['arn:aws:iam::444455556666:role/target-groups'] },
    off: {},
    since: ROLES_TO_ASSUME_SINCE,
    calls: ofService('sts'),
  },
};

/** What is granted and never called here, and who needs it nevertheless. */
const CALLED_BY_NOBODY_HERE: { readonly [action: string]: string } = Object.fromEntries(Object.entries({
  'Elastic Load Balancing, for what it is asked to make, in the name of who asks': [
    'cognito-idp:DescribeUserPoolClient', 'ec2:DescribeAccountAttributes', 'ec2:DescribeAddresses', 'ec2:DescribeCoipPools',
    'ec2:DescribeInternetGateways', 'ec2:DescribeIpamPools', 'ec2:DescribeVpcPeeringConnections', 'ec2:GetCoipPoolUsage',
    'ec2:GetSecurityGroupsForVpc', 'elasticloadbalancing:DescribeSSLPolicies', 'iam:CreateServiceLinkedRole', 'iam:GetServerCertificate',
    'iam:ListServerCertificates',
  ],
  'AWS WAF, for web ACLs that are put on load balancers': [
    'elasticloadbalancing:SetWebAcl', 'wafv2:GetWebACL',
  ],
  'nobody that is known; upstream\'s policy has it': ['ec2:DescribeTags'],
  'AWS Certificate Manager, for certificates with tags, of a private CA': [
    'acm-pca:GetCertificate', 'acm-pca:IssueCertificate', 'acm-pca:ListPermissions', 'acm:AddTagsToCertificate',
  ],
  'upstream\'s documents for what is opted in': [
    'ec2:DescribeRegions', 'globalaccelerator:DescribeEndpointGroup', 'globalaccelerator:DescribeListener',
    'globalaccelerator:ListAccelerators', 'route53:ListHostedZonesByName',
  ],
  'Amazon EKS Pod Identity, whose sessions have tags': ['sts:TagSession'],
}).flatMap(([who, actions]) => actions.map((action) => [action, who])));

/** Calls for features that the load balancers of a partition do not have. */
function lacks(partition: string, version: ControllerVersion): string[] {
  if (partition.startsWith('aws-iso')) {
    return [
      'elasticloadbalancing:DescribeCapacityReservation', 'elasticloadbalancing:DescribeListenerAttributes', 'elasticloadbalancing:DescribeTrustStores',
      'elasticloadbalancing:ModifyCapacityReservation', 'elasticloadbalancing:ModifyListenerAttributes',
    ];
  }
  return partition === 'aws-cn' && !version._isAtLeast('v2.8.0') ? ['elasticloadbalancing:DescribeTrustStores'] : [];
}

const actionsOf = (input: PolicyInput) => new Set(grantsOf(renderedPolicy(input)).map((grant) => grant.split(' ')[1]));

const isThere = (since: string | undefined, version: ControllerVersion) => since === undefined || version._isAtLeast(since);

/** All that can be switched on. */
function everything(version: ControllerVersion, partition = 'aws'): PolicyInput {
  const switches = Object.entries(SWITCHES).filter(([name, { since }]) =>
    isThere(since, version) && !(name === 'enableGlobalAccelerator' && partition !== 'aws'));
  return Object.assign({ version, partition, sessionTags: true }, ...switches.map(([, { on }]) => on));
}

const sorted = (actions: Iterable<string>) => [...new Set(actions)].sort();

describeWithUpstream('controller-facts.json', 'the AWS calls in the controller\'s source', (factsFile) => {
  const rows = ControllerVersion._known();
  let facts: ControllerFacts;
  beforeAll(() => { facts = new ControllerFacts(factsFile); });

  test('are read of all releases', () => {
    expect(facts.releases).toEqual(rows.map(({ releaseTag }) => releaseTag));
  });

  describe.each(rows.map((version): [string, ControllerVersion] => [version.releaseTag, version]))('of %s', (releaseTag, version) => {
    let calls: AwsCall[];
    beforeAll(() => { calls = facts.awsCallsOf(releaseTag).filter(({ action }) => !action.startsWith(ALWAYS_OFF)); });

    const ungranted = (granted: Set<string>, made = calls) => sorted(made.map(({ action }) => action).filter((action) => !granted.has(action)));

    test('are found', () => {
      expect(sorted(calls.map(({ action }) => action.split(':')[0])))
        .toEqual(expect.arrayContaining(['acm', 'ec2', 'elasticloadbalancing', 'shield', 'wafv2']));
      expect(sorted(calls.map(({ action }) => action)).length).toBeGreaterThan(50);
    });

    test('are all granted with everything on', () => {
      expect(ungranted(actionsOf(everything(version)))).toEqual([]);
    });

    test('are granted in upstream\'s scope too, once something in the app asks for them', () => {
      expect(ungranted(actionsOf({ ...everything(version), policyScope: ControllerPolicyScope.UPSTREAM, webAclByName: true }))).toEqual([]);
    });

    test('are all granted in every partition, but for what it lacks', () => {
      for (const partition of Object.keys(POLICY_PARTITIONS)) {
        const made = calls.filter((call) => partition === 'aws' || !SWITCHES.enableGlobalAccelerator.calls(call));
        const missing = ungranted(actionsOf(everything(version, partition)), made).filter((action) => !lacks(partition, version).includes(action));
        expect([partition, missing]).toEqual([partition, []]);
      }
    });

    test('that no switch is for are granted with everything off', () => {
      const off: ControllerPolicyOptions = Object.assign({}, ...Object.values(SWITCHES).map((one) => one.off), { enableCognito: false });
      const made = calls.filter((call) => !Object.values(SWITCHES).some((one) => one.calls(call)));
      expect(ungranted(actionsOf({ ...off, version }), made)).toEqual([]);
    });

    test.each(Object.entries(SWITCHES))('of %s are granted while it is on, and not while it is off', (_name, one) => {
      const { on, off, since, calls: isOfSwitch } = one;
      const made = calls.filter(isOfSwitch);
      if (!isThere(since, version)) {
        expect(made).toEqual([]);
        return;
      }
      expect(made.length).toBeGreaterThan(0);
      expect(ungranted(actionsOf({ version, ...on }), made)).toEqual([]);
      const elsewhere = new Set(calls.filter((call) => !isOfSwitch(call)).map(({ action }) => action));
      const granted = actionsOf({ version, ...off });
      expect(sorted(made.map(({ action }) => action).filter((action) => granted.has(action) && !elsewhere.has(action)))).toEqual([]);
    });

    test('are what all that is granted is for, but for what others need', () => {
      const made = new Set(calls.map(({ action }) => action));
      expect(sorted(actionsOf(everything(version))).filter((action) => !made.has(action) && !(action in CALLED_BY_NOBODY_HERE))).toEqual([]);
    });

    test('for target groups alone are granted to a controller that does nothing else', () => {
      const made = calls.filter(({ file, action }) => /^(pkg\/targetgroupbinding|webhooks\/elbv2)\//.test(file) && action !== 'sts:AssumeRole');
      const granted = actionsOf({ version, targetGroupBindingOnly: true });
      expect(made.length).toBeGreaterThan(0);
      expect(ungranted(granted, made)).toEqual([]);
      // What it looks up on the way is in other files, which Ingresses need as well.
      expect(sorted(granted).filter((action) => !calls.some((call) => call.action === action))).toEqual([]);
      expect(sorted(granted).filter((action) => !/:Describe/.test(action)))
        .toEqual(['elasticloadbalancing:DeregisterTargets', 'elasticloadbalancing:RegisterTargets']);
    });
  });

  test('what others need is granted', () => {
    const granted = sorted(rows.flatMap((version) => [...actionsOf(everything(version))]));
    expect(Object.keys(CALLED_BY_NOBODY_HERE).filter((action) => !granted.includes(action))).toEqual([]);
  });
});
