import {describe, expect, test} from 'vitest';
import {testStore} from '../../src/credentials/store/self-test.ts';
import {type ContractStore, draw, patience} from './contract.ts';

const STRANGER = {id: 'AKIAIOSFODNN7EXAMPLE', secret: 'nobodys-secret-key'};

/** What the self-test says of a store as it should be, and of one that is not set up. */
export function testReadiness(store: () => ContractStore): void {
  describe('testStore', () => {
    const tested = (bucket: string, recordBucket: string) => ({
      ...store(),
      stranger: store().withKey(STRANGER),
      bucket,
      recordBucket,
    });

    test('a store is ready, its record bucket is made, and no probe is left', async () => {
      const [bucket, recordBucket] = [draw('artifacts'), draw('records')];
      await store().objects.createBucket(bucket, patience());
      expect(await testStore(tested(bucket, recordBucket), patience())).toEqual({isReady: true});
      expect(await testStore(tested(bucket, recordBucket), patience())).toEqual({isReady: true});
      const {keys} = await store().objects.listObjects(recordBucket, '', 10, patience());
      expect(keys).toEqual([]);
    });

    test("a store without the tenants' bucket is not ready", async () => {
      const [bucket, recordBucket] = [draw('missing'), draw('records')];
      expect(await testStore(tested(bucket, recordBucket), patience())).toEqual({
        isReady: false,
        reason: `cannot use the bucket ${bucket}: it does not exist, and tenants' artifacts belong there`,
      });
    });

    test('a wrong admin key is told apart', async () => {
      const {iam, objects} = store().withKey(STRANGER);
      const readiness = await testStore({...tested('bucket', 'records'), iam, objects}, patience());
      expect(readiness).toMatchObject({
        isReady: false,
        reason: expect.stringContaining('the admin key is wrong, unknown or too weak'),
      });
      expect(JSON.stringify(readiness)).not.toContain(STRANGER.secret);
    });
  });
}
