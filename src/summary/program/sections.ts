import { dirname } from 'path';
import type { Assembly, Resource, Template } from './assembly';
import { describePlan } from './plan';
import { count, jsonOf, textOf, valueOf } from './words';

const MANIFEST = 'Custom::AWSCDK-EKS-KubernetesResource';
const RELEASE = 'Custom::AWSCDK-EKS-HelmChart';
const TAGS_AT_DEPLOY = 'Custom::EksAlbIngressNetworkTags';
const TAG = /^kubernetes\.io\/(role\/(internal-)?elb|cluster\/.+)$/;

/** Resources that show the order, in addition to those of the construct itself. */
const LANDMARKS: { readonly [type: string]: string } = {
  'AWS::EC2::VPC': 'VPC',
  'AWS::EKS::Cluster': 'cluster',
  'Custom::AWSCDK-EKS-Cluster': 'cluster',
  'AWS::EKS::Nodegroup': 'node group',
  'AWS::EKS::FargateProfile': 'Fargate profile',
  'Custom::AWSCDK-EKS-FargateProfile': 'Fargate profile',
  'AWS::AutoScaling::AutoScalingGroup': 'Auto Scaling group',
};

/** One of a construct's own resources, in words; others are of no interest to a reader. */
const OWN: { readonly [type: string]: string } = {
  'AWS::IAM::Role': 'role',
  'AWS::IAM::ManagedPolicy': 'policy',
  'AWS::EKS::PodIdentityAssociation': 'Pod Identity association',
  [TAGS_AT_DEPLOY]: 'tags at deploy',
  'Custom::EksAlbIngressCrdUpgrade': 'upgrade of the definitions',
  'Custom::EksAlbIngressLoadBalancerCleanup': 'clean-up of load balancers, at destroy',
};

/** How to format. */
export interface Format {
  /** Characters that a line may have. */
  readonly width: number;
  /** Whether long values are printed. */
  readonly verbose: boolean;
}

/** Tells what one construct defines, and in which order; a heading and lines each. */
export function describe(assembly: Assembly, support: string, { width, verbose }: Format): [string, string[]][] {
  const template = assembly.templates.find(({ resources }) => resources.some((resource) => isBelow(resource, support)));
  if (!template) {
    throw new Error(`the templates must tell paths of constructs, and say nothing of ${support}; synthesize with the CDK CLI, without --no-path-metadata`);
  }
  const own = template.resources.filter((resource) => isBelow(resource, support));
  const of = (type: string) => own.filter((resource) => resource.type === type);
  const bindings = template.resources.filter((resource) => resource.type === MANIFEST && isBelow(resource, `${support}Targets`));
  const objects = [...of(MANIFEST), ...bindings].flatMap(objectsOf);
  const plan = assembly.planOf(support);
  return ([
    ['Tags, by CloudFormation', assembly.withSources(template).flatMap((one) => nativeTags(one, template))],
    ['Tags, when the stack is deployed', of(TAGS_AT_DEPLOY).flatMap(({ properties: { ResourceIds, Tags } }) =>
      Tags.map((tag: any) => `${[ResourceIds].flat().map(textOf).join(', ')}: ${textOf(tag.Key)} = ${tag.Value}`))],
    ['Who may assume the controller\'s role', [...of('AWS::IAM::Role').flatMap(trust), ...of('AWS::EKS::PodIdentityAssociation').map(association)]],
    ['What the role may do', of('AWS::IAM::ManagedPolicy').map(permissions)],
    ['In the cluster', objects.flatMap(objectInWords)],
    ['Helm release', of(RELEASE).flatMap((resource) => release(resource, verbose))],
    ...plan ? describePlan(plan, dirname(support), width) : [],
    ['Order of create in this stack (destroy is the reverse)', order(template, own).map((line, index) => `${String(index + 1).padStart(2)}. ${line}`)],
  ] as [string, string[]][]).filter(([, lines]) => lines.length > 0);
}

function isBelow({ path }: Resource, support: string): boolean {
  return path !== undefined && path.startsWith(`${support}/`);
}

function nativeTags(template: Template, own: Template): string[] {
  const place = template === own ? '' : ` in ${template.name}`;
  return template.resources.filter(({ type, properties }) => ['AWS::EC2::Subnet', 'AWS::EC2::SecurityGroup'].includes(type) && Array.isArray(properties.Tags))
    .flatMap(({ logicalId, properties: { Tags } }) => Tags.filter(({ Key }: any) => TAG.test(Key))
      .map(({ Key, Value }: any) => `${logicalId}${place}: ${Key} = ${Value}`));
}

