/**
 * Prints what a synthesized app defines for ALB Ingresses, read from its templates.
 *
 *   ts-node examples/describe.ts <cdk.out>
 */
import { CloudAssembly } from 'aws-cdk-lib/cx-api';
import { joined } from '../test/fixtures';
import { DeploymentGraph } from '../test/support/deployment-graph';

const CHART = 'Custom::AWSCDK-EKS-HelmChart';
const MANIFEST = 'Custom::AWSCDK-EKS-KubernetesResource';
const ROLE_TAGS = ['kubernetes.io/role/elb', 'kubernetes.io/role/internal-elb'];

function describe(assembly: CloudAssembly): string[] {
  return assembly.stacks.flatMap((stack) => [
    `Stack ${stack.stackName}`,
    ...section('Tags', tags(stack.template)),
    ...section('Who may assume the controller\'s role', trust(stack.template)),
    ...section('ServiceAccount', serviceAccounts(stack.template)),
    ...section('Helm release', releases(stack.template)),
    ...section('Order of create (destroy is the reverse)', order(assembly, stack.id)),
  ]);
}

function tags(template: any): string[] {
  return resources(template, 'AWS::EC2::Subnet').flatMap(([id, { Tags = [] }]) =>
    Tags.filter(({ Key }: any) => ROLE_TAGS.includes(Key)).map(({ Key, Value }: any) => `${id}: ${Key} = ${Value}`));
}

function trust(template: any): string[] {
  return resources(template, 'AWS::IAM::Role')
    .filter(([, role]) => JSON.stringify(role.AssumeRolePolicyDocument).includes('sts:AssumeRoleWithWebIdentity'))
    .flatMap(([id, role]) => JSON.parse(joined(role.AssumeRolePolicyDocument)).Statement.flatMap((statement: any) => [
      `${id}: ${statement.Action} by ${readable(statement.Principal.Federated)}`,
      ...Object.entries<string>(statement.Condition.StringEquals).map(([key, value]) => `  where ${readable(key)} = ${value}`),
    ]));
}

function serviceAccounts(template: any): string[] {
  return manifests(template).filter(({ object }) => object.kind === 'ServiceAccount').flatMap(({ object: { metadata } }) => [
    `${metadata.namespace}/${metadata.name}`,
    ...Object.entries<string>(metadata.labels).filter(([label]) => !label.startsWith('aws.cdk.eks/')).map((label) => `  label ${label.join(': ')}`),
    ...Object.entries<string>(metadata.annotations).map(([key, value]) => `  annotation ${key}: ${readable(value)}`),
  ]);
}

function releases(template: any): string[] {
  return resources(template, CHART).flatMap(([, release]) => [
    `${release.Release}: chart ${release.Chart} ${release.Version} from ${release.Repository}, in ${release.Namespace}`,
    ...Object.entries(JSON.parse(joined(release.Values))).map(([key, value]) => `  ${key}: ${readable(typeof value === 'string' ? value : JSON.stringify(value))}`),
  ]);
}

function order(assembly: CloudAssembly, stack: string): string[] {
  const { template } = assembly.getStackArtifact(stack);
  const named: Record<string, string> = {
    'AWS::EC2::VPC': 'VPC',
    'AWS::EKS::Cluster': 'cluster',
    'AWS::EKS::Nodegroup': 'node group',
    [CHART]: 'Helm release',
  };
  return new DeploymentGraph(assembly).createOrder().filter((node) => node.startsWith(`${stack}/`)).map((node) => node.slice(stack.length + 1))
    .flatMap((id): string[] => {
      const { Type, Properties } = template.Resources[id];
      if (Type === MANIFEST) {
        return [`${objectsOf(Properties).map(({ kind, metadata }) => `${kind} ${metadata.name}`).join(', ')} (${id})`];
      }
      const isController = Type === 'AWS::IAM::ManagedPolicy' || JSON.stringify(Properties ?? {}).includes('sts:AssumeRoleWithWebIdentity');
      const name = named[Type] ?? (isController ? (Type === 'AWS::IAM::Role' ? 'controller\'s role' : 'controller\'s policy') : undefined);
      return name ? [`${name} (${id})`] : [];
    })
    .map((line, index) => `${String(index + 1).padStart(2)}. ${line}`);
}

function manifests(template: any): { id: string; object: any }[] {
  return resources(template, MANIFEST).flatMap(([id, properties]) => objectsOf(properties).map((object) => ({ id, object })));
}

function objectsOf({ Manifest }: any): any[] {
  return JSON.parse(joined(Manifest));
}

function resources(template: any, type: string): [string, any][] {
  return Object.entries<any>(template.Resources).filter(([, { Type }]) => Type === type).map(([id, { Properties }]) => [id, Properties]);
}

/** Intrinsic functions in a text, in fewer words. */
function readable(text: string): string {
  return text
    .replace(/\{"Fn::Select":\[1,\{"Fn::Split":\[":oidc-provider\/",.*?\}\]\}\]\}/g, '<issuer>')
    .replace(/\{"Ref":"(.*?)"\}/g, '<$1>')
    .replace(/\{"Fn::GetAtt":\["(.*?)","(.*?)"\]\}/g, '<$1.$2>')
    .replace(/\\"/g, '"');
}

function section(title: string, lines: string[]): string[] {
  return ['', title, ...lines.map((line) => `  ${line}`)];
}

console.log(describe(new CloudAssembly(process.argv[2])).join('\n'));
