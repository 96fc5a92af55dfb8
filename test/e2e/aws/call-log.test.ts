import { CallLog } from './call-log';

jest.mock('fs', () => ({ ...jest.requireActual('fs'), appendFileSync: () => undefined, mkdirSync: () => undefined }));

const CALL = { caller: 'role', service: 'ec2', action: 'DeleteVpc', params: {}, status: 403 };
const DENIED = { ...CALL, denied: [{ action: 'ec2:DeleteVpc', resource: '*', context: {} }] };

test('what is denied or unexpected is an offence, once', () => {
  const calls = new CallLog();
  [DENIED, DENIED, { ...CALL, status: 200 }, { ...CALL, action: 'RunInstances', unexpected: 'never here' }].forEach((call) => calls.add(call));
  expect(calls.offences).toEqual([
    expect.stringContaining('{"Effect":"Allow","Action":"ec2:DeleteVpc","Resource":"*"}'), 'role called ec2:RunInstances: never here',
  ]);
});

test('but not where a scenario means it', () => {
  const calls = new CallLog();
  calls.add(DENIED);
  calls.tolerate(({ action }) => action === 'DeleteVpc');
  expect(calls.offences).toEqual([]);
});
