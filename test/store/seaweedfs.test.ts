import {afterAll, beforeAll, describe, expect, test, vi} from 'vitest';
import {testStore} from '../../src/credentials/store/self-test.ts';
import {findWeed} from './binaries.ts';
import {describeStore, draw, patience} from './contract.ts';
import {testDialect} from './dialect.ts';
import {testConformance, testHook} from './hook.ts';
import type {LiveStore} from './live-store.ts';
import {describePolicyLive, policyStore} from './policy-live.ts';
import {startSeaweedFs} from './seaweedfs.ts';
import {testSweep} from './sweep.ts';

const weed = findWeed();
const path = 'path' in weed ? weed.path : '';

describe.skipIf('missing' in weed)('SeaweedFS', () => {
  describeStore(
    'contract',
    async () => await startSeaweedFs(path),
    store => {
      testDialect(store);
      testClock(store);
      testConformance('SeaweedFS', store);
      testHook(store, true);
      testSweep(store);
      describePolicyLive('seaweedfs', 'seaweedfs', () => policyStore(store()));
    },
  );

  describe('without identities', () => {
    let store: LiveStore | undefined;
    beforeAll(async () => {
      store = await startSeaweedFs(path, {hasIdentities: false});
    });
    afterAll(async () => await store?.stop());

    test('is not ready: whoever reaches it is admin', async () => {
      const {iam, objects, withKey} = store as LiveStore;
      const stranger = withKey({id: 'AKIAIOSFODNN7EXAMPLE', secret: 'nobodys-secret-key'});
      await objects.createBucket('artifacts', patience());
      const tested = {iam, objects, stranger, bucket: 'artifacts', recordBucket: 'records'};
      expect(await testStore(tested, patience())).toEqual({
        isReady: false,
        reason: 'cannot use the IAM endpoint: it lets in whoever asks, with any key',
      });
    });
  });
});

function testClock(store: () => LiveStore): void {
  test('a clock an hour off is told apart from a wrong key, by HEAD too', async () => {
    const {iam, objects} = store();
    const bucket = draw('clock');
    await objects.createBucket(bucket, patience());
    const signals = [patience(), patience(), patience()] as const;
    vi.useFakeTimers({toFake: ['Date'], now: Date.now() - 3_600_000});
    try {
      await expect(iam.isUser('user', signals[0])).rejects.toMatchObject({failure: 'clock'});
      await expect(objects.getObject(bucket, 'key', signals[1])).rejects.toMatchObject({failure: 'clock'});
      await expect(objects.isBucket(bucket, signals[2])).rejects.toMatchObject({failure: 'clock'});
    } finally {
      vi.useRealTimers();
    }
  });
}
