import { readFileSync } from 'fs';

/** Facts with the ranges of releases that have them, each from the first to the last one. */
type Ranges = { readonly [fact: string]: readonly (readonly [string, string])[] };

/** What `scripts/upstream-facts.ts` reads from the controller's source. */
export class ControllerFacts {
  private readonly facts: { readonly releases: readonly string[] } & { readonly [section: string]: Ranges };

  /** @param file `controller-facts.json` */
  constructor(file: string) {
    this.facts = JSON.parse(readFileSync(file, 'utf8'));
  }

  /** The releases that it knows, oldest first. */
  public get releases(): readonly string[] {
    return this.facts.releases;
  }

  /** AWS calls of a release, with the file that makes them. */
  public awsCallsOf(release: string): AwsCall[] {
    return this.of('awsCalls', release).map((fact) => {
      const [action, file] = fact.split(' ');
      return { action, file };
    });
  }

  /** Annotations of Ingresses that a release reads, with the function that parses them; `-` where there is none. */
  public annotationsOf(release: string): Map<string, string> {
    return new Map(this.of('annotations', release).map((fact) => fact.split(' ') as [string, string]));
  }

  /** Annotations that go on after a dot, such as `actions`. */
  public annotationFamiliesOf(release: string): string[] {
    return this.of('annotationFamilies', release);
  }

  /** Feature gates of a release. */
  public featureGatesOf(release: string): string[] {
    return this.of('featureGates', release).map((fact) => fact.split(' ')[0]);
  }

  private of(section: string, release: string): string[] {
    const at = this.releases.indexOf(release);
    return Object.entries(this.facts[section])
      .filter(([, ranges]) => ranges.some(([first, last]) => this.releases.indexOf(first) <= at && at <= this.releases.indexOf(last)))
      .map(([fact]) => fact);
  }
}

/** An AWS call that is made somewhere in the controller's source. */
export interface AwsCall {
  /** The action that IAM checks, such as `ec2:DescribeSubnets`. */
  readonly action: string;
  /** Where it is made, from the root of the repository. */
  readonly file: string;
}
