import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import type {Call} from '../support/metacontroller/cluster.ts';
import {verbsOf} from './audit.ts';
import {readYaml, type System, startSystem} from './system.ts';
import {liveWholeLife} from './whole-life.ts';

const [VERBS] = readYaml('metacontroller-verbs.yaml') as unknown as {[mode: string]: string[]}[];

describe.each(['companion', 'standalone'] as const)('in a whole life in %s, Metacontroller', mode => {
  let system: System;
  let calls: readonly Call[];
  beforeAll(async () => {
    system = await startSystem({mode});
    await liveWholeLife(system, 'alice');
    calls = system.audit.read();
  });
  afterAll(async () => await system?.stop());

  test('is refused nothing', () => {
    expect(calls.filter(({status}) => status === 403 || status === 422)).toEqual([]);
  });

  test('makes exactly the calls that are written down', () => {
    expect(verbsOf(calls)).toEqual(VERBS?.[mode]);
  });
});
