import { spawnSync } from 'child_process';
import * as fs from 'fs';
import * as path from 'path';
import { UPSTREAM_DIRECTORY } from './upstream';
import { ControllerVersion } from '../../src/release/controller-version';

/*
 * The controller's source: of all releases in a clone of its repository, or of some in archives beside this repository. Neither is a
 * part of it, so that what wants them is skipped where there is none.
 */

const CLONE = process.env.LBC_REPOSITORY_DIR;
const ARCHIVES = UPSTREAM_DIRECTORY && path.join(UPSTREAM_DIRECTORY, 'controller');

/** The releases whose source is here, oldest first. */
export const RELEASES_WITH_SOURCE = ControllerVersion._known().filter(({ releaseTag }) => CLONE || fs.existsSync(archiveOf(releaseTag)));

export const SOURCE_REASON = RELEASES_WITH_SOURCE.length > 0 ? ''
  : ' (skipped: set LBC_REPOSITORY_DIR to a clone of github.com/kubernetes-sigs/aws-load-balancer-controller)';

/** An AWS call that is made somewhere in the source. */
export interface AwsCall {
  /** The action that IAM asks for, such as `ec2:DescribeSubnets`. */
  readonly action: string;
  /** Where it is made, from the root of the repository. */
  readonly file: string;
}

/** Services whose name in the SDK is not the one that IAM has for them. */
const IAM_NAMES: { readonly [sdkPackage: string]: string } = {
  elbv2: 'elasticloadbalancing',
  elasticloadbalancingv2: 'elasticloadbalancing',
  resourcegroupstaggingapi: 'tag',
  wafregional: 'waf-regional',
};

/**
 * Every AWS call of a release.
 *
 * Whatever the client's variable is called, and in either major version of the SDK, an operation is given an input of its own type,
 * `<package>.<Operation>Input{…}`, of a package that the file imports by the service's name.
 */
export function awsCallsOf({ releaseTag }: ControllerVersion): AwsCall[] {
  return [...sourcesOf(releaseTag)].flatMap(([file, source]) => {
    const services = new Map([...source.matchAll(/^\s*(?:import\s+)?(?:(\w+)\s+)?"github\.com\/aws\/aws-sdk-go(?:-v2)?\/service\/(\w+)"$/gm)]
      .map(([, alias, sdkPackage]) => [alias ?? sdkPackage, IAM_NAMES[sdkPackage] ?? sdkPackage]));
    return [...source.matchAll(/\b(\w+)\.(\w+)Input\{/g)]
      .filter(([, name]) => services.has(name))
      .map(([, name, operation]) => ({ action: `${services.get(name)}:${operation}`, file }));
  });
}

/** The Go files that make the controller, by path: no tests, mocks or tools. */
function sourcesOf(releaseTag: string): Map<string, string> {
  const isSource = (file: string) => /^(main\.go|(pkg|controllers|webhooks)\/.*\.go)$/.test(file) && !/_test\.go$|mock/.test(file);
  return new Map((CLONE ? readClone(releaseTag, isSource) : readArchive(releaseTag, isSource)));
}

function readClone(releaseTag: string, isSource: (file: string) => boolean): [string, string][] {
  const files = run('git', ['-C', CLONE!, 'ls-tree', '-r', '--name-only', releaseTag]).toString().split('\n').filter(isSource);
  const contents = run('git', ['-C', CLONE!, 'cat-file', '--batch'], files.map((file) => `${releaseTag}:${file}`).join('\n'));
  let at = 0;
  return files.map((file) => {
    const start = contents.indexOf('\n', at) + 1;
    const end = start + Number(contents.toString('utf8', at, start).split(' ')[2]);
    at = end + 1;
    return [file, contents.toString('utf8', start, end)];
  });
}

function readArchive(releaseTag: string, isSource: (file: string) => boolean): [string, string][] {
  const directory = fs.mkdtempSync(path.join(fs.realpathSync(process.env.TMPDIR ?? '/tmp'), 'controller-'));
  try {
    run('tar', ['-xJf', archiveOf(releaseTag), '-C', directory, '--strip-components=1']);
    return fs.readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter(isSource)
      .map((file) => [file, fs.readFileSync(path.join(directory, file), 'utf8')]);
  } finally {
    fs.rmSync(directory, { recursive: true });
  }
}

function archiveOf(releaseTag: string): string {
  return path.join(ARCHIVES ?? '', `aws-load-balancer-controller-${releaseTag}.tar.xz`);
}

function run(command: string, args: string[], input?: string): Buffer {
  const { status, stdout, stderr, error } = spawnSync(command, args, { input, maxBuffer: 1024 ** 3 });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${error?.message ?? stderr}`);
  return stdout;
}
