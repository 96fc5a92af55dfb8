import * as fs from 'fs';
import * as path from 'path';

const SRC = path.join(__dirname, '..', 'src');

/**
 * The rooms of `src/`, each with the rooms below it that it may import, and its face: the files that others may import. What is not
 * listed is hidden. Read from top to bottom, imports point downward; what a room lets others see is a decision, so it is written down.
 */
const ROOMS: { readonly [room: string]: { readonly imports: string[]; readonly face: string[] } } = {
  'ingress': {
    imports: ['ingress-class', 'cluster', 'release', 'util'],
    face: ['ingress', 'ingress-action', 'ingress-action-options', 'ingress-auth', 'ingress-auth-options', 'ingress-class', 'ingress-classes',
      'ingress-load-balancer-options', 'ingress-options', 'ingress-rule'],
  },
  'settings': {
    imports: ['cleanup', 'controller', 'iam', 'network', 'ingress-class', 'cluster', 'release', 'util'],
    face: ['eks-alb-ingress-support-props', 'settle'],
  },
  'summary': {
    imports: [],
    face: [],
  },
  'target-group-binding': {
    imports: ['ingress-class', 'cluster', 'release', 'util'],
    face: ['node-security-groups', 'target-group-binding', 'target-group-binding-options'],
  },
  'order': {
    imports: ['cluster', 'util'],
    face: ['deployment-order'],
  },
  'cleanup': {
    imports: ['custom-resource', 'cluster', 'util'],
    face: ['cleanup-requirements', 'controller-removal', 'load-balancer-cleanup'],
  },
  'controller': {
    imports: ['ingress-class', 'cluster', 'release', 'util'],
    face: ['controller-cpu', 'controller-image', 'controller-image-options', 'controller-options', 'controller-source', 'installation', 'scheduling'],
  },
  'iam': {
    imports: ['cluster', 'release', 'util'],
    face: ['auto-mode-tags', 'controller-identity', 'controller-permissions', 'controller-policy', 'controller-role-options', 'service-account'],
  },
  'network': {
    imports: ['ingress-class', 'custom-resource', 'cluster', 'util'],
    face: ['network-tags', 'subnets', 'tagged-network'],
  },
  'ingress-class': {
    imports: ['release', 'util'],
    face: ['ingress-class-checks', 'ingress-class-kinds', 'ingress-class-objects', 'ingress-class-options', 'ingress-class-params', 'ingress-web-acl',
      'setting-shapes'],
  },
  'custom-resource': {
    imports: ['util'],
    face: ['handler-provider', 'program/aws', 'program/stack-status'],
  },
  'cluster': {
    imports: ['util'],
    face: ['capacity-check', 'cluster-name', 'cluster-parts', 'cluster-requirements', 'ingress-cluster', 'kubectl-handler', 'manifest-objects', 'node-capacity',
      'node-interfaces', 'one-support', 'other-vpc', 'required-constructs', 'target-cluster'],
  },
  'release': {
    imports: ['util'],
    face: ['compare-releases', 'controller-features', 'controller-name', 'controller-version', 'feature-gates', 'resource-tags', 'watched-namespace', 'web-protection'],
  },
  'util': {
    imports: ['bundled'],
    face: ['assets', 'cfn-properties', 'cidr', 'class-marker', 'default-class', 'environment', 'kinds', 'maps', 'merge', 'messages', 'partition', 'parts', 'policy-size',
      'references', 'stage', 'stage-resources', 'tokens', 'try-read', 'validation', 'yaml'],
  },
  'bundled': {
    imports: [],
    face: ['yaml'],
  },
};

/** Above all rooms, and imported by none of them. */
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

const roomOf = (file: string) => file.split('/')[0];
const said = ({ from, to }: Import) => `${from} imports ${to}`;
const imports = files.flatMap(importsOf);
const across = imports.filter(({ from, to }) => roomOf(from) !== roomOf(to));

test('each file lies in a room', () => {
  expect(files.filter((file) => !TOP.includes(file) && !ROOMS[roomOf(file)])).toEqual([]);
});

test('imports point downward', () => {
  const order = Object.keys(ROOMS);
  const upward = Object.entries(ROOMS).filter(([room, { imports: below }]) => below.some((other) => order.indexOf(other) <= order.indexOf(room)));
  expect(upward).toEqual([]);
  expect(across.filter(({ from, to }) => !TOP.includes(from) && !ROOMS[roomOf(from)].imports.includes(roomOf(to))).map(said)).toEqual([]);
});

test('a room is entered by its face', () => {
  const hidden = across.filter(({ to }) => !TOP.includes(to) && !ROOMS[roomOf(to)].face.includes(to.slice(roomOf(to).length + 1)));
  expect(hidden.map(said)).toEqual([]);
});

test('a face shows nothing that nobody looks at', () => {
  const seen = new Set(across.map(({ to }) => to));
  expect(Object.entries(ROOMS).flatMap(([room, { face, imports: below }]) => [
    ...face.map((file) => `${room}/${file}`).filter((file) => !seen.has(file)),
    ...below.filter((other) => !across.some(({ from, to }) => roomOf(from) === room && roomOf(to) === other)).map((other) => `${room} imports ${other}`),
  ])).toEqual([]);
});

test('no circle of files, not even of types', () => {
  const next = (file: string) => imports.filter(({ from }) => from === file).map(({ to }) => to);
  const circleFrom = (file: string, trail: string[]): string[] | undefined => trail.includes(file)
    ? [...trail.slice(trail.indexOf(file)), file]
    : next(file).map((other) => circleFrom(other, [...trail, file])).find((circle) => circle);
  expect(files.map((file) => circleFrom(file, [])).filter((circle) => circle)).toEqual([]);
});
