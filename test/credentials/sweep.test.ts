import {describe, expect, test} from 'vitest';
import {findLeftovers, type SweepContext} from '../../src/credentials/sweep.ts';
import {
  BUCKET,
  createSetting,
  ensure,
  keysIn,
  PREFIX,
  RECORDS,
  revoke,
  type Setting,
  TENANT,
} from './iam-setup.ts';

const HOUR = 3600;
const BOB = {name: 'bob', uid: '6a1c5a7e-0000-4000-8000-00000000000b'};
const OF_ALICE = expect.stringMatching(
  /^user ps-east-alice-[0-9a-f]{8} of Profile alice \(uid 6a1c5a7e-[0-9a-f-]+\)$/,
);

/** A store in which two Profiles have been for two hours. */
async function createStore(): Promise<Setting> {
  const setting = createSetting();
  await ensure(setting.start());
  await ensure(setting.start(), {tenant: BOB, prefixes: ['private-artifacts/bob/']});
  setting.clock.now += 2 * HOUR * 1000;
  return setting;
}

function sweepOf({store, records, clock}: Setting, difference: Partial<SweepContext> = {}): SweepContext {
  const now = () => clock.now / 1000;
  return {
    ...store,
    records,
    recordBucket: RECORDS.bucket,
    adminKeyId: () => store.adminKey.id,
    settings: {clusterId: 'east', userPrefix: 'ps'},
    living: [],
    listedAt: now() - HOUR,
    nonce: () => 'sweep',
    now,
    budget: () => AbortSignal.timeout(1000),
    ...difference,
  };
}

/** Sweeps; what was found, and why some of it stays. */
async function sweep(setting: Setting, difference: Partial<SweepContext> = {}) {
  const lines = [];
  for (const {what, spared, problem, remove} of await findLeftovers(sweepOf(setting, difference))) {
    const kept = spared ?? problem;
    const failed =
      kept === undefined
        ? await remove().then(
            () => undefined,
            error => (error as Error).message,
          )
        : kept;
    lines.push({what, ...(failed && {stays: failed})});
  }
  return lines;
}

function addUser({store}: Setting, name: string, key = `KEY-${name}`): void {
  store.users.set(name, {keys: new Map([[key, 'secret']]), policies: new Map([['profile-sync', {}]])});
}

const namesOf = ({store}: Setting) => [...store.users.keys()].map(name => name.replace(/-[0-9a-f]{8}$/, ''));
const recordsOf = ({store}: Setting) => [...(store.buckets.get(RECORDS.bucket)?.keys() ?? [])];

describe('a sweep', () => {
  test('revokes the access of a Profile that is gone, through the record, and no other', async () => {
    const setting = await createStore();
    setting.store.buckets.get(BUCKET)?.set(`${PREFIX}model`, {body: Buffer.from('x'), etag: 'e'});
    expect(await sweep(setting, {living: [BOB]})).toEqual([{what: OF_ALICE}]);
    expect(namesOf(setting)).toEqual(['ps-east-bob']);
    expect(recordsOf(setting)).toEqual([`east/${BOB.uid}`, 'east/tombstones/alice']);
    expect(setting.store.buckets.get(BUCKET)?.size).toBe(1);
    expect(await sweep(setting, {living: [BOB]})).toEqual([]);
  });

  test('finds without changing anything', async () => {
    const setting = await createStore();
    const calls = setting.store.calls.length;
    expect(await findLeftovers(sweepOf(setting))).toHaveLength(2);
    const names = setting.store.calls.slice(calls).map(({name}) => name);
    expect(names.filter(name => !/^(list|get|is)/.test(name))).toEqual([]);
  });

  test('keeps artifacts, whatever reclaimPolicy says, and leaves a tombstone', async () => {
    const setting = await createStore();
    setting.settings.current = {...setting.settings.current, reclaimPolicy: 'Delete'};
    setting.store.buckets.get(BUCKET)?.set(`${PREFIX}model`, {body: Buffer.from('x'), etag: 'e'});
    expect(await sweep(setting, {living: [BOB]})).toEqual([{what: OF_ALICE}]);
    expect(setting.store.buckets.get(BUCKET)?.size).toBe(1);
    expect(setting.store.buckets.get(RECORDS.bucket)?.has('east/tombstones/alice')).toBe(true);
  });

  test('removes a user of ours that has no record, with all that it has', async () => {
    const setting = await createStore();
    addUser(setting, 'ps-east-carol-0123abcd');
    expect(await sweep(setting, {living: [TENANT, BOB]})).toEqual([
      {what: 'user ps-east-carol-0123abcd, which has no record'},
    ]);
    expect(namesOf(setting)).toEqual(['ps-east-alice', 'ps-east-bob']);
  });
});

