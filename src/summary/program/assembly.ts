import { existsSync, readFileSync, readdirSync } from 'fs';
import * as path from 'path';

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
}

/** What `cdk synth` wrote, as far as it is read here. */
export interface Assembly {
  readonly templates: Template[];
  /** Paths of the constructs of a class. */
  pathsOf(className: string): string[];
}

/** Reads a folder that `cdk synth` made, with the stages in it. */
export function readAssembly(folder: string): Assembly {
  if (!existsSync(path.join(folder, 'manifest.json'))) {
    throw new Error(`${folder} must be what "cdk synth" wrote, which has a manifest.json; run "cdk synth" first, or name its output folder`);
  }
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.template.json')).sort();
  const tree = path.join(folder, 'tree.json');
  const root = existsSync(tree) ? JSON.parse(readFileSync(tree, 'utf8')).tree : {};
  return {
    templates: files.map((file) => readTemplate(path.basename(file, '.template.json'), JSON.parse(readFileSync(path.join(folder, file), 'utf8')))),
    pathsOf: (className) => pathsIn(root, className),
  };
}

function readTemplate(name: string, { Resources = {} }: any): Template {
  const ids = new Set(Object.keys(Resources));
  return {
    name,
    resources: Object.entries<any>(Resources).map(([logicalId, { Type, Properties = {}, Metadata = {}, DependsOn = [] }]) => ({
      logicalId,
      type: Type,
      properties: Properties,
      path: Metadata['aws:cdk:path'],
      waitsFor: [...new Set([...[DependsOn].flat(), ...referencesIn(Properties)])].filter((id) => ids.has(id)),
    })),
  };
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
