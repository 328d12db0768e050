import {describe, expect, onTestFinished, test, vi} from 'vitest';
import {StoreError} from '../../src/credentials/store/error.ts';
import {DamagedRecordError} from '../../src/errors.ts';
import type {FakeUser} from '../support/fake-store.ts';
import {
  BUCKET,
  callsOf,
  createSetting,
  documentOf,
  ensure,
  keyOf,
  keysIn,
  LEASE_MILLISECONDS,
  PREFIX,
  RECORDS,
  revoke,
  type Setting,
  TENANT,
} from './iam-setup.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const DOWN = new StoreError('unreachable', 'cannot call the store: nobody listens');

describe('a new tenant', () => {
  test('takes nine calls, and none while the record is fresh', async () => {
    const setting = createSetting();
    const hook = setting.start();
    await ensure(hook);
    expect(callsOf(setting)).toEqual([
      'getObject',
      'getObject',
      'listObjects',
      'putObject',
      'createUser',
      'putUserPolicy',
      'listAccessKeys',
      'createAccessKey',
      'putObject',
    ]);
    setting.clock.now += 59_000;
    const again = await ensure(hook);
    expect(callsOf(setting)).toHaveLength(9);
    expect(again).toMatchObject({status: 'available', credentials: {generation: 1, mode: 'iam'}});
  });

  test('has one user, one key and one record, and a name nobody else can have', async () => {
    const setting = createSetting();
    const state = await ensure(setting.start());
    expect(keysIn(setting)).toEqual([expect.stringMatching(/^ps-east-alice-[0-9a-f]{8} /)]);
    expect(keysIn(setting)[0]?.split(' ')[1]).toBe(keyOf(state));
    expect([...(setting.store.buckets.get(RECORDS.bucket)?.keys() ?? [])]).toEqual([`east/${TENANT.uid}`]);
  });

  test("called like the store's admin touches nobody", async () => {
    const setting = createSetting();
    setting.store.users.set('kubeflow-admin', {keys: new Map([['ADMIN', 's']]), policies: new Map()});
    const tenant = {name: 'kubeflow-admin', uid: TENANT.uid};
    await ensure(setting.start(), {tenant, mayInherit: true});
    expect(keysIn(setting)).toContain('kubeflow-admin ADMIN');
    await revoke(setting.start(), setting, tenant);
    expect(keysIn(setting)).toEqual(['kubeflow-admin ADMIN']);
  });

  test('in the store nothing can be read without the key', async () => {
    const setting = createSetting();
    const state = await ensure(setting.start());
    const bytes = Buffer.concat(
      [...(setting.store.buckets.get(RECORDS.bucket)?.values() ?? [])].map(({body}) => Buffer.from(body)),
    );
    expect(bytes.includes(keyOf(state) as string)).toBe(false);
    expect(bytes.includes('alice')).toBe(false);
  });
});

describe('a tenant that has a key', () => {
  test('keeps it over a restart, and with a second hook', async () => {
    const setting = createSetting();
    const first = await ensure(setting.start());
    expect(keyOf(await ensure(setting.start()))).toBe(keyOf(first));
    expect(keyOf(await ensure(setting.start()))).toBe(keyOf(first));
    expect(keysIn(setting)).toHaveLength(1);
  });

  test.each([
    {what: 'its policy', damage: ({store}: Setting) => userOf(store).policies.clear()},
    {what: 'a key that nobody was given', damage: ({store}: Setting) => userOf(store).keys.set('STRAY', 's')},
  ])('has $what put right within a day', async ({damage}) => {
    const setting = createSetting();
    const hook = setting.start();
    const key = keyOf(await ensure(hook));
    damage(setting);
    setting.clock.now += DAY;
    expect(keyOf(await ensure(hook))).toBe(key);
    expect([...userOf(setting.store).policies.keys()]).toEqual(['profile-sync']);
    expect([...userOf(setting.store).keys.keys()]).toEqual([key]);
  });

  test('gets another one, with the next generation, where somebody deleted it in the store', async () => {
    const setting = createSetting();
    const hook = setting.start();
    await ensure(hook);
    userOf(setting.store).keys.clear();
    setting.clock.now += DAY;
    expect(await ensure(hook)).toMatchObject({credentials: {generation: 2}});
    expect(keysIn(setting)).toHaveLength(1);
  });

  test('has its policy put right at once when the values change it', async () => {
    const setting = createSetting();
    const hook = setting.start();
    const key = keyOf(await ensure(hook));
    const prefixes = [PREFIX, 'private/alice/'];
    expect(keyOf(await ensure(hook, {prefixes}))).toBe(key);
    expect(userOf(setting.store).policies.get('profile-sync')).toEqual(documentOf(prefixes));
  });

  test('gets no new one for a Profile that is released', async () => {
    const setting = createSetting();
    expect(await ensure(setting.start(), {mayChange: false})).toMatchObject({status: 'unavailable'});
    expect(setting.store.users.size).toBe(0);
    const key = keyOf(await ensure(setting.start()));
    expect(keyOf(await ensure(setting.start(), {mayChange: false, prefixes: ['x/alice/']}))).toBe(key);
    expect(userOf(setting.store).policies.get('profile-sync')).toEqual(documentOf([PREFIX]));
  });
});