function trust({ logicalId, properties: { AssumeRolePolicyDocument: document } }: Resource): string[] {
  const { Statement } = document?.Statement ? document : jsonOf(document);
  return Statement.flatMap(({ Action, Principal, Condition = {} }: any) => [
    `${logicalId}: ${[Action].flat().join(', ')} by ${[Principal.Federated ?? Principal.Service ?? Principal.AWS].flat().map(textOf).join(', ')}`,
    ...Object.entries<any>(Condition).flatMap(([, keys]) => Object.entries<any>(keys).map(([key, value]) => `  where ${key} = ${textOf(value)}`)),
  ]);
}

function association({ properties: { Namespace, ServiceAccount, RoleArn } }: Resource): string {
  return `EKS Pod Identity gives ${textOf(RoleArn)} to ${Namespace}/${ServiceAccount}`;
}

function permissions({ logicalId, properties: { PolicyDocument: { Statement }, Roles = [] } }: Resource): string {
  const statements = [Statement].flat();
  const actions = new Set(statements.flatMap(({ Action }) => Action));
  const conditional = statements.filter(({ Condition }) => Condition).length;
  const whose = Roles.length > 0 ? `, of ${Roles.map(textOf).join(', ')}` : '';
  return `${logicalId}${whose}: ${count(actions.size, 'action')}, in ${count(statements.length, 'statement')}, `
    + `${conditional} with conditions`;
}

function objectInWords({ kind, metadata: { name, namespace, labels = {}, annotations = {} } }: any): string[] {
  return [
    `${kind} ${namespace ? `${namespace}/` : ''}${name}`,
    // Only what is not seen from the kind; labels of the CDK are how it finds objects again.
    ...kind === 'ServiceAccount' ? Object.entries<string>(labels).filter(([key]) => !key.startsWith('aws.cdk.eks/')).map(([key, value]) => `  label ${key}: ${value}`) : [],
    ...Object.entries<string>(annotations).filter(() => kind === 'ServiceAccount' || kind === 'IngressClass').map(([key, value]) => `  annotation ${key}: ${value}`),
  ];
}

function release({ properties: { Release, Chart, ChartAssetURL, Version, Repository, Namespace, Values } }: Resource, verbose: boolean): string[] {
  const values = Object.entries(jsonOf(Values));
  return [
    `${Release}: chart ${Chart ?? textOf(ChartAssetURL)}${Version ? ` ${Version}` : ''}${Repository ? ` from ${textOf(Repository)}` : ''}, in ${Namespace}`,
    ...verbose ? values.map(([key, value]) => `  ${key}: ${valueOf(value)}`) : [`  ${count(values.length, 'value')}, which --verbose prints`],
  ];
}

/** What is made before the construct's resources, these, and what waits for them; in the order of the template. */
function order({ resources }: Template, own: Resource[]): string[] {
  const byId = new Map(resources.map((resource) => [resource.logicalId, resource]));
  const sorted = new Set<Resource>();
  const place = (resource: Resource): void => {
    if (!sorted.has(resource) && !placing.has(resource)) {
      placing.add(resource);
      resource.waitsFor.forEach((id) => place(byId.get(id)!));
      sorted.add(resource);
    }
  };
  const placing = new Set<Resource>();
  resources.forEach(place);

  const after = new Set(own);
  sorted.forEach((resource) => resource.waitsFor.some((id) => after.has(byId.get(id)!)) && after.add(resource));
  return [...sorted].flatMap((resource) => {
    const what = inOrder(resource, own.includes(resource), after.has(resource));
    return what ? [`${what} (${resource.logicalId})`] : [];
  });
}

function inOrder(resource: Resource, isOwn: boolean, isAfter: boolean): string | undefined {
  switch (resource.type) {
    case MANIFEST:
      return isAfter ? objectsOf(resource).map(({ kind, metadata }) => `${kind} ${metadata.name}`).join(', ') : undefined;
    case RELEASE:
      return isAfter ? `Helm release ${textOf(resource.properties.Release)}` : undefined;
    default:
      return isOwn ? OWN[resource.type] : LANDMARKS[resource.type];
  }
}

function objectsOf({ properties: { Manifest } }: Resource): any[] {
  return jsonOf(Manifest);
}
