import {describe, expect, test} from 'vitest';
import {
  DAY_SECONDS,
  type FaultHook,
  leftIn,
  misbehave,
  recover,
  type Seen,
  startFaultHook,
} from './fault-hook.ts';
import {ROWS} from './fault-table.ts';

describe.each(ROWS)('$fault', row => {
  test('a tenant without a key gets all but the Secret and its consumers, and one key later', async () => {
    const setting = await startFaultHook();
    const hook = setting.start();
    await misbehave(setting, row);
    const seen = await hook.sync();
    expect(seen).toMatchObject({status: 200, hasConsumer: false, resyncAfterSeconds: row.resync});
    expect(seen.key).toBeUndefined();
    expect(seen.others).toBeGreaterThan(5);
    expect(seen.condition).toMatchObject({status: 'False', message: expect.stringContaining(row.says)});
    const {failure} = row;
    if (failure)
      expect(await setting.metrics.text()).toContain(`store_failures_total{failure="${failure}"} 1`);
    await recover(setting);
    const settled = await settle(setting, hook);
    await expectOneKey(setting, settled);
    expect(settled.generation).toBe(1);
  });

  test('a tenant with a key keeps it, and what uses it', async () => {
    const setting = await startFaultHook();
    const hook = setting.start();
    const before = await hook.sync();
    setting.wait(DAY_SECONDS);
    // Without it in the store no key would have to be made.
    if (row.call === 'CreateAccessKey') for (const {keys} of setting.store.users.values()) keys.clear();
    await misbehave(setting, row);
    const seen = await hook.sync();
    expect(seen).toMatchObject({status: 200, key: before.key, hasConsumer: true, others: before.others});
    expect(seen).toMatchObject({generation: 1, resyncAfterSeconds: row.resync});
    expect(seen.condition).toMatchObject({status: 'True', message: expect.stringContaining(row.says)});
    if (row.failure) expect(seen.condition?.message).toContain('cannot be used since 2026-01-02T00:00:00Z');
    await recover(setting);
    const settled = await settle(setting, hook);
    await expectOneKey(setting, settled);
    if (row.call !== 'CreateAccessKey') expect(settled.key).toBe(before.key);
  });
});

/** What Metacontroller does in time: it asks again, and leases end. */
async function settle({wait}: FaultHook, hook: {sync: () => Promise<Seen>}): Promise<Seen> {
  wait(61);
  await hook.sync();
  wait(61);
  return await hook.sync();
}

async function expectOneKey(setting: FaultHook, seen: Seen): Promise<void> {
  expect(seen).toMatchObject({status: 200, key: expect.any(String), hasConsumer: true});
  expect(seen.condition?.message).toMatch(/^key \d is in the store$/);
  expect(await leftIn(setting)).toEqual({
    users: [`ps-east-alice ${seen.key} profile-sync`],
    records: ['record'],
  });
}