describe('while the store is down', () => {
  test('a tenant keeps the key known before, and the answer says since when and why', async () => {
    const setting = createSetting();
    const hook = setting.start();
    const key = keyOf(await ensure(hook));
    setting.store.onCall = () => ({at: 'before', what: DOWN});
    setting.clock.now += 61_000;
    const state = await ensure(hook);
    expect(keyOf(state)).toBe(key);
    expect(state).toMatchObject({
      freshForSeconds: 0,
      warning: 'the store cannot be used since 2026-01-01T00:01:01Z: cannot call the store: nobody listens',
    });
    setting.clock.now += DAY;
    expect(await ensure(hook)).toMatchObject({
      warning: expect.stringContaining('since 2026-01-01T00:01:01Z'),
    });
  });

  test('a hook that has just started knows none, and mints none', async () => {
    const setting = createSetting();
    await ensure(setting.start());
    setting.store.onCall = () => ({at: 'before', what: DOWN});
    expect(await ensure(setting.start())).toMatchObject({status: 'unavailable', retryAfterSeconds: 2});
    setting.store.onCall = () => undefined;
    expect(keysIn(setting)).toHaveLength(1);
  });

  test('it is not asked for the same tenant again before a while, longer each time', async () => {
    const setting = createSetting();
    const hook = setting.start();
    setting.store.onCall = () => ({at: 'before', what: DOWN});
    const waits = [];
    for (let round = 0; round < 9; round++) {
      const state = await ensure(hook);
      const calls = setting.store.calls.length;
      await ensure(hook);
      expect(setting.store.calls).toHaveLength(calls);
      const seconds = state.status === 'unavailable' ? state.retryAfterSeconds : 0;
      waits.push(seconds);
      setting.clock.now += seconds * 1000;
    }
    expect(waits).toEqual([2, 4, 8, 16, 32, 64, 120, 120, 120]);
  });
});

describe('two hooks', () => {
  test('that are asked at once make one key, and the other waits a moment', async () => {
    const setting = createSetting();
    const hooks = [setting.start(), setting.start()] as const;
    const states = await Promise.all(hooks.map(hook => ensure(hook)));
    expect(states.map(({status}) => status).sort()).toEqual(['available', 'unavailable']);
    expect(states.find(({status}) => status === 'unavailable')).toMatchObject({retryAfterSeconds: 5});
    expect(keysIn(setting)).toHaveLength(1);
  });

  test('take over from one that died, when its lease has ended', async () => {
    const setting = createSetting();
    setting.store.onCall = ({name}) =>
      name === 'createAccessKey' ? {at: 'after', what: 'crash'} : undefined;
    await expect(ensure(setting.start())).rejects.toThrow();
    setting.store.onCall = () => undefined;
    const second = setting.start();
    expect(await ensure(second)).toMatchObject({status: 'unavailable', retryAfterSeconds: 5});
    setting.clock.now += LEASE_MILLISECONDS;
    const key = keyOf(await ensure(second));
    expect(keysIn(setting)).toEqual([expect.stringContaining(key as string)]);
  });
});

