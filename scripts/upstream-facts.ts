/**
 * Writes facts of the controller's project from a clone of its repository, for the comparisons of the tests:
 * `controller-facts.json` and `iam-policies/`.
 *
 * Usage: upstream-facts.ts CLONE DIRECTORY
 */
import { execFileSync } from 'child_process';
import { mkdirSync, writeFileSync } from 'fs';
import * as path from 'path';
import { ControllerVersion } from '../src/release/controller-version';

/** First and last release that has a fact, without a gap in between. */
type Range = [string, string];
type Facts = Record<string, Range[]>;

/** Services whose name in the AWS SDK is not the one that IAM has for them. */
const IAM_NAMES: Record<string, string> = {
  elbv2: 'elasticloadbalancing',
  elasticloadbalancingv2: 'elasticloadbalancing',
  resourcegroupstaggingapi: 'tag',
  wafregional: 'waf-regional',
};
const POLICIES: Record<string, string> = {
  'aws': 'iam_policy.json',
  'aws-cn': 'iam_policy_cn.json',
  'aws-us-gov': 'iam_policy_us-gov.json',
  'aws-iso': 'iam_policy_iso.json',
  'aws-iso-b': 'iam_policy_isob.json',
  'aws-iso-e': 'iam_policy_isoe.json',
  'aws-iso-f': 'iam_policy_isof.json',
  'aws-eusc': 'iam_policy_eusc.json',
  'acm-certificates': 'iam_policy_acm_certs.json',
  'global-accelerator': 'aga_controller_iam_policy.json',
};

const [clone, directory] = process.argv.slice(2);
if (!clone || !directory) {
  throw new Error('usage: upstream-facts.ts CLONE DIRECTORY');
}
const RELEASES = ControllerVersion._known().map(({ releaseTag }) => releaseTag);

function git(args: string[], input?: string): Buffer {
  return execFileSync('git', ['-C', clone, ...args], { input, maxBuffer: 1024 ** 3 });
}

/** The files of a release, by path: Go code that makes the controller, `go.mod`, and the policies. */
function filesOf(release: string): Map<string, string> {
  const isWanted = (file: string) => (/^(main\.go|(pkg|controllers|webhooks|apis)\/.*\.go)$/.test(file) && !/_test\.go$|mock/.test(file))
    || file === 'go.mod' || /^docs\/install\/.*\.json$/.test(file);
  const names = git(['ls-tree', '-r', '--name-only', release]).toString().split('\n').filter(isWanted);
  const contents = git(['cat-file', '--batch'], names.map((name) => `${release}:${name}`).join('\n'));
  let at = 0;
  return new Map(names.map((name) => {
    const start = contents.indexOf('\n', at) + 1;
    const end = start + Number(contents.toString('utf8', at, start).split(' ')[2]);
    at = end + 1;
    return [name, contents.toString('utf8', start, end)];
  }));
}

/**
 * AWS calls, as `<action> <file>`. In either major version of the SDK an operation takes an input of its own type,
 * `<package>.<Operation>Input{…}`, of a package that the file imports by the service's name.
 */
