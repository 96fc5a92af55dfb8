import { CfnParameter, Stack, Token } from 'aws-cdk-lib';
import { ControllerVersion } from '../../src';
import {
  check, checkAgainstClass, contradictions, describe as describeOptions, Description, effective, Options, read, Reader, rejectFindings,
  toAnnotations, toSpec,
} from '../../src/options/option';
import { asText, cidr, flag, integer, json, listOf, mapOf, oneOf, pair, repeatableListOf, text } from '../../src/options/value-types';

const OPTIONS = {
  'scheme': { value: oneOf({ internal: true, external: 'v2.8.0' }), annotation: 'scheme', spec: 'scheme', shared: 'loadBalancer' },
  'cidrs': { value: repeatableListOf(cidr()), annotation: { at: 'cidrs', since: 'v2.5.0' }, spec: { at: 'inbound.cidrs', since: 'v2.7.0', autoMode: 'inboundCidrs' }, shared: 'port' },
  'units': { value: pair('Units', integer(1, 10)), annotation: 'capacity', spec: { at: 'capacity.units', before: { release: 'v2.14.0', at: 'capacity.Units' } } },
  'tags': { value: mapOf(), annotation: 'tags', spec: 'tags', shared: 'loadBalancer' },
  'port': { value: asText(integer(1, 65535)), field: 'redirect', plain: (given: unknown) => typeof given === 'boolean' ? undefined : given, annotation: 'port', spec: 'port' },
  'attributes': { value: mapOf(), annotation: 'attributes' },
  'logs': { value: mapOf(), plain: (bucket: string) => ({ 'logs.bucket': bucket }), annotation: 'attributes' },
  'check.path': { value: text('a path', /^\//), annotation: 'check-path', autoMode: 'none' },
  'selector': { value: json('a selector'), spec: 'selector', autoMode: 'spec' },
  'isOn': { value: flag(), annotation: 'is-on' },
} satisfies Options;
const TABLE: Options = OPTIONS;
const LATEST: Reader = { version: ControllerVersion._latest, autoMode: false };
const AUTO_MODE: Reader = { ...LATEST, autoMode: true };
const at = (version: ControllerVersion): Reader => ({ version, autoMode: false });

const describe_ = (given: object, prop = 'web') => describeOptions(TABLE, 'annotation', prop, given);
const ofClass = (given: object) => describeOptions(TABLE, 'spec', 'ingressClass', given);
const plain = (description: Description) => Object.fromEntries([...description].map(([name, { value }]) => [name, value]));
const readAll = (annotations: object, version = ControllerVersion._latest) => read(TABLE, 'Ingress shop/web', 'example.com/',
  Object.fromEntries(Object.entries(annotations).map(([key, value]) => [`example.com/${key}`, value])), at(version));

describe('fields are described', () => {
  test('by their names, those of nested structs with a dot', () => {
    expect(describe_({ scheme: 'internal', check: { path: '/x' }, unknown: 1 })).toEqual(new Map([
      ['scheme', { value: 'internal', at: 'web.scheme' }],
      ['check.path', { value: '/x', at: 'web.check.path' }],
    ]));
  });

  test('in one form only', () => {
    expect(plain(describe_({ selector: {}, isOn: true }))).toEqual({ isOn: true });
    expect(plain(ofClass({ selector: {}, isOn: true }))).toEqual({ selector: {} });
  });

  test('by a field of another name, which does not have to set the option', () => {
    expect(ofClass({ port: 8443 }).get('port')).toEqual({ value: 8443, at: 'ingressClass.port' });
    expect(ofClass({ redirect: 8443 }).get('port')).toEqual({ value: 8443, at: 'ingressClass.redirect' });
    expect(plain(describe_({ redirect: true }))).toEqual({});
  });
});

describe('annotations', () => {
  test('are formatted by key, and those in common merged', () => {
    const annotations = toAnnotations(TABLE, describe_({ scheme: 'internal', attributes: { b: '1' }, logs: 'bucket', units: 5, cidrs: ['10.0.0.0/8', '192.0.2.0/24'] }));
    expect(Object.entries(annotations)).toEqual([
      ['attributes', 'b=1,logs.bucket=bucket'], ['capacity', 'Units=5'], ['cidrs', '10.0.0.0/8,192.0.2.0/24'], ['scheme', 'internal'],
    ]);
  });

  test('are parsed', () => {
    const { description, findings } = readAll({ 'scheme': ' x', 'cidrs': '10.0.0.0/8, ,192.0.2.0/24', 'capacity': 'Units=7', 'tags': 'a=1, b = 2=3', 'port': '+80', 'is-on': 'T', 'other': '?' });
    expect(findings).toEqual([]);
    expect(plain(description)).toEqual({ scheme: ' x', cidrs: ['10.0.0.0/8', '192.0.2.0/24'], units: 7, tags: { a: '1', b: '2=3' }, port: 80, isOn: true });
    expect(description.get('units')!.at).toBe('Ingress shop/web example.com/capacity');
  });

  test.each([
    ['port', '80x', 'must be a whole number'],
    ['is-on', 'yes', 'must be true or false'],
    ['tags', 'a', 'must be pairs like key=value, separated by commas'],
    ['capacity', 'LCU=5', 'must be pairs like key=value, separated by commas'],
    ['scheme', 7, 'must be a string'],
    ['scheme', null, 'must be a string'],
  ])('%s: %j cannot be parsed', (key, value, rule) => {
    expect(readAll({ [key]: value })).toEqual({
      description: new Map(),
      findings: [{ at: `Ingress shop/web example.com/${key}`, rule, value, remedy: expect.any(String), warning: 'ingressAnnotationValue' }],
    });
  });

  test.each<[string, object | undefined, object | undefined]>([
    ['a=1\\,2', undefined, { a: '1,2' }],
    ['a = 1', { 'a ': ' 1' }, { a: '1' }],
    ['a=1,', { a: '1' }, { a: '1,' }],
    ['a=1,,b=2', { a: '1', b: '2' }, undefined],
    ['a=1,b', undefined, undefined],
    ['=1', undefined, undefined],
    ['', {}, {}],
  ])('the map %s is parsed as before v2.14.1, and since', (given, before, since) => {
    expect(plain(readAll({ tags: given }, ControllerVersion.V2_13_4).description).tags).toEqual(before);
    expect(plain(readAll({ tags: given }, ControllerVersion.V2_14_1).description).tags).toEqual(since);
  });

  test('of tokens are kept as they are, and never wrong', () => {
    const token = new CfnParameter(new Stack(), 'Scheme').valueAsString;
    const { description, findings } = readAll({ scheme: token, tags: token });
    expect(plain(description)).toEqual({ scheme: token, tags: token });
    expect([...findings, ...check(TABLE, 'annotation', description, LATEST)]).toEqual([]);
  });
});

describe('a mistake is the same', () => {
  test.each<[string, unknown, string, unknown, string, object]>([
    ['scheme', 'public', 'scheme', 'public', 'must be internal or external', {}],
    ['cidrs', ['10.0.0.1/8'], 'cidrs', '10.0.0.1/8', 'must have no bits set outside its prefix', { value: '10.0.0.1/8' }],
    ['units', 0, 'capacity', 'Units=0', 'must be a whole number from 1 to 10', { value: 0 }],
    ['scheme', 'external', 'scheme', 'external', 'must not be external before controller v2.8.0', { value: 'v2.7.2', warning: 'ingressAnnotationTooNew' }],
  ])('in the field %s and in an annotation', (field, value, key, formatted, rule, more) => {
    const reader = at(ControllerVersion.V2_7_2);
    const expected = { rule, warning: 'ingressAnnotationValue', ...more };
    expect(check(TABLE, 'annotation', describe_({ [field]: value }), reader)).toEqual([expect.objectContaining({ at: `web.${field}`, ...expected })]);
    expect(check(TABLE, 'annotation', readAll({ [key]: formatted }).description, reader))
      .toEqual([expect.objectContaining({ at: `Ingress shop/web example.com/${key}`, ...expected })]);
  });

  test('and becomes an error for a field', () => {
    expect(() => rejectFindings(check(TABLE, 'annotation', describe_({ units: 11 }), LATEST)))
      .toThrow(new Error('web.units must be a whole number from 1 to 10, got 11; correct it, or leave it out'));
    expect(() => rejectFindings(check(TABLE, 'annotation', describe_({ units: 10 }), LATEST))).not.toThrow();
  });
});

describe('values', () => {
  test.each<[object, string]>([
    [{ cidrs: [] }, 'must not be an empty list'],
    [{ tags: {} }, 'must have at least one key'],
    [{ tags: { 'a=b': '1' } }, "must have keys without '=', ',' or '\\' and without space around them"],
    [{ tags: { a: '1,2' } }, "must have values without ',' or '\\' and without space around them, as that of a"],
    [{ check: { path: 'x' } }, 'must be a path'],
  ])('%j is wrong', (given, rule) => {
    expect(check(TABLE, 'annotation', describe_(given), LATEST).map((finding) => finding.rule)).toEqual([rule]);
  });

  test('of a list do not repeat, or may', () => {
    const list = listOf(text());
    expect(list.fault(['a', 'b', 'a'])).toEqual({ rule: 'must not repeat text', value: 'a', remedy: 'list it once' });
    expect(repeatableListOf(text()).fault(['a', 'a'])).toBeUndefined();
    expect(list.fault(['a,b'])).toMatchObject({ value: 'a,b' });
    const token = Token.asString({ Ref: 'A' });
    expect(list.fault([token, token])).toBeUndefined();
  });

  test('that are number tokens are formatted', () => {
    const number = Token.asNumber({ Ref: 'N' });
    expect(new Stack().resolve(toAnnotations(TABLE, describe_({ units: number })))).toEqual({ capacity: { 'Fn::Join': ['', ['Units=', { Ref: 'N' }]] } });
    expect(check(TABLE, 'annotation', describe_({ units: number }), LATEST)).toEqual([]);
  });
});

describe('a release', () => {
  test('has options and values since they were added', () => {
    const faults = (version: ControllerVersion, form: 'annotation' | 'spec', given: object) => check(TABLE, form, describeOptions(TABLE, form, 'web', given), at(version));
    expect(faults(ControllerVersion.V2_4_7, 'annotation', { cidrs: ['10.0.0.0/8'] }))
      .toMatchObject([{ rule: 'must be used with controller v2.5.0 or later', value: 'v2.4.7', remedy: 'use a newer ControllerVersion' }]);
    expect(faults(ControllerVersion.V2_5_0, 'annotation', { cidrs: ['10.0.0.0/8'] })).toEqual([]);
    expect(faults(ControllerVersion.V2_6_2, 'spec', { cidrs: ['10.0.0.0/8'] }))
      .toMatchObject([{ rule: 'must be used with controller v2.7.0 or later', remedy: 'use a newer ControllerVersion, or leave it to the annotations of each Ingress' }]);
  });

  test('has its own spelling of a spec, and so does EKS Auto Mode', () => {
    const description = ofClass({ units: 3, cidrs: ['10.0.0.0/8'], tags: { b: '1', a: '2' }, port: 80 });
    const spec = { inbound: { cidrs: ['10.0.0.0/8'] }, capacity: { units: 3 }, tags: [{ key: 'a', value: '2' }, { key: 'b', value: '1' }], port: '80' };
    expect(toSpec(TABLE, description, LATEST)).toEqual(spec);
    expect(toSpec(TABLE, description, at(ControllerVersion.V2_13_4))).toEqual({ ...spec, capacity: { Units: 3 } });
    expect(toSpec(TABLE, description, AUTO_MODE)).toEqual({ ...spec, inbound: undefined, inboundCidrs: ['10.0.0.0/8'] });
  });

  test('EKS Auto Mode has some options in one form only', () => {
    expect(check(TABLE, 'annotation', describe_({ check: { path: '/' }, scheme: 'external' }), AUTO_MODE))
      .toMatchObject([{ at: 'web.check.path', rule: 'must be left out in EKS Auto Mode, which does not support it', remedy: 'leave it out' }]);
    expect(check(TABLE, 'spec', ofClass({ selector: {} }), AUTO_MODE)).toEqual([]);
  });
});

describe('the class', () => {
  const own = describe_({ scheme: 'internal', tags: { team: 'shop', stage: 'prod' }, isOn: true });

  test('takes precedence, in maps key by key', () => {
    expect(plain(effective(TABLE, own, ofClass({ scheme: 'external', tags: { team: 'web' }, units: 2 }))))
      .toEqual({ scheme: 'external', tags: { team: 'web', stage: 'prod' }, isOn: true, units: 2 });
  });

  test('makes options of its Ingresses ineffective', () => {
    expect(checkAgainstClass(TABLE, own, { name: 'alb', description: ofClass({ scheme: 'internal', tags: { team: 'web' } }) })).toMatchObject([
      { at: 'web.scheme', rule: 'must be left out where the class alb sets scheme', value: 'internal', warning: 'ingressSettingOverridden' },
      { at: 'web.tags', rule: 'must leave out what the class alb sets', value: 'team' },
    ]);
    expect(checkAgainstClass(TABLE, own, { name: 'alb', description: ofClass({ tags: { other: 'web' }, units: 1 }) })).toEqual([]);
  });
});

describe('members of a group', () => {
  test('contradict each other in what they share', () => {
    const raw = readAll({ 'scheme': 'internal', 'cidrs': '192.0.2.0/24,10.0.0.0/8', 'tags': 'team=b,x=1', 'capacity': 'Units=2', 'is-on': 'true' }).description;
    const own = describe_({ scheme: 'external', cidrs: ['10.0.0.0/8', '192.0.2.0/24'], tags: { team: 'a', y: '2' }, units: 3 });
    expect(contradictions(TABLE, raw, own).map(({ option, key, mine, other }) => [option, key, mine.value, other.value]))
      .toEqual([['scheme', undefined, 'internal', 'external'], ['tags', 'team', 'b', 'a']]);
  });

  test('do not where one value is a token', () => {
    const token = Token.asString({ Ref: 'A' });
    expect(contradictions(TABLE, describe_({ scheme: token, cidrs: [token] }), describe_({ scheme: 'internal', cidrs: ['10.0.0.0/8'] }))).toEqual([]);
  });
});

test('a list token is accepted, joined in annotations and kept in specs', () => {
  const stack = new Stack();
  const list = new CfnParameter(stack, 'Cidrs', { type: 'CommaDelimitedList' }).valueAsList;
  const description = describe_({ cidrs: list });
  expect(check(TABLE, 'annotation', description, LATEST)).toEqual([]);
  expect(stack.resolve(toAnnotations(TABLE, description))).toEqual({ cidrs: { 'Fn::Join': [',', { Ref: 'Cidrs' }] } });
  expect(stack.resolve(toSpec(TABLE, ofClass({ cidrs: list }), LATEST))).toEqual({ inbound: { cidrs: { Ref: 'Cidrs' } } });
});
