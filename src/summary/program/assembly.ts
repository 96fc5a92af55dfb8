import { existsSync, readFileSync, readdirSync } from 'fs';
import * as path from 'path';
import { plainOf } from './words';
import type { Plan } from '../../ingress/load-balancer-plan';

/** A resource of a template. */
export interface Resource {
  readonly logicalId: string;
  readonly type: string;
  readonly properties: { readonly [name: string]: any };
  /** Path of its construct, where the template tells it. */
  readonly path?: string;
  /** Logical ids of the resources of its template that it waits for. */
  readonly waitsFor: string[];
}

/** One template of a synthesized app, that of a nested stack too. */
export interface Template {
  readonly name: string;
  readonly resources: Resource[];
  /** Where it lies, which is another folder for each stage. */
  readonly folder: string;
  /** Names, as far as they are literal, of what it gives to other stacks, and of what it takes from them. */
  readonly exports: string[];
  readonly imports: string[];
  /** Paths of the nested stacks in it, each with a slash. */
  readonly nested: string[];
}

/** What `cdk synth` wrote, as far as it is read here. */
export interface Assembly {
  readonly templates: Template[];
  /** What the construct of a path tells of load balancers; nothing if it is of a release that did not. */
  planOf(path: string): Plan | undefined;
  /** Paths of the constructs of a class. */
  pathsOf(className: string): string[];
  /** A template with those that it stands on: stacks that it imports from, directly or not, and the nested ones of each. */
  withSources(template: Template): Template[];
}

/** Type of the metadata with the plan. */
const PLAN = 'cdk-eks-alb-ingress-support:plan';

interface Metadata {
  readonly [path: string]: { readonly type: string; readonly data?: any }[];
}

/** Reads a folder that `cdk synth` made, with the stages in it. */
export function readAssembly(folder: string): Assembly {
  if (!existsSync(path.join(folder, 'manifest.json'))) {
    throw new Error(`${folder} must be what "cdk synth" wrote, which has a manifest.json; run "cdk synth" first, or name its output folder`);
  }
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.template.json')).sort();
  const tree = path.join(folder, 'tree.json');
  const root = existsSync(tree) ? JSON.parse(readFileSync(tree, 'utf8')).tree : {};
  const templates = files.map((file) => readTemplate(file, JSON.parse(readFileSync(path.join(folder, file), 'utf8'))));
  const metadata = metadataIn(folder);
  return {
    templates,
    planOf: (construct) => {
      const plan = metadata[`/${construct}`]?.find(({ type }) => type === PLAN)?.data;
      return plan && plainOf(plan);
    },
    pathsOf: (className) => pathsIn(root, className),
    withSources: (template) => withSources(template, templates.filter((other) => other.folder === template.folder)),
  };
}

/** Metadata of the constructs of all stacks, by path: newer releases of the CDK write them into files of their own. */
function metadataIn(folder: string): Metadata {
  const manifests = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => path.basename(file) === 'manifest.json').map((file) => path.join(folder, file));
  return Object.assign({}, ...manifests.flatMap((file) => Object.values<any>(JSON.parse(readFileSync(file, 'utf8')).artifacts ?? {}).map(
    ({ metadata, additionalMetadataFile }) => additionalMetadataFile ? JSON.parse(readFileSync(path.join(path.dirname(file), additionalMetadataFile), 'utf8')) : metadata)));
}

function withSources(template: Template, others: Template[]): Template[] {
  const found = new Set([template]);
  for (const one of found) {
    others.filter((other) => other.exports.some((name) => one.imports.includes(name)) || isNestedIn(one, other) || isNestedIn(other, one))
      .forEach((other) => found.add(other));
  }
  return others.filter((other) => found.has(other));
}

function isNestedIn({ resources }: Template, { nested }: Template): boolean {
  return nested.some((prefix) => resources.some((resource) => resource.path?.startsWith(prefix)));
}

function readTemplate(file: string, template: any): Template {
  const { Resources = {}, Outputs = {} } = template;
  const ids = new Set(Object.keys(Resources));
  return {
    name: path.basename(file, '.template.json'),
    folder: path.dirname(file),
    exports: Object.values<any>(Outputs).map(({ Export }) => Export?.Name).filter((name) => typeof name === 'string'),
    imports: importsIn(Resources),
    // The CDK puts the resource of a nested stack next to the stack: `Shop/Nested.NestedStack/Nested.NestedStackResource`.
    nested: Object.values<any>(Resources).flatMap(({ Metadata }) => {
      const [, nested] = /^(.*)\.NestedStack\/[^/]+\.NestedStackResource$/.exec(Metadata?.['aws:cdk:path'] ?? '') ?? [];
      return nested ? [`${nested}/`] : [];
    }),
    resources: Object.entries<any>(Resources).map(([logicalId, { Type, Properties = {}, Metadata = {}, DependsOn = [] }]) => ({
      logicalId,
      type: Type,
      properties: Properties,
      path: Metadata['aws:cdk:path'],
      waitsFor: [...new Set([...[DependsOn].flat(), ...referencesIn(Properties)])].filter((id) => ids.has(id)),
    })),
  };
}

function importsIn(value: any): string[] {
  if (typeof value !== 'object' || value === null) {
    return [];
  }
  return Object.entries<any>(value).flatMap(([key, inner]) => key === 'Fn::ImportValue' && typeof inner === 'string' ? [inner] : importsIn(inner));
}

/** Logical ids, and names of parameters, that a value refers to. */
function referencesIn(value: any): string[] {
  if (typeof value !== 'object' || value === null) {
    return [];
  }
  return Object.entries<any>(value).flatMap(([key, inner]) => {
    switch (key) {
      case 'Ref': return [String(inner)];
      case 'Fn::GetAtt': return [String([inner].flat()[0]).split('.')[0]];
      case 'Fn::Sub': return [...JSON.stringify(inner).matchAll(/\$\{(\w+)/g)].map(([, id]) => id).concat(referencesIn(inner));
      default: return referencesIn(inner);
    }
  });
}

function pathsIn(node: any, className: string): string[] {
  const own = node.constructInfo?.fqn === className ? [node.path as string] : [];
  return [...own, ...Object.values<any>(node.children ?? {}).flatMap((child) => pathsIn(child, className))];
}