function awsCalls(files: Map<string, string>): string[] {
  return [...files].filter(([file]) => file.endsWith('.go') && !file.startsWith('apis/')).flatMap(([file, source]) => {
    const services = new Map([...source.matchAll(/^\s*(?:import\s+)?(?:(\w+)\s+)?"github\.com\/aws\/aws-sdk-go(?:-v2)?\/service\/(\w+)"$/gm)]
      .map(([, alias, sdkPackage]) => [alias ?? sdkPackage, IAM_NAMES[sdkPackage] ?? sdkPackage]));
    return [...source.matchAll(/\b(\w+)\.(\w+)Input\{/g)]
      .filter(([, name]) => services.has(name))
      .map(([, name, operation]) => `${services.get(name)}:${operation} ${file}`);
  });
}

/** Annotations of Ingresses, as `<key> <parser>`, and families of them, which go on after a dot. */
function annotations(files: Map<string, string>): { keys: string[]; families: string[] } {
  const source = [...files].filter(([file]) => /^pkg\/(annotations\/constants\.go|ingress\/.*)$/.test(file)).map(([, text]) => text).join('\n');
  // Constants for Services have another prefix.
  const keyOf = new Map([...source.matchAll(/^\s*(Ingress\w*[sS]uffix\w+)\s*=\s*"([^"]+)"/gm)].map(([, constant, key]) => [constant, key]));
  const parsers = new Map([...source.matchAll(/annotationParser\.Parse(\w+)Annotation\(annotations\.(Ingress\w+),/g)]
    .map(([, parser, constant]) => [keyOf.get(constant), parser]));
  return {
    keys: [...keyOf.values()].map((key) => `${key} ${parsers.get(key) ?? '-'}`),
    families: [...source.matchAll(/Sprintf\("(\w[\w-]*)\.%v"/g)].map(([, family]) => family).filter((family) => /^[a-z]+s$/.test(family)),
  };
}

function featureGates(files: Map<string, string>): string[] {
  const source = files.get('pkg/config/feature_gates.go')!;
  return [...source.matchAll(/^\s*(\w+)\s+Feature\s*=\s*"(\w+)"$/gm)].map(([, constant, gate]) =>
    `${gate} ${source.match(new RegExp(`^\\s*${constant}:\\s*(?:generateDefaultFeatureStatus\\()?(true|false)`, 'm'))![1]}`);
}

function gatewayApi(files: Map<string, string>): string[] {
  const [, built] = files.get('go.mod')!.match(/^\s*sigs\.k8s\.io\/gateway-api (v[\d.]+)$/m) ?? [];
  const versions = [...files.keys()].flatMap((file) => file.match(/^apis\/gateway\/(v\w+)\/groupversion_info\.go$/)?.[1] ?? []).sort();
  // Where two are served, the stable one is its own.
  return [...built ? [`builtAgainst ${built}`] : [], ...versions.slice(0, 1).map((version) => `groupVersion gateway.k8s.aws/${version}`)];
}

/** Consecutive releases as ranges. */
function rangesOf(releases: Set<string>): Range[] {
  return RELEASES.flatMap((release, index): Range[] => {
    if (!releases.has(release) || releases.has(RELEASES[index - 1])) { return []; }
    const end = RELEASES.findIndex((later, at) => at > index && !releases.has(later));
    return [[release, RELEASES[end < 0 ? RELEASES.length - 1 : end - 1]]];
  });
}

/** Facts by the releases that have them. */
class Collection {
  private readonly releasesOf = new Map<string, Set<string>>();

  public add(release: string, facts: string[]): void {
    for (const fact of facts) {
      this.releasesOf.set(fact, (this.releasesOf.get(fact) ?? new Set()).add(release));
    }
  }

  /** Facts with the ranges of releases that have them. */
  public ranges(): Facts {
    return Object.fromEntries([...this.releasesOf].sort(([a], [b]) => (a < b ? -1 : 1)).map(([fact, releases]) => [fact, rangesOf(releases)]));
  }
}

function write(name: string, content: unknown): void {
  const file = path.join(directory, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(content, undefined, 1)}\n`);
}

/** Writes `controller-facts.json` and `iam-policies/`. */
function writeFacts(): void {
  const facts = Object.fromEntries(['awsCalls', 'annotations', 'annotationFamilies', 'featureGates', 'gatewayApi'].map((section) => [section, new Collection()]));
  const policies: Record<string, Record<string, string>> = {};
  for (const release of RELEASES) {
    const files = filesOf(release);
    const { keys, families } = annotations(files);
    facts.awsCalls.add(release, awsCalls(files));
    facts.annotations.add(release, keys);
    facts.annotationFamilies.add(release, families);
    facts.featureGates.add(release, featureGates(files));
    facts.gatewayApi.add(release, gatewayApi(files));
    policies[release] = Object.fromEntries(Object.entries(POLICIES).filter(([, file]) => files.has(`docs/install/${file}`)).map(([kind, file]) => {
      const name = `${kind}-${release}.json`;
      write(path.join('iam-policies', name), JSON.parse(files.get(`docs/install/${file}`)!));
      return [kind, name];
    }));
  }
  write('iam-policies/index.json', policies);
  write('controller-facts.json', {
    source: 'kubernetes-sigs/aws-load-balancer-controller, its tags',
    releases: RELEASES,
    ...Object.fromEntries(Object.entries(facts).map(([name, collection]) => [name, collection.ranges()])),
  });
}

writeFacts();
