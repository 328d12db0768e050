import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {writesOf} from './audit.ts';
import {PROFILE} from './objects.ts';
import {type System, startSystem} from './system.ts';
import {createTenant, readyOf} from './tenants.ts';

describe.each(['companion', 'standalone'] as const)('%s', mode => {
  let system: System;
  beforeAll(async () => {
    system = await startSystem({mode});
  });
  afterAll(async () => await system?.stop());

  test('a Profile becomes a complete namespace without a failed write', async () => {
    await createTenant(system, 'alice');
    const profile = await system.get(PROFILE, 'alice');
    const writes = writesOf(system.audit.read());
    console.log(
      writes.map(w => `${w.status} ${w.verb} ${w.resource} ${w.name} ${w.message ?? ''}`).join('\n'),
    );
    expect(readyOf(profile)).toMatchObject({status: 'True'});
    expect(writes.filter(({status}) => status >= 400)).toEqual([]);
  });
});
