import { Stack, Token } from 'aws-cdk-lib';
import { ControllerCpu } from '../../src';

test.each([
  [ControllerCpu.millis(100), '100m'],
  [ControllerCpu.millis(1), '1m'],
  [ControllerCpu.units(0.5), '500m'],
  [ControllerCpu.units(0.001), '1m'],
  // 1.005 * 1000 is 1004.9999999999999.
  [ControllerCpu.units(1.005), '1005m'],
  [ControllerCpu.units(2), '2000m'],
  [ControllerCpu.of('0.25'), '0.25'],
  [ControllerCpu.of('2'), '2'],
])('%j', (cpu, quantity) => {
  expect(cpu._quantity).toBe(quantity);
});

test('a quantity may be a token', () => {
  expect(new Stack().resolve(ControllerCpu.of(Token.asString({ Ref: 'Cpu' }))._quantity)).toEqual({ Ref: 'Cpu' });
});

test.each([
  [() => ControllerCpu.millis(0), 'ControllerCpu.millis() must be whole thousandths of a processor, at least one, got 0; try ControllerCpu.millis(100)'],
  [() => ControllerCpu.millis(0.5), 'ControllerCpu.millis() must be whole thousandths of a processor, at least one, got 0.5; try ControllerCpu.millis(100)'],
  [() => ControllerCpu.units(0.0001), 'ControllerCpu.units() must be whole thousandths of a processor, at least one, got 0.0001; try ControllerCpu.millis(100)'],
  [() => ControllerCpu.units(Token.asNumber({ Ref: 'Cpu' })), 'ControllerCpu.units() must be known at synth, got "a token"; use ControllerCpu.of()'],
  [() => ControllerCpu.of('lots'), 'ControllerCpu.of() must be a quantity of processors, got "lots"; write it like "100m" or "0.5"'],
  [() => ControllerCpu.of('0.0001'), 'ControllerCpu.of() must be a quantity of processors, got "0.0001"; write it like "100m" or "0.5"'],
  [() => ControllerCpu.of('0m'), 'ControllerCpu.of() must be a quantity of processors, got "0m"; write it like "100m" or "0.5"'],
])('fails for %s', (make, message) => {
  expect(make).toThrow(new Error(message));
});
