import {describe, expect, test} from 'vitest';
import {DAY_SECONDS, leftIn, misbehave, recover, startFaultHook} from './fault-hook.ts';
import {CUT, type FaultRow, HANG, halfOf, refuse} from './fault-table.ts';

type Row = Pick<FaultRow, 'fault' | 'call' | 'nth' | 'at' | 'answer' | 'closed' | 'says' | 'resync'>;

const GONE = {users: [], records: ['tombstones/alice']};

const ROWS: readonly Row[] = [
  {
    fault: 'the S3 port is closed',
    closed: 's3',
    says: 'GetObject: the connection failed with ECONNREFUSED',
    resync: 2,
  },
  {
    fault: 'the IAM port is closed',
    closed: 'iam',
    says: 'ListUserPolicies: the connection failed with ECONNREFUSED',
    resync: 2,
  },
  {
    fault: 'the record cannot be read',
    call: 'GetObject',
    answer: HANG,
    says: 'GetObject: no answer in time',
    resync: 2,
  },
  {
    fault: 'the lease is refused',
    call: 'PutObject',
    answer: refuse(503, 'SlowDown'),
    says: 'PutObject: the store answered 503 SlowDown',
    resync: 2,
  },
  {
    fault: 'the lease is taken, and the answer lost',
    call: 'PutObject',
    at: 'after',
    answer: HANG,
    says: 'PutObject: no answer in time',
    resync: 60,
  },
  {
    fault: 'the policies are not listed: 403 for our key',
    call: 'ListUserPolicies',
    answer: refuse(403, 'AccessDenied'),
    says: 'ListUserPolicies: the store answered 403 AccessDenied',
    resync: 2,
  },
  {
    fault: 'half a list of keys',
    call: 'ListAccessKeys',
    at: 'after',
    answer: halfOf,
    says: 'ListAccessKeys: the answer is no whole ListAccessKeysResponse',
    resync: 2,
  },
  {
    fault: 'the key is not deleted: the clocks differ',
    call: 'DeleteAccessKey',
    answer: refuse(403, 'RequestTimeTooSkewed'),
    says: 'DeleteAccessKey: the store answered 403 RequestTimeTooSkewed',
    resync: 2,
  },
  {
    fault: 'the key is deleted, and the answer lost',
    call: 'DeleteAccessKey',
    at: 'after',
    answer: HANG,
    says: 'DeleteAccessKey: no answer in time',
    resync: 60,
  },
  {
    fault: 'the policy is not deleted: 500',
    call: 'DeleteUserPolicy',
    answer: refuse(500, 'InternalError'),
    says: 'DeleteUserPolicy: the store answered 500 InternalError',
    resync: 60,
  },
  {
    fault: 'the user is not deleted: slow down',
    call: 'DeleteUser',
    answer: refuse(503, 'SlowDown'),
    says: 'DeleteUser: the store answered 503 SlowDown',
    resync: 2,
  },
  {
    fault: 'the user is not deleted, whatever the answer says',
    call: 'DeleteUser',
    answer: response => void response.end('<DeleteUserResponse></DeleteUserResponse>'),
    says: 'cannot delete user ps-east-alice-',
    resync: 2,
  },
  {
    fault: 'the user is deleted, and the connection breaks',
    call: 'DeleteUser',
    at: 'after',
    answer: CUT,
    says: 'DeleteUser: the connection failed',
    resync: 60,
  },
  {
    fault: 'the tombstone is not written',
    call: 'PutObject',
    nth: 2,
    answer: refuse(500, 'InternalError'),
    says: 'PutObject: the store answered 500 InternalError',
    resync: 60,
  },
  {
    fault: 'the record is not deleted',
    call: 'DeleteObject',
    answer: refuse(403, 'AccessDenied'),
    says: 'DeleteObject: the store answered 403 AccessDenied',
    resync: 2,
  },
  {
    fault: 'the record is deleted, and the answer lost',
    call: 'DeleteObject',
    at: 'after',
    answer: HANG,
    says: 'DeleteObject: no answer in time',
    resync: 60,
  },
];

describe('a deleted Profile', () => {
  test.each(ROWS)('waits, and says why: $fault', async row => {
    const setting = await startFaultHook();
    const hook = setting.start();
    await hook.sync();
    await misbehave(setting, row);
    const seen = await hook.finalize();
    expect(seen).toMatchObject({status: 200, finalized: false, resyncAfterSeconds: row.resync, others: 0});
    expect(seen.condition).toMatchObject({status: 'False', message: expect.stringContaining(row.says)});
    expect(seen.condition?.message).toContain('since 2026-01-01T00:00:00Z');
    await recover(setting);
    setting.wait(61);
    expect(await hook.finalize()).toMatchObject({status: 200, finalized: true});
    expect(await leftIn(setting)).toEqual(GONE);
  });

  test('that never had a key waits for a store that is down, for that is not known', async () => {
    const setting = await startFaultHook();
    await misbehave(setting, {closed: 's3'});
    expect(await setting.start().finalize()).toMatchObject({status: 200, finalized: false});
    await recover(setting);
    expect(await setting.start().finalize()).toMatchObject({finalized: true});
    expect(await leftIn(setting)).toEqual({users: [], records: []});
  });

  test('is let go after abandonAfter, once, with an alarm; what it had stays for sweep', async () => {
    const setting = await startFaultHook();
    const hook = setting.start();
    const {key} = await hook.sync();
    await misbehave(setting, {closed: 'iam'});
    expect(await hook.finalize()).toMatchObject({finalized: false});
    setting.wait(DAY_SECONDS - 1);
    expect(await hook.finalize()).toMatchObject({finalized: false});
    setting.wait(1);
    expect(await hook.finalize()).toMatchObject({status: 200, finalized: true});
    expect(await setting.metrics.text()).toContain('tenant_keys_total{event="abandoned"} 1');
    const alarms = setting.lines.filter(line => line.includes('run profile-sync sweep'));
    expect(alarms).toEqual([expect.stringMatching(/^\{"level":50,.*"profile":"alice"/)]);
    expect(await leftIn(setting)).toEqual({
      users: [`ps-east-alice ${key} profile-sync`],
      records: ['record'],
    });
  });
});
