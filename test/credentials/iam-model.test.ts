import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import type {CredentialState, Provisioner} from '../../src/credentials/provisioner.ts';
import {createRecords, type VersionedRecord} from '../../src/credentials/records.ts';
import {StoreError} from '../../src/credentials/store/error.ts';
import type {ObjectStore} from '../../src/credentials/store/objects.ts';
import {CrashError, type FakeStore, type Fault} from '../support/fake-store.ts';
import {
  createSetting,
  ensure,
  keyOf,
  keysIn,
  LEASE_MILLISECONDS,
  RECORDS,
  revoke,
  SEAL,
  type Setting,
  TENANT,
} from './iam-setup.ts';

const FAULTS: {readonly [name: string]: Fault} = {
  'dies before': {at: 'before', what: 'crash'},
  'dies after': {at: 'after', what: 'crash'},
  'fails before': {at: 'before', what: new StoreError('failed', 'cannot call the store: 500', true)},
  'is lost after': {at: 'after', what: new StoreError('timeout', 'cannot call the store: no answer', true)},
  'is refused before': {at: 'before', what: new StoreError('denied', 'cannot call the store: 403')},
};

/** Calls of a first sync. */
const CALLS = 9;

describe('a first sync that is interrupted at any of its calls', () => {
  const rows = Object.keys(FAULTS).flatMap(fault =>
    Array.from({length: CALLS}, (_, index) => ({fault, call: index + 1})),
  );
  test.each(rows)(
    '$fault call $call: one user, one key, one record, and no key that is in none',
    async row => {
      const setting = createSetting();
      const handedOut = new Set<string>();
      setting.store.onCall = call => (call.number === row.call ? FAULTS[row.fault] : undefined);
      await tryOnce(setting.start(), handedOut, setting);
      setting.store.onCall = () => undefined;
      await settle(setting, handedOut);
      await expectOneKey(setting, handedOut);
    },
  );
});

test('a key that the store makes late, when the hook has given up on it, is gone in the end', async () => {
  const setting = createSetting();
  const handedOut = new Set<string>();
  setting.store.onCall = ({name}) => (name === 'createAccessKey' ? FAULTS['fails before'] : undefined);
  await tryOnce(setting.start(), handedOut, setting);
  setting.store.onCall = () => undefined;
  setting.clock.now += 30_000;
  // Nobody may look before such a call is over, or would take the store to be in order.
  await tryOnce(setting.start(), handedOut, setting);
  expect(handedOut.size).toBe(0);
  for (const {keys} of setting.store.users.values()) keys.set('LATE', 'secret');
  await settle(setting, handedOut);
  await expectOneKey(setting, handedOut);
});

describe('two hooks that are sent the same first sync at once', () => {
  test('leave one key, 200 times, in whatever order their calls are done', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), async scheduler => {
        const setting = createSetting();
        const handedOut = new Set<string>();
        setting.store.onCall = async () => void (await scheduler.schedule(Promise.resolve()));
        const both = [setting.start(), setting.start()].map(hook => tryOnce(hook, handedOut, setting));
        await scheduler.waitFor(Promise.all(both));
        setting.store.onCall = () => undefined;
        await settle(setting, handedOut);
        await expectOneKey(setting, handedOut);
      }),
      {numRuns: 200},
    );
  });

  test('leave one key where one of them is interrupted anywhere', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.integer({min: 1, max: 2 * CALLS}),
        fc.constantFrom(...Object.keys(FAULTS)),
        async (scheduler, number, fault) => {
          const setting = createSetting();
          const handedOut = new Set<string>();
          setting.store.onCall = async call => {
            await scheduler.schedule(Promise.resolve());
            return call.number === number ? FAULTS[fault] : undefined;
          };
          const both = [setting.start(), setting.start()].map(hook => tryOnce(hook, handedOut, setting));
          await scheduler.waitFor(Promise.all(both));
          setting.store.onCall = () => undefined;
          await settle(setting, handedOut);
          await expectOneKey(setting, handedOut);
        },
      ),
      {numRuns: 300},
    );
  });
});

