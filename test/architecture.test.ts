import * as fs from 'fs';
import * as path from 'path';

const SRC = path.join(__dirname, '..', 'src');

/**
 * The modules of `src/`, each with the modules below it that it may import, and its entry points: the files that others may import. What is not
 * listed is hidden. Read from top to bottom, imports point downward; what a module lets others see is a decision, so it is written down.
 */
const MODULES: { readonly [module: string]: { readonly imports: string[]; readonly entryPoints: string[] } } = {
  'context': {
    imports: ['cleanup', 'controller', 'iam', 'network', 'gateway', 'cluster', 'release', 'util'],
    entryPoints: ['eks-alb-ingress-support-props', 'resolve-props', 'support-context'],
  },
  'summary': {
    // Types, and what formats rules: the command has nothing of the CDK.
    imports: ['ingress'],
    entryPoints: [],
  },
  'target-group-binding': {
    imports: ['ingress', 'cluster', 'options', 'release', 'util'],
    entryPoints: ['binding-definition', 'node-security-groups', 'target-group-binding', 'target-group-binding-options'],
  },
  'order': {
    imports: ['cluster', 'util'],
    entryPoints: ['deployment-order'],
  },
  'cleanup': {
    imports: ['custom-resource', 'cluster', 'util'],
    entryPoints: ['controller-removal', 'load-balancer-cleanup'],
  },
  'controller': {
    imports: ['ingress', 'gateway', 'cluster', 'options', 'release', 'util'],
    entryPoints: ['controller-image', 'controller-objects', 'controller-options', 'controller-source', 'installation', 'scheduling'],
  },
  'iam': {
    imports: ['cluster', 'release', 'util'],
    entryPoints: ['auto-mode-tags', 'controller-identity', 'controller-permissions', 'controller-policy', 'controller-role-options', 'service-account'],
  },
  'network': {
    imports: ['ingress', 'custom-resource', 'cluster', 'util'],
    entryPoints: ['network-tags', 'subnets', 'tagged-network'],
  },
  'ingress': {
    imports: ['gateway', 'cluster', 'options', 'release', 'util'],
    entryPoints: ['gateway-class', 'ingress', 'ingress-action', 'ingress-auth', 'ingress-class-objects', 'ingress-class-options', 'ingress-classes',
      'ingress-load-balancer-options', 'ingress-options', 'ingress-rewrite', 'ingress-rule', 'ingress-value-types', 'ingress-web-acl', 'load-balancer-plan',
      'rule-texts'],
  },
  'gateway': {
    imports: ['cluster', 'release', 'util'],
    entryPoints: ['gateway-api', 'gateway-lint', 'gateway-releases'],
  },
  'custom-resource': {
    imports: ['util'],
    entryPoints: ['handler-provider', 'program/aws'],
  },
  'cluster': {
    imports: ['util'],
    entryPoints: ['capacity', 'cdk-internals', 'cluster-name', 'cluster-requirements', 'cluster-resources', 'ingress-cluster', 'manifest-objects', 'required-constructs',
      'target-cluster', 'vpc-resources'],
  },
  'options': {
    imports: ['release', 'util'],
    entryPoints: ['option', 'value-types'],
  },
  'release': {
    imports: ['util'],
    entryPoints: ['app-tags', 'controller-features', 'controller-version', 'feature-gates', 'resource-tags', 'serving-controller'],
  },
  'util': {
    imports: ['bundled'],
    entryPoints: ['assets', 'class-marker', 'constructs', 'environment', 'maps', 'messages', 'nearest', 'policy-size', 'references', 'stage', 'struct-check', 'tokens',
      'user-workloads', 'validation', 'yaml'],
  },
  'bundled': {
    imports: [],
    entryPoints: ['yaml'],
  },
};

/** Above all modules, and imported by none of them. */
const TOP = ['index', 'eks-alb-ingress-support'];

interface Import {
  readonly from: string;
  readonly to: string;
}

const files = fs.readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts')).map((file) => file.replace(/\.ts$/, ''));

/** What a file imports of this library, by statement or when it is needed; types too. */
function importsOf(file: string): Import[] {
  const text = fs.readFileSync(path.join(SRC, `${file}.ts`), 'utf8');
  return [...text.matchAll(/(?:from |require\(|import\()'(\.[^']*)'/g)]
    .map(([, to]) => ({ from: file, to: path.posix.join(path.posix.dirname(file), to) }));
}

const moduleOf = (file: string) => file.split('/')[0];
const format = ({ from, to }: Import) => `${from} imports ${to}`;
const imports = files.flatMap(importsOf);
const across = imports.filter(({ from, to }) => moduleOf(from) !== moduleOf(to));

test('every file belongs to a module', () => {
  expect(files.filter((file) => !TOP.includes(file) && !MODULES[moduleOf(file)])).toEqual([]);
});

test('imports point downward', () => {
  const order = Object.keys(MODULES);
  const upward = Object.entries(MODULES)
    .filter(([module, { imports: below }]) => below.some((other) => order.indexOf(other) <= order.indexOf(module)));
  expect(upward).toEqual([]);
  expect(across.filter(({ from, to }) => !TOP.includes(from) && !MODULES[moduleOf(from)].imports.includes(moduleOf(to))).map(format)).toEqual([]);
});

test('modules are imported by their entry points only', () => {
  const hidden = across.filter(({ to }) => !TOP.includes(to) && !MODULES[moduleOf(to)].entryPoints.includes(to.slice(moduleOf(to).length + 1)));
  expect(hidden.map(format)).toEqual([]);
});

test('every entry point is used by another module', () => {
  const seen = new Set(across.map(({ to }) => to));
  expect(Object.entries(MODULES).flatMap(([module, { entryPoints, imports: below }]) => [
    ...entryPoints.map((file) => `${module}/${file}`).filter((file) => !seen.has(file)),
    ...below.filter((other) => !across.some(({ from, to }) => moduleOf(from) === module && moduleOf(to) === other)).map((other) => `${module} imports ${other}`),
  ])).toEqual([]);
});

test('no circular imports, not even of types', () => {
  const next = (file: string) => imports.filter(({ from }) => from === file).map(({ to }) => to);
  const circleFrom = (file: string, trail: string[]): string[] | undefined => trail.includes(file)
    ? [...trail.slice(trail.indexOf(file)), file]
    : next(file).map((other) => circleFrom(other, [...trail, file])).find((circle) => circle);
  expect(files.map((file) => circleFrom(file, [])).filter((circle) => circle)).toEqual([]);
});
