import { Token } from 'aws-cdk-lib';
import { markInstances } from '../util/class-marker';
import { number, text } from '../util/kinds';
import { invalidProp } from '../util/messages';
import { isUnknown } from '../util/tokens';

/**
 * Processor time of a controller pod.
 */
export class ControllerCpu {
  /**
   * Thousandths of a processor.
   *
   * @param amount a whole number of at least 1: 100 is a tenth of a processor; no token
   */
  public static millis(amount: number): ControllerCpu {
    return fromThousandths('millis', amount, 1);
  }

  /**
   * Processors.
   *
   * @param amount at least 0.001, with at most three decimals: 0.5 is half a processor; no token
   */
  public static units(amount: number): ControllerCpu {
    return fromThousandths('units', amount, 1000);
  }

  /**
   * A quantity as Kubernetes writes it.
   *
   * @param quantity such as `100m` or `0.5`; tokens are accepted
   */
  public static of(quantity: string): ControllerCpu {
    text.check('ControllerCpu.of()', quantity);
    if (!isUnknown(quantity) && (!/^(\d+m|\d+(\.\d{1,3})?)$/.test(quantity) || parseFloat(quantity) === 0)) {
      throw invalidProp('ControllerCpu.of()', 'must be a quantity of processors', quantity, 'write it like "100m" or "0.5"');
    }
    return new ControllerCpu(quantity);
  }

  private constructor(
    /**
     * As Kubernetes writes it.
     *
     * @internal
     */
    public readonly _quantity: string,
  ) {}
}

markInstances(ControllerCpu, 'ControllerCpu');

function fromThousandths(unit: 'millis' | 'units', amount: number, thousandths: number): ControllerCpu {
  const factory = `ControllerCpu.${unit}()`;
  number.check(factory, amount);
  if (Token.isUnresolved(amount)) throw invalidProp(factory, 'must be known at synth', 'a token', 'use ControllerCpu.of()');
  // A product of decimals is off by far less than what a fourth decimal would be.
  const millis = Number((amount * thousandths).toFixed(6));
  if (!Number.isInteger(millis) || millis < 1) {
    throw invalidProp(factory, 'must be whole thousandths of a processor, at least one', amount, 'try ControllerCpu.millis(100)');
  }
  return ControllerCpu.of(`${millis}m`);
}
