import {randomUUID} from 'node:crypto';
import {isStoreError, type StoreError, type StoreFailure} from './error.ts';
import type {IamStore} from './iam.ts';
import type {ObjectStore, WriteCondition} from './objects.ts';

/** A store with two keys: ours, and one that nobody has. */
export interface TestedStore {
  readonly iam: IamStore;
  readonly objects: ObjectStore;
  /** The same endpoints with a made-up key: it must be refused. */
  readonly stranger: {readonly iam: IamStore; readonly objects: ObjectStore};
  /** The tenants' bucket. */
  readonly bucket: string;
  /** Ours; made if missing. */
  readonly recordBucket: string;
}

/** Whether the store can be used, and why not: for people, without a secret. */
export type StoreReadiness = {readonly isReady: true} | {readonly isReady: false; readonly reason: string};

/** Records are under the cluster's id, which starts with no dot. */
const RESERVED_PREFIX = '.self-test/';

/** A user that is only asked for. */
const NOBODY = 'profile-sync-self-test';

const READY: StoreReadiness = {isReady: true};

/** Tests what the credentials' protocol rests on. Throws no StoreError. */
export async function testStore(store: TestedStore, signal: AbortSignal): Promise<StoreReadiness> {
  const parts: readonly [name: string, check: () => Promise<StoreReadiness>][] = [
    ['IAM endpoint', async () => await testIam(store, signal)],
    ['S3 endpoint', async () => await testBuckets(store, signal)],
    ['record bucket', async () => await testConditions(store, signal)],
  ];
  for (const [part, check] of parts) {
    const readiness = await asReadiness(part, check);
    if (!readiness.isReady) return readiness;
  }
  return READY;
}

async function asReadiness(part: string, check: () => Promise<StoreReadiness>): Promise<StoreReadiness> {
  try {
    return await check();
  } catch (error) {
    if (!isStoreError(error)) throw error;
    return refused(`cannot use the ${part}: ${explain(error)}`);
  }
}

const EXPLANATIONS: {readonly [failure in StoreFailure]: string} = {
  unreachable: 'nobody answers there',
  timeout: 'nobody answers there in time',
  throttled: 'the store is overloaded',
  denied: 'the admin key is wrong, unknown or too weak',
  clock: "the store's clock and ours are too far apart",
  limit: 'the store has a limit',
  'no-bucket': 'the bucket is gone',
  conflict: 'somebody else wrote in between',
  failed: 'it does not answer as a store does',
};

function explain({failure, message}: StoreError): string {
  return `${EXPLANATIONS[failure]} (${message})`;
}

function refused(reason: string): StoreReadiness {
  return {isReady: false, reason};
}

async function testIam({iam, stranger}: TestedStore, signal: AbortSignal): Promise<StoreReadiness> {
  await iam.isUser(NOBODY, signal);
  if (await isDenied(stranger.iam.isUser(NOBODY, signal))) return READY;
  // Seen on SeaweedFS whose separate IAM server knows no identities: whoever reaches it mints keys.
  return refused('cannot use the IAM endpoint: it lets in whoever asks, with any key');
}

async function testBuckets(store: TestedStore, signal: AbortSignal): Promise<StoreReadiness> {
  const {objects, stranger, bucket, recordBucket} = store;
  if (!(await objects.isBucket(bucket, signal)))
    return refused(`cannot use the bucket ${bucket}: it does not exist, and tenants' artifacts belong there`);
  if (!(await isDenied(stranger.objects.isBucket(bucket, signal))))
    return refused('cannot use the S3 endpoint: it lets in whoever asks, with any key');
  if (!(await objects.isBucket(recordBucket, signal))) await objects.createBucket(recordBucket, signal);
  return READY;
}

async function isDenied(call: Promise<unknown>): Promise<boolean> {
  try {
    await call;
    return false;
  } catch (error) {
    if (isStoreError(error, 'denied')) return true;
    throw error;
  }
}

async function testConditions(store: TestedStore, signal: AbortSignal): Promise<StoreReadiness> {
  const {objects, recordBucket} = store;
  // Replicas test at the same time, each on its own.
  const key = `${RESERVED_PREFIX}${randomUUID()}`;
  try {
    const made = await race(store, key, {ifNoneMatch: '*'}, signal);
    const [etag, surplus] = made;
    if (etag === undefined || surplus) return ignores(recordBucket, 'If-None-Match', made);
    const kept = await race(store, key, {ifMatch: etag}, signal);
    if (kept.length !== 1) return ignores(recordBucket, 'If-Match', kept);
    const late = await write(store, key, {ifMatch: etag}, signal);
    return late === undefined ? READY : ignores(recordBucket, 'If-Match', [...kept, late]);
  } finally {
    await removeProbe(objects, recordBucket, key, signal);
  }
}

function ignores(recordBucket: string, condition: string, winners: readonly string[]): StoreReadiness {
  return refused(
    `cannot use the record bucket ${recordBucket}: the store does not keep to ${condition}, which let ${winners.length} writers win where one must`,
  );
}

// The etags of those of two writers who won.
async function race(
  store: TestedStore,
  key: string,
  condition: WriteCondition,
  signal: AbortSignal,
): Promise<string[]> {
  const writers = [1, 2].map(() => write(store, key, condition, signal));
  return (await Promise.all(writers)).filter(etag => etag !== undefined);
}

async function write(
  {objects, recordBucket}: TestedStore,
  key: string,
  condition: WriteCondition,
  signal: AbortSignal,
): Promise<string | undefined> {
  // An etag is a hash of the body: over an equal one, nothing that was read has changed.
  const body = Buffer.from(randomUUID());
  try {
    return await objects.putObject(recordBucket, key, body, condition, signal);
  } catch (error) {
    if (isStoreError(error, 'conflict')) return undefined;
    throw error;
  }
}

// One that stays is in nobody's way, and must not hide why the test failed.
async function removeProbe(objects: ObjectStore, bucket: string, key: string, signal: AbortSignal) {
  try {
    await objects.deleteObject(bucket, key, signal);
  } catch (error) {
    if (!isStoreError(error)) throw error;
  }
}
