import { Lazy, Stack } from 'aws-cdk-lib';
import { renderChartValues } from '../../src/controller/render-values';
import { context } from '../support/chart-fixtures';
import { ControllerOptions, LoadBalancerScheme } from '../support/subject';

const values = (options: ControllerOptions) => renderChartValues(options, context()).values as any;

test('the class has a name of one\'s own and can be the default one', () => {
  expect(values({ ingressClassName: 'public.example', defaultIngressClass: true })).toMatchObject({
    ingressClass: 'public.example', createIngressClassResource: true, ingressClassConfig: { default: true },
  });
});

test('the class has the settings that it is given, and none by default', () => {
  expect(values({ ingressClassParams: { groupName: 'shared', scheme: LoadBalancerScheme.INTERNAL } }).ingressClassParams)
    .toEqual({ spec: { group: { name: 'shared' }, scheme: 'internal' } });
  expect(values({})).not.toHaveProperty('ingressClassParams');
});

test('the class can be somebody else\'s', () => {
  expect(values({ createIngressClass: false }).createIngressClassResource).toBe(false);
});

test.each([
  ['defaultIngressClass', true, 'true'],
  ['ingressClassParams', { groupName: 'g' }, '{"groupName":"g"}'],
])('fails for %s of a class that the chart does not define', (prop, value, got) => {
  expect(() => values({ createIngressClass: false, [prop]: value })).toThrow(new Error(
    `${prop} must be left out where the chart does not define the IngressClass, got ${got}; set createIngressClass to true`));
});

test.each(['Public', '-a', 'a..b', '', 'a'.repeat(254)])('fails for the name %j', (ingressClassName) => {
  expect(() => values({ ingressClassName })).toThrow(new Error(
    `ingressClassName must be a DNS subdomain (labels of a-z, 0-9 and '-', joined by '.', at most 253 characters), got "${ingressClassName}"; rename it`));
});

test('the class takes a name that is a token', () => {
  expect(new Stack().resolve(values({ ingressClassName: Lazy.string({ produce: () => 'UP' }) }).ingressClass)).toBe('UP');
});