describe('a damaged record', () => {
  test.each([
    {what: 'is no record', body: Buffer.from('{}')},
    {what: 'was changed', change: (body: Buffer) => body.fill(0, body.length - 4)},
    {what: 'is sealed with a key that is gone', seal: Buffer.alloc(32, 8)},
  ])('that $what is never taken for an absent one: nothing is minted', async ({body, change}) => {
    const setting = createSetting();
    await ensure(setting.start());
    const objects = setting.store.buckets.get(RECORDS.bucket);
    const key = `east/${TENANT.uid}`;
    const old = objects?.get(key);
    const bytes = Buffer.from(old?.body ?? []);
    const broken = body ?? (change ? change(bytes) : bytes.fill(9, 4, 12));
    objects?.set(key, {body: broken, etag: 'other'});
    await expect(ensure(setting.start())).rejects.toThrow(DamagedRecordError);
    await expect(revoke(setting.start(), setting)).rejects.toThrow(DamagedRecordError);
    expect(setting.told).toEqual(['minted alice', 'damaged alice', 'damaged alice']);
    expect(keysIn(setting)).toHaveLength(1);
  });

  test('moved from another tenant does not open', async () => {
    const setting = createSetting();
    await ensure(setting.start());
    const objects = setting.store.buckets.get(RECORDS.bucket);
    const record = objects?.get(`east/${TENANT.uid}`);
    if (record) objects?.set('east/other', record);
    const tenant = {name: 'mallory', uid: 'other'};
    await expect(ensure(setting.start(), {tenant, prefixes: ['p/mallory/']})).rejects.toThrow(
      DamagedRecordError,
    );
  });
});

describe('a name used again', () => {
  const heir = {name: 'alice', uid: '6a1c5a7e-0000-4000-8000-000000000002'};

  test('gets no key while a tombstone or artifacts are there, unless the admin says so', async () => {
    const setting = createSetting();
    await ensure(setting.start());
    expect(await revoke(setting.start(), setting)).toEqual({done: true});
    const refused = await ensure(setting.start(), {tenant: heir});
    expect(refused).toMatchObject({
      status: 'unavailable',
      reason: `a Profile of this name was deleted; values.reuse has to name this one, {name: alice, uid: ${heir.uid}}, before it gets them`,
    });
    expect(keysIn(setting)).toEqual([]);
    expect(await ensure(setting.start(), {tenant: heir, mayInherit: true})).toMatchObject({
      status: 'available',
    });
  });

  test('gets no key while artifacts stand in its prefix', async () => {
    const setting = createSetting();
    setting.store.buckets.get(BUCKET)?.set(`${PREFIX}model`, {body: Buffer.from('x'), etag: 'e'});
    expect(await ensure(setting.start())).toMatchObject({
      status: 'unavailable',
      reason: expect.stringContaining(`there are artifacts in ${BUCKET}/${PREFIX}`),
    });
    expect(setting.store.users.size).toBe(0);
  });
});

test('a key that an admin deletes is minted anew with the next policy, under the next generation', async () => {
  const setting = createSetting();
  const before = await ensure(setting.start());
  const [user] = [...setting.store.users.values()] as [FakeUser];
  user.keys.clear();
  const policyOf = () => ({name: 'profile-sync', document: documentOf([]), hash: 'another'});
  const after = await ensure(setting.start({policyOf}));
  expect(keyOf(after)).not.toBe(keyOf(before));
  expect([...user.keys.keys()]).toEqual([keyOf(after)]);
  expect(after).toMatchObject({credentials: {generation: 2}});
});