describe('a sweep leaves alone', () => {
  test('users outside the prefix', async () => {
    const setting = await createStore();
    for (const name of [
      'kubeflow-admin',
      'ps-west-alice-0123abcd',
      'alice',
      'ps-eastern',
      'xps-east-alice-0123abcd',
    ])
      addUser(setting, name);
    await sweep(setting);
    expect(namesOf(setting)).toEqual([
      'kubeflow-admin',
      'ps-west-alice',
      'alice',
      'ps-eastern',
      'xps-east-alice',
    ]);
  });

  test('the user that an earlier controller made, be it adopted', async () => {
    const setting = createSetting();
    setting.store.users.set('alice', {
      keys: new Map([['OLD', 's']]),
      policies: new Map([['KubeflowProjectalice', {}]]),
    });
    setting.store.buckets.get(BUCKET)?.set(`${PREFIX}model`, {body: Buffer.from('x'), etag: 'e'});
    await ensure(setting.start(), {mayInherit: true});
    setting.clock.now += 2 * HOUR * 1000;
    expect(await sweep(setting)).toEqual([
      {what: expect.stringContaining('user alice, whom it had before, stays')},
    ]);
    expect(keysIn(setting)).toEqual(['alice OLD']);
  });

  test('a record that may be younger than the list, and a user whose Profile lost its record', async () => {
    const setting = await createStore();
    const carol = {name: 'carol', uid: '6a1c5a7e-0000-4000-8000-00000000000c'};
    await ensure(setting.start(), {tenant: carol, prefixes: ['private-artifacts/carol/']});
    setting.store.buckets.get(RECORDS.bucket)?.delete(`east/${TENANT.uid}`);
    expect(await sweep(setting, {living: [TENANT, BOB]})).toEqual([
      {what: expect.stringContaining('carol'), stays: 'its record may be younger than the list of Profiles'},
    ]);
    expect(keysIn(setting)).toHaveLength(3);
    setting.clock.now += HOUR * 1000;
    expect(await sweep(setting, {living: [TENANT, BOB]})).toEqual([{what: expect.stringContaining('carol')}]);
  });

  test('the user that has the admin key, with a record or without', async () => {
    const setting = await createStore();
    for (const {keys} of setting.store.users.values()) keys.set(setting.store.adminKey.id, 's');
    addUser(setting, 'ps-east-carol-0123abcd', setting.store.adminKey.id);
    const stays = 'cannot revoke it: the user has the admin key, which signs these calls';
    const found = await sweep(setting);
    expect(found.map(line => line.stays)).toEqual([stays, stays, stays]);
    expect(namesOf(setting)).toEqual(['ps-east-alice', 'ps-east-bob', 'ps-east-carol']);
  });

  test('users that may be of a cluster whose name begins like this one', async () => {
    const setting = await createStore();
    addUser(setting, 'ps-east-2-carol-0123abcd');
    setting.store.buckets.get(RECORDS.bucket)?.set('east-2/uid', {body: Buffer.from('x'), etag: 'e'});
    expect(await sweep(setting, {living: [TENANT, BOB]})).toEqual([
      {
        what: 'user ps-east-2-carol-0123abcd, which has no record',
        stays: 'it may be one of cluster east-2, which has records in the same bucket',
      },
    ]);
  });

  test('users without a record while one cannot be read, and goes on with the others', async () => {
    const setting = await createStore();
    const key = `east/${TENANT.uid}`;
    setting.store.buckets.get(RECORDS.bucket)?.set(key, {body: Buffer.from('damaged'), etag: 'e'});
    const found = await sweep(setting);
    expect(found).toEqual([
      {what: `record ${TENANT.uid}`, stays: `cannot read record ${key}: it is no record`},
      {what: expect.stringContaining('Profile bob')},
      {what: expect.stringContaining('alice'), stays: 'a record that cannot be read may be its own'},
    ]);
    expect(namesOf(setting)).toEqual(['ps-east-alice']);
  });

  test('what another hook is changing, and goes on with the others where one fails', async () => {
    const setting = await createStore();
    setting.store.onCall = ({name, args}) =>
      name === 'deleteAccessKey' && String(args[0]).includes('alice')
        ? {at: 'before', what: 'hang'}
        : undefined;
    const hung = await sweep(setting, {budget: () => AbortSignal.timeout(50)});
    expect(hung.map(({stays}) => stays)).toEqual([
      'cannot call deleteAccessKey: no answer in time',
      undefined,
    ]);
    setting.store.onCall = () => undefined;
    expect(await sweep(setting)).toEqual([
      {what: OF_ALICE, stays: 'cannot revoke it: another hook is changing this access'},
    ]);
    setting.clock.now += 61_000;
    expect(await sweep(setting)).toEqual([{what: OF_ALICE}]);
    expect(keysIn(setting)).toEqual([]);
  });
});

test('what abandonAfter let go is found and revoked', async () => {
  const setting = await createStore();
  const hook = setting.start();
  setting.settings.current = {...setting.settings.current, abandon: [TENANT.uid]};
  setting.store.onCall = () => ({at: 'before', what: 'hang'});
  expect(await revoke(setting.start({budget: () => AbortSignal.timeout(50)}), setting)).toEqual({done: true});
  setting.store.onCall = () => undefined;
  expect(await sweep(setting, {living: [BOB]})).toEqual([{what: OF_ALICE}]);
  expect(await ensure(hook, {mayChange: false})).toMatchObject({status: 'unavailable'});
});
