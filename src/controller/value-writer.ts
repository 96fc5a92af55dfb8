import { KeyStatus, keyStatus } from './chart-values';
import type { ControllerVersion } from '../release/controller-version';
import { deepMerge } from '../util/maps';
import { invalidProp } from '../util/messages';

/**
 * Collects chart values of one release, and keeps out what its chart would ignore.
 */
export class ValueWriter {
  private readonly collected: { [key: string]: unknown } = {};

  constructor(private readonly version: ControllerVersion) {}

  /** A value this library sets by itself: left out where the chart has no such key, and does without. */
  public own(path: string, value: unknown) {
    if (value !== undefined && this.status(path).known) this.write(path, value);
  }

  /** A value the user asked for with a prop: rejected where the chart has no such key. */
  public prop(prop: string, path: string, value: unknown) {
    if (value === undefined) return;
    const status = this.status(path);
    if (!status.known) throw invalidProp(prop, `must be left out with a chart that lacks it (${where(path, status)})`, this.version.chartVersion, remedy(status));
    this.write(path, value);
  }

  public get values(): { [key: string]: unknown } {
    return this.collected;
  }

  private status(path: string): KeyStatus {
    return keyStatus(this.version, path.split('.'));
  }

  private write(path: string, value: unknown) {
    const [top, ...below] = path.split('.');
    const nested = below.reduceRight<unknown>((inner, key) => ({ [key]: inner }), value);
    // Of the key at the top alone: the rest is what it was.
    Object.assign(this.collected, deepMerge({ [top]: this.collected[top] }, { [top]: nested }));
  }
}

/** Which charts have a key, for a message about one that does not. */
export function where(path: string, status: KeyStatus): string {
  if (status.known || status.since === undefined) return `no chart has ${path}`;
  return status.until === undefined ? `${path} came with chart ${status.since}` : `${path} is in charts ${status.since} up to ${status.until} only`;
}

function remedy(status: KeyStatus): string {
  return !status.known && status.since !== undefined && status.until === undefined
    ? `use a ControllerVersion with chart ${status.since} or later, or leave it out`
    : 'leave it out';
}
