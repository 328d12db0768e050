import {describe, expect, test} from 'vitest';
import {StoreError, type StoreFailure} from '../../../src/credentials/store/error.ts';
import {type TestedStore, testStore} from '../../../src/credentials/store/self-test.ts';
import {patience} from '../../store/contract.ts';
import {CrashError, createFakeStore, type FakeStore, failCall} from '../../support/fake-store.ts';

async function prepare(): Promise<{fake: FakeStore; tested: TestedStore}> {
  const fake = createFakeStore();
  await fake.objects.createBucket('mlpipeline', patience());
  const stranger = fake.withKey({id: 'STRANGER', secret: 'made-up'});
  return {fake, tested: {...fake, stranger, bucket: 'mlpipeline', recordBucket: 'records'}};
}

/** A store that forgets the condition of a write. */
function ignoring(tested: TestedStore, ignored: 'ifMatch' | 'ifNoneMatch'): TestedStore {
  const {objects} = tested;
  return {
    ...tested,
    objects: {
      ...objects,
      putObject: async (bucket, key, body, condition, signal) =>
        await objects.putObject(
          bucket,
          key,
          body,
          condition && ignored in condition ? undefined : condition,
          signal,
        ),
    },
  };
}

describe('testStore', () => {
  test.each([
    {ignored: 'ifNoneMatch', header: 'If-None-Match'},
    {ignored: 'ifMatch', header: 'If-Match'},
  ] as const)('refuses a store that ignores $header, and leaves no probe', async ({ignored, header}) => {
    const {fake, tested} = await prepare();
    expect(await testStore(ignoring(tested, ignored), patience())).toEqual({
      isReady: false,
      reason: `cannot use the record bucket records: the store does not keep to ${header}, which let 2 writers win where one must`,
    });
    expect([...(fake.buckets.get('records')?.keys() ?? [])]).toEqual([]);
  });

  test.each([
    {api: 'iam', reason: 'cannot use the IAM endpoint: it lets in whoever asks, with any key'},
    {api: 'objects', reason: 'cannot use the S3 endpoint: it lets in whoever asks, with any key'},
  ] as const)('refuses a store whose $api lets strangers in', async ({api, reason}) => {
    const {fake, tested} = await prepare();
    const stranger = {...tested.stranger, [api]: fake[api]};
    expect(await testStore({...tested, stranger}, patience())).toEqual({isReady: false, reason});
  });

  test.each<{failure: StoreFailure; explanation: string}>([
    {failure: 'unreachable', explanation: 'nobody answers there'},
    {failure: 'timeout', explanation: 'nobody answers there in time'},
    {failure: 'throttled', explanation: 'the store is overloaded'},
    {failure: 'denied', explanation: 'the admin key is wrong, unknown or too weak'},
    {failure: 'clock', explanation: "the store's clock and ours are too far apart"},
    {failure: 'failed', explanation: 'it does not answer as a store does'},
  ])('tells apart each endpoint that fails with $failure', async ({failure, explanation}) => {
    const parts = {1: 'IAM endpoint', 3: 'S3 endpoint', 6: 'S3 endpoint', 7: 'record bucket'};
    for (const [number, part] of Object.entries(parts)) {
      const {fake, tested} = await prepare();
      const what = new StoreError(failure, 'cannot call It: reason');
      fake.onCall = failCall(Number(number) + fake.calls.length, {at: 'before', what});
      expect(await testStore(tested, patience())).toEqual({
        isReady: false,
        reason: `cannot use the ${part}: ${explanation} (cannot call It: reason)`,
      });
    }
  });

  test('is ready though the probe cannot be removed', async () => {
    const {fake, tested} = await prepare();
    const what = new StoreError('timeout', 'cannot call deleteObject: no answer in time', true);
    fake.onCall = ({name}) => (name === 'deleteObject' ? {at: 'before', what} : undefined);
    expect(await testStore(tested, patience())).toEqual({isReady: true});
  });

  test('does not take a bug for a store that fails', async () => {
    const {fake, tested} = await prepare();
    fake.onCall = () => ({at: 'before', what: 'crash'});
    await expect(testStore(tested, patience())).rejects.toThrow(CrashError);
  });
});
