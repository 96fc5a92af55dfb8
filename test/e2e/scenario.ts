import { Harness } from './harness';

/** One course of events in an account and a cluster of its own; what is not as it should be is thrown. */
export type Case = (harness: Harness) => Promise<void>;

/** Cases of one subject. */
export interface Scenario {
  readonly number: number;
  readonly name: string;
  /**
   * Releases of the controller whose programs it runs.
   *
   * @default ['v3.5.0']
   */
  readonly controllers?: readonly string[];
  /** Whether it takes the definitions of the Gateway API. */
  readonly gatewayApi?: boolean;
  /** Releases of the controller whose manifest files it installs. */
  readonly manifests?: readonly string[];
  /**
   * How long each case may take.
   *
   * @default 15
   */
  readonly minutes?: number;
  /** By name. Each begins with nothing. */
  readonly cases: Record<string, Case>;
}
