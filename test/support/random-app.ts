import { App, CfnResource, Lazy, NestedStack, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as eks_v2 from 'aws-cdk-lib/aws-eks-v2';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import * as fc from 'fast-check';
import { EksAlbIngressSupport } from '../../src';
import { INGRESS, newApp, newCluster, newManifest, newVpc, OwnedCluster } from '../fixtures';

/** What an app is made of, beside cluster and VPC; `support` is what is under test, or what stands in for it. */
const KINDS = ['support', 'shop', 'ingress', 'service', 'config', 'chart', 'team', 'nodes', 'group', 'endpoint'] as const;
type Kind = typeof KINDS[number];

/** Stacks, and one nested in the first. */
const PLACES = ['One', 'Two', 'Nested'] as const;

interface PieceSpec {
  readonly kind: Kind;
  readonly place: typeof PLACES[number];
  /** Where in the app it is defined: not by what it depends on. */
  readonly defined: number;
}

interface RelationSpec {
  /** Indices of pieces, of which later ones depend on earlier ones. */
  readonly one: number;
  readonly other: number;
  readonly by: 'dependency' | 'reference';
}

/** An app as chance would have it: its pieces depend on each other without a circle, but not in the order that they are defined in. */
export interface AppSpec {
  readonly pieces: PieceSpec[];
  readonly relations: RelationSpec[];
}

export function appSpecs(): fc.Arbitrary<AppSpec> {
  const place = fc.oneof({ weight: 6, arbitrary: fc.constant('One' as const) }, { weight: 2, arbitrary: fc.constantFrom(...PLACES) });
  const piece = (kind: fc.Arbitrary<Kind>): fc.Arbitrary<PieceSpec> => fc.record({ kind, place, defined: fc.nat(1000) });
  return fc.tuple(
    fc.array(piece(fc.constantFrom(...KINDS.slice(1))), { minLength: 2, maxLength: 7 }), piece(fc.constant('support')), fc.nat(7),
  ).chain(([others, support, at]) => {
    const pieces = [...others.slice(0, at), support, ...others.slice(at)];
    const index = fc.nat(pieces.length - 1);
    return fc.record({
      pieces: fc.constant(pieces),
      relations: fc.array(fc.record({ one: index, other: index, by: fc.constantFrom('dependency' as const, 'reference' as const) }), {
        minLength: 1, maxLength: 9,
      }),
    });
  });
}

/** Something in the app that can depend on others, and refer to them. */
interface Piece {
  readonly construct: Construct;
  /** What others refer to it by. */
  readonly token: string;
  refer(to: Piece): void;
}

export interface RandomApp {
  readonly app: App;
  readonly workloads: Construct[];
  readonly support?: EksAlbIngressSupport;
}

/** Builds an app; with `false`, the same one with something in place of the support that refers to what it must refer to. */
export function buildApp(spec: AppSpec, withSupport: boolean): RandomApp {
  const app = newApp();
  const one = new Stack(app, 'One');
  const places = { One: one, Two: new Stack(app, 'Two'), Nested: new NestedStack(one, 'Nested') };
  const vpc = newVpc(one);
  const cluster = newCluster(one, 'aws-eks-v2', { vpc });
  // A reference to it makes it, wherever that comes first.
  void cluster.openIdConnectProvider;
  const workloads: Construct[] = [];
  const pieces: Piece[] = [];
  let support: EksAlbIngressSupport | undefined;
  const order = spec.pieces.map((piece, index) => ({ piece, index })).sort((a, b) => a.piece.defined - b.piece.defined);
  for (const { piece: { kind, place }, index } of order) {
    const scope = places[place];
    if (kind !== 'support') {
      pieces[index] = BUILDERS[kind]({ scope, id: `${kind}${index}`, vpc, cluster, workloads });
    } else if (withSupport) {
      support = new EksAlbIngressSupport(scope, 'AlbIngress', { cluster, vpc });
      pieces[index] = roleOf(support, support.role as iam.Role);
    } else {
      pieces[index] = standIn({ scope, id: 'AlbIngress', vpc, cluster, workloads });
    }
  }
  for (const { one: a, other: b, by } of spec.relations.filter((relation) => relation.one !== relation.other)) {
    const [first, later] = [pieces[Math.min(a, b)], pieces[Math.max(a, b)]];
    by === 'dependency' ? later.construct.node.addDependency(first.construct) : later.refer(first);
  }
  return { app, workloads, support };
}

interface Site {
  readonly scope: Construct;
  readonly id: string;
  readonly vpc: ec2.IVpc;
  readonly cluster: OwnedCluster;
  readonly workloads: Construct[];
}

/** References that something collects, to render them when the app is prepared. */
class Referred {
  public readonly pieces: Piece[] = [];
  public readonly text = Lazy.string({ produce: () => ['', ...this.pieces.map(({ token }) => token)].join('-') });
  public readonly refer = (to: Piece) => void this.pieces.push(to);
}

/** The API server takes one object of a name. */
function named(object: object, id: string): object {
  return { ...object, metadata: { name: id.toLowerCase() } };
}

const BUILDERS: { readonly [kind in Exclude<Kind, 'support'>]: (site: Site) => Piece } = {
  shop: ({ scope, id, vpc, cluster, workloads }) => {
    const shop = new Construct(scope, id);
    const group = groupIn(shop, 'Group', vpc);
    new eks_v2.HelmChart(shop, 'Chart', { cluster: cluster as eks_v2.Cluster, chart: 'shop' });
    workloads.push(newManifest(shop, cluster, named(INGRESS, id)));
    return { ...group, construct: shop };
  },
  ingress: ({ scope, id, cluster, workloads }) => manifest(scope, id, cluster, named(INGRESS, id), workloads),
  service: ({ scope, id, cluster, workloads }) =>
    manifest(scope, id, cluster, named({ apiVersion: 'v1', kind: 'Service', spec: { type: 'LoadBalancer' } }, id), workloads),
  config: ({ scope, id, cluster }) => manifest(scope, id, cluster, named({ apiVersion: 'v1', kind: 'ConfigMap' }, id), []),
  chart: ({ scope, id, cluster }) => {
    const { text, refer } = new Referred();
    const chart = new eks_v2.HelmChart(scope, id, { cluster: cluster as eks_v2.Cluster, chart: 'shop', values: { text } });
    return { construct: chart, token: refOf(chart), refer };
  },
  team: ({ scope, id, cluster }) => {
    const team = new Construct(scope, id);
    const role = new iam.Role(team, 'Role', { assumedBy: new iam.AccountRootPrincipal() });
    (cluster as eks_v2.Cluster).grantAccess(`${id}Access`, role.roleArn, []);
    return { ...roleOf(team, role), construct: team };
  },
  nodes: ({ scope, id, vpc, cluster }) => {
    const nodes = new Construct(scope, id);
    const group = groupIn(nodes, 'Group', vpc);
    const template = new ec2.CfnLaunchTemplate(nodes, 'Template', { launchTemplateData: { securityGroupIds: [group.token] } });
    new eks_v2.Nodegroup(nodes, 'Nodes', {
      cluster: cluster as eks_v2.Cluster, launchTemplateSpec: { id: template.ref, version: template.attrLatestVersionNumber },
    });
    return { ...group, construct: nodes };
  },
  group: ({ scope, id, vpc }) => groupIn(scope, id, vpc),
  endpoint: ({ scope, id, vpc }) => {
    const { text, refer } = new Referred();
    const endpoint = new ec2.CfnVPCEndpoint(scope, id, { vpcId: vpc.vpcId, serviceName: 'com.amazonaws.eu-west-1.s3', policyDocument: { text } });
    return { construct: endpoint, token: endpoint.ref, refer };
  },
};

/** Refers to what any support refers to, and has a role as it has. */
function standIn({ scope, id, vpc, cluster }: Site): Piece {
  const construct = new Construct(scope, id);
  const provider = (cluster as eks_v2.Cluster).openIdConnectProvider.openIdConnectProviderArn;
  const role = new iam.Role(construct, 'Role', { assumedBy: new iam.FederatedPrincipal(provider, {}, 'sts:AssumeRoleWithWebIdentity') });
  new CfnResource(construct, 'Chart', { type: 'Custom::Chart', properties: { Cluster: cluster.clusterName, Vpc: vpc.vpcId, Role: role.roleArn } });
  return roleOf(construct, role);
}

function roleOf(construct: Construct, role: iam.Role): Piece {
  return {
    construct,
    token: role.roleArn,
    refer: ({ token }) => void role.addToPolicy(new iam.PolicyStatement({ actions: ['iam:PassRole'], resources: [token] })),
  };
}

/** A group that others are let in to, as those are of which there is a group: by rules that stand beside it. */
function groupIn(scope: Construct, id: string, vpc: ec2.IVpc): Piece & { readonly group: ec2.SecurityGroup } {
  const { text, refer } = new Referred();
  const group = new ec2.SecurityGroup(scope, id, { vpc });
  (group.node.defaultChild as CfnResource).addPropertyOverride('GroupName', text);
  return {
    construct: group,
    group,
    token: group.securityGroupId,
    refer: (to) => 'group' in to ? group.connections.allowFrom(to.group as ec2.SecurityGroup, ec2.Port.tcp(443)) : refer(to),
  };
}

function manifest(scope: Construct, id: string, cluster: OwnedCluster, object: Record<string, any>, workloads: Construct[]): Piece {
  const { text, refer } = new Referred();
  const construct = newManifest(scope, cluster, { ...object, metadata: { ...object.metadata, annotations: { text } } }, id);
  workloads.push(...object.kind === 'ConfigMap' ? [] : [construct]);
  return { construct, token: refOf(construct), refer };
}

function refOf(construct: Construct): string {
  return construct.node.findAll().find((child): child is CfnResource => CfnResource.isCfnResource(child))!.ref;
}
