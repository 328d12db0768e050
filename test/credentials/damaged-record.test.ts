import {describe, expect, test} from 'vitest';
import {UID} from '../support/requests.ts';
import {type FaultHook, leftIn, startFaultHook} from './fault-hook.ts';
import {RECORDS} from './iam-setup.ts';

const RECORD = `${RECORDS.clusterId}/${UID}`;

function damage({store}: FaultHook, key: string, body: Uint8Array): void {
  store.buckets.get(RECORDS.bucket)?.set(key, {body, etag: '"other"'});
}

describe('a damaged record', () => {
  test.each(['sync', 'finalize'] as const)(
    'ends a %s with 503 and an alarm, and changes nothing',
    async path => {
      const setting = await startFaultHook();
      const {key} = await setting.start().sync();
      damage(setting, RECORD, Buffer.from('PLANTED'));
      const {seen} = setting.server;
      const before = seen.length;
      const answer = await setting.start()[path]();
      expect(answer.status).toBe(503);
      expect(JSON.parse(answer.body)).toEqual({error: `cannot read record ${RECORD}: it is no record`});
      expect(seen.slice(before)).toEqual(['GetObject']);
      expect(await leftIn(setting)).toEqual({
        users: [`ps-east-alice ${key} profile-sync`],
        records: ['record'],
      });
      expect(await setting.metrics.text()).toContain('tenant_keys_total{event="damaged"} 1');
      const errors = setting.lines.filter(line => line.includes('"level":50'));
      expect(errors).toEqual([expect.stringContaining(`cannot read record ${RECORD}`)]);
      expect(setting.lines.join('')).not.toContain('PLANTED');
    },
  );

  test('is told to a hook that knew it before, too, once its minute is over', async () => {
    const setting = await startFaultHook();
    const hook = setting.start();
    await hook.sync();
    damage(setting, RECORD, Buffer.alloc(0));
    setting.wait(59);
    expect(await hook.sync()).toMatchObject({status: 200});
    setting.wait(1);
    expect(await hook.sync()).toMatchObject({status: 503});
  });

  test('that says that a name was used before lets nobody have a key', async () => {
    const setting = await startFaultHook();
    damage(setting, `${RECORDS.clusterId}/tombstones/alice`, Buffer.from('PLANTED'));
    const answer = await setting.start().sync();
    expect(answer).toMatchObject({status: 503, body: expect.stringContaining('tombstones/alice')});
    expect(setting.store.users.size).toBe(0);
  });

  test('is let go where the admin names its Profile', async () => {
    const setting = await startFaultHook();
    const hook = setting.start();
    await hook.sync();
    damage(setting, RECORD, Buffer.from('PLANTED'));
    setting.settings.current = {...setting.settings.current, abandon: [UID]};
    expect(await hook.finalize()).toMatchObject({status: 200, finalized: true});
    expect(await setting.metrics.text()).toContain('tenant_keys_total{event="abandoned"} 1');
  });
});