describe('whatever happens, in any order', () => {
  const step = fc.oneof(
    fc.record({kind: fc.constant('ask' as const), hook: fc.nat(1)}),
    fc.record({kind: fc.constant('restart' as const), hook: fc.nat(1)}),
    fc.record({kind: fc.constant('wait' as const), seconds: fc.constantFrom(1, 30, 61, 3600, 86_400)}),
    fc.record({
      kind: fc.constant('fault' as const),
      after: fc.integer({min: 1, max: 12}),
      name: fc.constantFrom(...Object.keys(FAULTS)),
    }),
  );

  test('no answer has a key that the record does not name, and one key is left when all is quiet', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, {maxLength: 25}), async steps => {
        const setting = createSetting();
        const handedOut = new Set<string>();
        const hooks = [setting.start(), setting.start()];
        for (const each of steps) {
          if (each.kind === 'wait') setting.clock.now += each.seconds * 1000;
          else if (each.kind === 'restart') hooks[each.hook] = setting.start();
          else if (each.kind === 'fault') plan(setting.store, each.after, FAULTS[each.name] as Fault);
          else await tryOnce(hooks[each.hook] as Provisioner, handedOut, setting);
        }
        setting.store.onCall = () => undefined;
        await settle(setting, handedOut);
        await expectOneKey(setting, handedOut);
      }),
      {numRuns: 300},
    );
  });

  test('a deleted Profile leaves neither user nor key behind, however often it is interrupted', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.integer({min: 1, max: 12}), fc.constantFrom(...Object.keys(FAULTS))), {
          maxLength: 6,
        }),
        async faults => {
          const setting = createSetting();
          await ensure(setting.start());
          for (const [after, name] of faults) {
            plan(setting.store, after, FAULTS[name] as Fault);
            await orCrash(() => revoke(setting.start(), setting));
            setting.clock.now += LEASE_MILLISECONDS;
          }
          setting.store.onCall = () => undefined;
          setting.clock.now += LEASE_MILLISECONDS;
          expect(await revoke(setting.start(), setting)).toEqual({done: true});
          expect(setting.store.users.size).toBe(0);
        },
      ),
      {numRuns: 300},
    );
  });
});

function plan(store: FakeStore, after: number, fault: Fault): void {
  const number = store.calls.length + after;
  store.onCall = call => (call.number === number ? fault : undefined);
}

/** Asks once; a key that is answered must be the record's, and open the store. */
async function tryOnce(hook: Provisioner, handedOut: Set<string>, setting: Setting): Promise<void> {
  const state = await orCrash(() => ensure(hook));
  const key = state && keyOf(state as CredentialState);
  if (!key) return;
  handedOut.add(key);
  const {record} = (await readRecord(setting)) as VersionedRecord;
  expect([record.current?.id, record.previous?.id]).toContain(key);
  expect(keysIn(setting).map(each => each.split(' ')[1])).toContain(key);
}

/** As it stands, past the store's hooks and its log of calls. */
async function readRecord({store}: Setting): Promise<VersionedRecord | undefined> {
  const body = store.buckets.get(RECORDS.bucket)?.get(`${RECORDS.clusterId}/${TENANT.uid}`);
  const objects = {getObject: async () => body} as unknown as ObjectStore;
  return await createRecords(objects, SEAL, RECORDS).read(TENANT.uid, AbortSignal.timeout(1000));
}

async function orCrash<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof CrashError)) throw error;
    return undefined;
  }
}

/** What Metacontroller does in time: it asks again, and leases end. */
async function settle(setting: Setting, handedOut: Set<string>): Promise<void> {
  const hook = setting.start();
  for (let round = 0; round < 4; round++) {
    setting.clock.now += LEASE_MILLISECONDS;
    await tryOnce(hook, handedOut, setting);
  }
}

async function expectOneKey(setting: Setting, handedOut: ReadonlySet<string>): Promise<void> {
  const tenant = await setting.records.read(
    '6a1c5a7e-0000-4000-8000-000000000001',
    AbortSignal.timeout(1000),
  );
  const current = tenant?.record.current?.id;
  expect([...setting.store.users.keys()]).toEqual([tenant?.record.user]);
  expect(keysIn(setting).map(key => key.split(' ')[1])).toEqual([current]);
  expect(handedOut.has(current as string)).toBe(true);
  expect(tenant?.record.lease).toBeUndefined();
}
