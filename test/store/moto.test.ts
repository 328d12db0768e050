import {describe} from 'vitest';
import {findMoto} from './binaries.ts';
import {describeStore} from './contract.ts';
import {testDialect} from './dialect.ts';
import {testConformance, testHook} from './hook.ts';
import {startMoto} from './moto.ts';
import {describePolicyLive, policyStore} from './policy-live.ts';
import {testSweep} from './sweep.ts';

const moto = findMoto();

describe.skipIf('missing' in moto)('moto', () => {
  describeStore(
    'contract',
    async () => await startMoto('path' in moto ? moto.path : ''),
    store => {
      testDialect(store);
      // What moto does not enforce is data in the table of who may do what.
      testConformance('moto', store);
      testHook(store, false);
      testSweep(store);
      describePolicyLive('moto', 'aws', () => policyStore(store()));
    },
  );
});
