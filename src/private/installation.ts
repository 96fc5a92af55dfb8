import { Duration } from 'aws-cdk-lib';
import { refusal } from './messages';
import type { ControllerOptions } from '../controller-options';

/** Time, of the handler's 15 minutes, that is left after Helm's own: to log in, fetch the chart, and answer CloudFormation. */
const LONGEST = Duration.minutes(14);

/** With `atomic` Helm waits, and on failure rolls back and waits again, all within one life of the handler. */
const LONGEST_ATOMIC = Duration.minutes(10);

/** Renders the props of `HelmChart`, in both EKS modules, that say how Helm goes about it. */
export function renderInstallation(options: ControllerOptions) {
  const atomic = options.atomic ?? true;
  const timeout = options.installTimeout ?? Duration.minutes(10);
  const longest = atomic ? LONGEST_ATOMIC : LONGEST;
  if (timeout.isUnresolved()) throw refusal('installTimeout', 'must be known at synth', 'a token', 'use a literal Duration');
  const seconds = timeout.toMilliseconds() / 1000;
  if (seconds < 1 || seconds > longest.toSeconds() || !Number.isInteger(seconds)) {
    throw refusal('installTimeout', `must be whole seconds, at least one and at most ${longest.toMinutes()} minutes ${atomic ? 'with' : 'without'} atomic`,
      `${seconds} seconds`, atomic ? 'shorten it, or set atomic to false for up to 14 minutes' : 'shorten it');
  }
  // Waiting is not an option: an Ingress made before the webhooks answer is refused.
  return { wait: true, atomic, timeout, removalPolicy: options.removalPolicy };
}
