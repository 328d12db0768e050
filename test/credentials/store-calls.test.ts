import {describe, expect, test} from 'vitest';
import {BUCKET, callsOf, createSetting, ensure, PREFIX, revoke, type Setting, TENANT} from './iam-setup.ts';

const SECOND = 1000;
const DAY = 24 * 3600 * SECOND;
const HEIR = {name: 'alice', uid: '6a1c5a7e-0000-4000-8000-000000000002'};

/** How many calls to the store this takes. */
async function count(setting: Setting, work: () => Promise<unknown>): Promise<number> {
  const before = setting.store.calls.length;
  await work();
  return callsOf(setting, before).length;
}

async function createTenant() {
  const setting = createSetting();
  const hook = setting.start();
  await ensure(hook);
  return {setting, hook};
}

/** A namespace that sync.py served. */
function createServed(): Setting {
  const setting = createSetting();
  const policies = new Map([['KubeflowProjectalice', {}]]);
  setting.store.users.set('alice', {keys: new Map([['OLD', 's']]), policies});
  setting.store.buckets.get(BUCKET)?.set(`${PREFIX}model`, {body: Buffer.from('x'), etag: 'e'});
  return setting;
}

describe('calls to the store', () => {
  test('are 9 for a new tenant', async () => {
    const setting = createSetting();
    expect(await count(setting, () => ensure(setting.start()))).toBe(9);
  });

  test('are none for a minute, and then one a minute, however often is asked', async () => {
    const {setting, hook} = await createTenant();
    const ask = async (rounds: number) => {
      for (let round = 0; round < rounds; round++) {
        setting.clock.now += 5 * SECOND;
        await ensure(hook);
      }
    };
    expect(await count(setting, () => ask(11))).toBe(0);
    expect(await count(setting, () => ask(120))).toBe(10);
  });

  test('are 1 for a hook that starts and finds the tenant in order', async () => {
    const {setting} = await createTenant();
    expect(await count(setting, () => ensure(setting.start()))).toBe(1);
  });

  test('are 6 once a day, or where the policy changed: the store is made what the record says', async () => {
    const {setting, hook} = await createTenant();
    expect(await count(setting, () => ensure(hook, {prefixes: [PREFIX, 'private/alice/']}))).toBe(6);
    setting.clock.now += DAY;
    expect(await count(setting, () => ensure(hook))).toBe(6);
  });

  test('are 7 where the key has to be made again', async () => {
    const {setting, hook} = await createTenant();
    for (const {keys} of setting.store.users.values()) keys.clear();
    setting.clock.now += DAY;
    expect(await count(setting, () => ensure(hook))).toBe(7);
  });

  test('are 10 to adopt a namespace of sync.py, and 11 when its old user ends with the overlap', async () => {
    const setting = createServed();
    const hook = setting.start();
    expect(await count(setting, () => ensure(hook, {mayInherit: true}))).toBe(10);
    setting.clock.now += DAY;
    expect(await count(setting, () => ensure(hook, {mayInherit: true}))).toBe(11);
    expect(setting.store.users.has('alice')).toBe(false);
  });

  test('are 1 more for a new tenant while there may be users of sync.py, and 5 more to end one', async () => {
    const setting = createSetting();
    expect(await count(setting, () => ensure(setting.start(), {followsSyncPy: true}))).toBe(10);
    const served = createServed();
    served.store.buckets.get(BUCKET)?.clear();
    expect(await count(served, () => ensure(served.start(), {followsSyncPy: true}))).toBe(15);
  });

  test('are 3 for a name used again that gets no key', async () => {
    const {setting, hook} = await createTenant();
    await revoke(hook, setting);
    expect(await count(setting, () => ensure(hook, {tenant: HEIR}))).toBe(3);
  });

  test('are 11 to finalize, 5 more with an adopted user, and 1 where nothing is left', async () => {
    const {setting, hook} = await createTenant();
    expect(await count(setting, () => revoke(hook, setting))).toBe(11);
    expect(await count(setting, () => revoke(hook, setting))).toBe(1);
    const served = createServed();
    await ensure(served.start(), {mayInherit: true});
    expect(await count(served, () => revoke(served.start(), served))).toBe(16);
  });

  test('are 2 more for each thousand artifacts that reclaimPolicy Delete takes', async () => {
    const {setting, hook} = await createTenant();
    setting.settings.current = {...setting.settings.current, reclaimPolicy: 'Delete'};
    for (let index = 0; index < 2500; index++)
      setting.store.buckets.get(BUCKET)?.set(`${PREFIX}${index}`, {body: Buffer.from(''), etag: 'e'});
    expect(await count(setting, () => revoke(hook, setting))).toBe(11 + 2 * 3);
  });

  test('are none for a tenant whose last call failed, until its pause is over', async () => {
    const {setting, hook} = await createTenant();
    setting.clock.now += 61 * SECOND;
    setting.store.onCall = () => ({at: 'before', what: 'hang'});
    const quick = setting.start({budget: () => AbortSignal.timeout(20)});
    expect(await count(setting, () => ensure(quick))).toBe(1);
    expect(await count(setting, () => ensure(quick))).toBe(0);
    setting.store.onCall = () => undefined;
    expect(await count(setting, () => ensure(hook, {tenant: TENANT}))).toBe(1);
  });
});