describe('a namespace that sync.py served', () => {
  function served(policy = 'KubeflowProjectalice'): Setting {
    const setting = createSetting();
    setting.store.buckets.get(BUCKET)?.set(`${PREFIX}model`, {body: Buffer.from('x'), etag: 'e'});
    setting.store.users.set('alice', {keys: new Map([['OLD', 's']]), policies: new Map([[policy, {}]])});
    return setting;
  }

  test('gets a key of its own, and the old user ends with the overlap; artifacts stay', async () => {
    const setting = served();
    const hook = setting.start();
    await ensure(hook, {mayInherit: true});
    expect(callsOf(setting)).toHaveLength(10);
    expect(setting.store.users.has('alice')).toBe(true);
    setting.clock.now += DAY;
    await ensure(hook, {mayInherit: true});
    expect([...setting.store.users.keys()]).toEqual([expect.stringMatching(/^ps-east-alice-/)]);
    expect(setting.store.buckets.get(BUCKET)?.size).toBe(1);
  });

  test('keeps the old user where it has another policy, or the key that we sign with', async () => {
    for (const change of [
      (setting: Setting) => setting.store.users.get('alice')?.policies.set('other', {}),
      (setting: Setting) => setting.store.users.get('alice')?.keys.set(setting.store.adminKey.id, 's'),
    ]) {
      const setting = served();
      const hook = setting.start();
      await ensure(hook, {mayInherit: true});
      change(setting);
      setting.clock.now += DAY;
      await ensure(hook, {mayInherit: true});
      expect(setting.store.users.has('alice')).toBe(true);
    }
  });

  test('loses the old user without any artifacts too', async () => {
    const setting = served();
    setting.store.buckets.get(BUCKET)?.clear();
    const hook = setting.start();
    await ensure(hook, {mayInherit: true});
    expect(setting.store.users.has('alice')).toBe(true);
    setting.clock.now += DAY;
    await ensure(hook, {mayInherit: true});
    expect([...setting.store.users.keys()]).toEqual([expect.stringMatching(/^ps-east-alice-/)]);
  });

  test('is gone where its removal was cut off before the user', async () => {
    const setting = served();
    await ensure(setting.start(), {mayInherit: true});
    setting.store.onCall = ({name}) => (name === 'deleteUser' ? {at: 'before', what: DOWN} : undefined);
    expect(await revoke(setting.start(), setting)).toMatchObject({done: false});
    setting.clock.now += LEASE_MILLISECONDS;
    const alice = setting.store.users.get('alice');
    alice?.keys.clear();
    alice?.policies.clear();
    setting.store.onCall = () => undefined;
    expect(await revoke(setting.start(), setting)).toEqual({done: true});
    expect(setting.store.users.size).toBe(0);
  });

  test('ends at once where a Profile that may not inherit gets its name', async () => {
    const setting = served();
    setting.store.buckets.get(BUCKET)?.clear();
    await ensure(setting.start(), {followsSyncPy: true});
    expect([...setting.store.users.keys()]).toEqual([expect.stringMatching(/^ps-east-alice-/)]);
  });

  test('is not looked for where there never was a sync.py', async () => {
    const setting = served();
    setting.store.buckets.get(BUCKET)?.clear();
    await ensure(setting.start());
    expect(callsOf(setting)).not.toContain('listUserPolicies');
  });

  test('counts as one that it did not, where the hook may look at its own users alone', async () => {
    const setting = served();
    const denied = new StoreError('denied', 'cannot call listUserPolicies: the store answered 403');
    const onCall: Setting['store']['onCall'] = ({name}) =>
      name === 'listUserPolicies' ? {at: 'before', what: denied} : undefined;
    setting.store.onCall = onCall;
    expect(await ensure(setting.start(), {mayInherit: true})).toMatchObject({status: 'available'});
    expect(setting.store.users.has('alice')).toBe(true);
  });

  test('leaves no old user behind when its Profile goes first', async () => {
    const setting = served();
    await ensure(setting.start(), {mayInherit: true});
    expect(await revoke(setting.start(), setting)).toEqual({done: true});
    expect(setting.store.users.size).toBe(0);
  });
});

