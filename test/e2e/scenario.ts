import { Harness } from './harness';

/** One course of events in an account and a cluster of its own; what is not as it should be is thrown. */
export type Case = (harness: Harness) => Promise<void>;

/** Cases of one subject. */
export interface Scenario {
  readonly number: number;
  readonly name: string;
  /** By name. Each begins with nothing. */
  readonly cases: Record<string, Case>;
}
