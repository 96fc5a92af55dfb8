import { ApiCall } from './api-call';

/** An error in place of AWS's answer, or no answer at all. */
export interface Fault {
  /** Such as `ec2:DeleteSecurityGroup`. */
  readonly action: string;
  /** Calls that it befalls, of that action. @default - all */
  readonly fits?: (call: ApiCall) => boolean;
  /** How many calls it befalls. @default - all */
  readonly times?: number;
  /** Error code, such as `Throttling`. */
  readonly code: string;
  /** @default 400 */
  readonly status?: number;
  /** Time that passes before: longer than the caller's patience, it gets no answer. @default 0 */
  readonly delayMillis?: number;
}

/** The faults that are in force. */
export class Faults {
  private readonly faults: { fault: Fault; left: number }[] = [];

  public inject(fault: Fault): void {
    this.faults.push({ fault, left: fault.times ?? Infinity });
  }

  public clear(): void {
    this.faults.length = 0;
  }

  /** The fault that a call meets, and counts it. */
  public take(call: ApiCall): Fault | undefined {
    const found = this.faults.find(({ fault, left }) => left > 0 && fault.action === `${call.service}:${call.action}` && (fault.fits?.(call) ?? true));
    if (found) {
      found.left -= 1;
    }
    return found?.fault;
  }
}