describe('a deleted Profile', () => {
  test('is done where it never had a record', async () => {
    const setting = createSetting();
    expect(await revoke(setting.start(), setting)).toEqual({done: true});
    expect(callsOf(setting)).toEqual(['getObject']);
  });

  test('loses keys, policy, user and record; its artifacts stay under a tombstone', async () => {
    const setting = createSetting();
    setting.store.buckets
      .get(BUCKET)
      ?.set('private-artifacts/bob/model', {body: Buffer.from('x'), etag: 'e'});
    const hook = setting.start();
    await ensure(hook);
    setting.store.buckets.get(BUCKET)?.set(`${PREFIX}model`, {body: Buffer.from('x'), etag: 'e'});
    expect(await revoke(hook, setting)).toEqual({done: true});
    expect(setting.store.users.size).toBe(0);
    expect([...(setting.store.buckets.get(RECORDS.bucket)?.keys() ?? [])]).toEqual(['east/tombstones/alice']);
    expect(setting.store.buckets.get(BUCKET)?.size).toBe(2);
    expect(setting.told).toEqual(['minted alice', 'revoked alice']);
  });

  test('loses its artifacts alone by reclaimPolicy Delete, a bounded part in one call, and leaves its name free', async () => {
    const setting = createSetting();
    setting.settings.current = {...setting.settings.current, reclaimPolicy: 'Delete'};
    const hook = setting.start();
    await ensure(hook);
    const objects = setting.store.buckets.get(BUCKET);
    for (let count = 0; count < 7500; count++)
      objects?.set(`${PREFIX}${count}`, {body: Buffer.from(''), etag: 'e'});
    objects?.set('private-artifacts/alice-2/model', {body: Buffer.from(''), etag: 'e'});
    expect(await revoke(hook, setting)).toMatchObject({done: false, retryAfterSeconds: 1});
    expect(objects?.size).toBe(2501);
    expect(await revoke(hook, setting)).toEqual({done: true});
    expect([...(objects?.keys() ?? [])]).toEqual(['private-artifacts/alice-2/model']);
    objects?.clear();
    const heir = {name: 'alice', uid: '6a1c5a7e-0000-4000-8000-0000000000aa'};
    expect(await ensure(hook, {tenant: heir})).toMatchObject({status: 'available'});
  });

  test('stops in time on a store that deletes slowly, and is not abandoned while it goes on', async () => {
    vi.useFakeTimers({toFake: ['performance']});
    onTestFinished(() => void vi.useRealTimers());
    const setting = createSetting();
    setting.settings.current = {...setting.settings.current, reclaimPolicy: 'Delete'};
    const hook = setting.start();
    await ensure(hook);
    const objects = setting.store.buckets.get(BUCKET);
    for (let count = 0; count < 2500; count++)
      objects?.set(`${PREFIX}${count}`, {body: Buffer.from(''), etag: 'e'});
    setting.store.onCall = ({name}) => {
      if (name === 'deleteObjects') vi.advanceTimersByTime(2500);
      return undefined;
    };
    expect(await revoke(hook, setting)).toMatchObject({done: false, retryAfterSeconds: 1});
    expect(objects?.size).toBe(1500);
  });

  test('counts an outage from its last success on', async () => {
    const setting = createSetting();
    setting.settings.current = {...setting.settings.current, reclaimPolicy: 'Delete'};
    const hook = setting.start();
    await ensure(hook);
    for (let count = 0; count < 7500; count++)
      setting.store.buckets.get(BUCKET)?.set(`${PREFIX}${count}`, {body: Buffer.from(''), etag: 'e'});
    const deletedAt = setting.clock.now / 1000;
    const ask = () => hook.revokeCredentials({tenant: TENANT, deletedAt});
    setting.store.onCall = () => ({at: 'before', what: DOWN});
    expect(await ask()).toMatchObject({done: false});
    setting.clock.now += DAY - 1000;
    setting.store.onCall = () => undefined;
    expect(await ask()).toMatchObject({done: false, retryAfterSeconds: 1});
    setting.clock.now += 2000;
    setting.store.onCall = () => ({at: 'before', what: DOWN});
    expect(await ask()).toMatchObject({done: false});
  });

  test.each(['Retain', 'Delete'] as const)(
    'gets no key by a sync that comes late (reclaimPolicy: %s)',
    async reclaimPolicy => {
      const setting = createSetting();
      setting.settings.current = {...setting.settings.current, reclaimPolicy};
      await ensure(setting.start());
      await revoke(setting.start(), setting);
      expect(await ensure(setting.start(), {mayInherit: true})).toMatchObject({
        status: 'unavailable',
        reason: 'this Profile was deleted',
      });
      expect(setting.store.users.size).toBe(0);
    },
  );

  test('loses what was granted to it before too, by reclaimPolicy Delete', async () => {
    const setting = createSetting();
    setting.settings.current = {...setting.settings.current, reclaimPolicy: 'Delete'};
    const hook = setting.start();
    await ensure(hook);
    await ensure(hook, {prefixes: ['models/alice/']});
    const objects = setting.store.buckets.get(BUCKET);
    for (const key of [`${PREFIX}x`, 'models/alice/x', 'models/bob/x'])
      objects?.set(key, {body: Buffer.from(''), etag: 'e'});
    expect(await revoke(hook, setting)).toEqual({done: true});
    expect([...(objects?.keys() ?? [])]).toEqual(['models/bob/x']);
  });

  test('waits for a store that is down, and is let go loudly when it has been for a day', async () => {
    const setting = createSetting();
    const hook = setting.start();
    await ensure(hook);
    setting.store.onCall = () => ({at: 'before', what: DOWN});
    const deletedAt = setting.clock.now / 1000;
    const ask = () => hook.revokeCredentials({tenant: TENANT, deletedAt});
    expect(await ask()).toMatchObject({
      done: false,
      reason: expect.stringContaining('since 2026-01-01T00:00:00Z'),
    });
    setting.clock.now += DAY - 1000;
    expect(await ask()).toMatchObject({done: false});
    setting.clock.now += 1000;
    expect(await ask()).toEqual({done: true});
    expect(setting.told.at(-1)).toMatch(/^abandoned alice: the store cannot be used/);
    // The answer may have been lost.
    setting.clock.now += 5000;
    expect(await ask()).toEqual({done: true});
  });

  test('is let go where IAM alone is gone, whatever the rest of the store answers to others', async () => {
    const setting = createSetting();
    const hook = setting.start();
    await ensure(hook);
    setting.store.onCall = ({name}) => (/User|AccessKey/.test(name) ? {at: 'before', what: DOWN} : undefined);
    const deletedAt = setting.clock.now / 1000;
    const told = [];
    for (let hour = 0; hour <= 24; hour++) {
      told.push(await hook.revokeCredentials({tenant: TENANT, deletedAt}));
      setting.clock.now += 60 * MINUTE;
      await ensure(hook, {tenant: {name: 'bob', uid: 'b'}, prefixes: ['p/bob/'], mayChange: false});
    }
    expect(told.slice(0, -1)).toEqual(
      Array.from({length: 24}, () => ({
        done: false,
        reason: expect.stringContaining('cannot be used since 2026-01-01T00:00:00Z'),
        retryAfterSeconds: expect.any(Number),
      })),
    );
    expect(told.at(-1)).toEqual({done: true});
    expect(setting.told.at(-1)).toMatch(/^abandoned alice/);
  });

  test('says again at once what is wrong, and not that another hook is at work', async () => {
    const setting = createSetting();
    const hook = setting.start();
    await ensure(hook);
    setting.store.onCall = ({name}) => (name === 'deleteAccessKey' ? {at: 'before', what: DOWN} : undefined);
    const reason = expect.stringContaining('nobody listens');
    expect(await revoke(hook, setting)).toMatchObject({done: false, reason});
    expect(await revoke(hook, setting)).toMatchObject({done: false, reason});
    setting.store.onCall = () => undefined;
    expect(await revoke(hook, setting)).toEqual({done: true});
  });

  test('is let go at once where the admin names it', async () => {
    const setting = createSetting();
    await ensure(setting.start());
    setting.store.onCall = () => ({at: 'before', what: DOWN});
    setting.settings.current = {...setting.settings.current, abandon: [TENANT.uid]};
    expect(await revoke(setting.start(), setting)).toEqual({done: true});
  });
});

function userOf(store: Setting['store']) {
  const user = [...store.users].find(([name]) => name.startsWith('ps-'))?.[1];
  if (!user) throw new Error('there is no user of ours');
  return user;
}
