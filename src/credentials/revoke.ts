import {type ChangeContext, removeEarlierUser, removeUser} from './change.ts';
import {type Lease, letGo, released, takeLease} from './lease.ts';
import type {Revocation, RevocationRequest} from './provisioner.ts';
import type {TenantRecord} from './record.ts';
import type {Records, VersionedRecord} from './records.ts';
import {StoreError} from './store/error.ts';
import type {IamStore} from './store/iam.ts';
import type {ObjectStore} from './store/objects.ts';

interface RevokeContext {
  readonly iam: IamStore;
  readonly objects: ObjectStore;
  readonly records: Records;
  readonly adminKeyId: ChangeContext['adminKeyId'];
  readonly settings: () => {readonly reclaimPolicy: 'Retain' | 'Delete'};
  /** Leaves the user that the tenant had before us: somebody else's to remove. */
  readonly sparesEarlierUser?: boolean;
  readonly nonce: () => string;
  /** Unix seconds. */
  readonly now: number;
  readonly signal: AbortSignal;
}

/** When to come back while somebody else changes the tenant's access. */
const TAKEN_SECONDS = 5;

/** Objects deleted by one request to the store, and such requests in one call of the hook. */
const BATCH = 1000;
const MAX_BATCHES = 5;

/** After which no batch is begun: the sync's budget of 8 s must never end in the middle of one. */
const BATCHES_MILLISECONDS = 2000;

/** What is answered while there is more to delete: to be asked again at once. */
const GOES_ON: Revocation = {
  done: false,
  reason: 'its objects are being deleted',
  retryAfterSeconds: 1,
};

/**
 * Takes a tenant's access back: keys, policy, user, an earlier user that it was adopted from, by `reclaimPolicy` its
 * objects; last the record, so that a call that did not get so far is done again. Throws StoreError.
 */
export async function revoke(
  {tenant: {uid}}: RevocationRequest,
  context: RevokeContext,
): Promise<Revocation> {
  const {records, signal} = context;
  const read = await records.read(uid, signal);
  if (!read) return {done: true};
  const lease = await takeLease(
    records,
    uid,
    read,
    read.record,
    {...context, nonce: context.nonce()},
    signal,
  );
  if (lease === 'taken')
    return {done: false, reason: 'another hook is changing this access', retryAfterSeconds: TAKEN_SECONDS};
  try {
    return await carryOut(uid, lease, context);
  } catch (error) {
    await letGo(records, uid, lease, error, signal);
    throw error;
  }
}

async function carryOut(uid: string, lease: Lease, context: RevokeContext): Promise<Revocation> {
  const {record} = lease.held;
  await removeAccess(record, context);
  const isEmpty = context.settings().reclaimPolicy === 'Delete';
  if (isEmpty && !(await reclaim(record, context))) return await goOnLater(uid, lease.held, context);
  // Where the objects stay, the next Profile of this name must not get them without a word from the admin; where they
  // went, a late sync for this one must still make no key.
  await context.records.writeTombstone({ns: record.ns, uid, at: context.now, isEmpty}, context.signal);
  await context.records.remove(uid, context.signal);
  return {done: true};
}

async function removeAccess({user, ns, adopted}: TenantRecord, context: RevokeContext): Promise<void> {
  const {iam, signal} = context;
  const policies = await iam.listUserPolicies(user, signal);
  const keys = await iam.listAccessKeys(user, signal);
  await removeUser(user, policies, keys, context);
  const left = await iam.listAccessKeys(user, signal);
  if (left.length > 0 || (await iam.isUser(user, signal)))
    throw new StoreError('failed', `cannot delete user ${user}: the store still has it`);
  if (adopted && !context.sparesEarlierUser) await removeEarlierUser(adopted.user, ns, context);
}

/** Deletes what was granted, a bounded part of it in one call. Returns whether nothing is left. */
async function reclaim({bucket, prefixes}: TenantRecord, {objects, signal}: RevokeContext): Promise<boolean> {
  let batches = 0;
  const started = performance.now();
  for (const prefix of prefixes) {
    for (;;) {
      const {keys, hasMore} = await objects.listObjects(bucket, prefix, BATCH, signal);
      if (keys.length === 0) break;
      const isLate = batches > 0 && performance.now() - started > BATCHES_MILLISECONDS;
      if (isLate || ++batches > MAX_BATCHES) return false;
      await objects.deleteObjects(bucket, keys, signal);
      if (!hasMore) break;
    }
  }
  return true;
}

async function goOnLater(
  uid: string,
  {record, etag}: VersionedRecord,
  context: RevokeContext,
): Promise<Revocation> {
  await context.records.replace(uid, etag, released(record), context.signal);
  return GOES_ON;
}
