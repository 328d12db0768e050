import {earlierPolicyName} from './change.ts';
import type {CredentialRequest} from './provisioner.ts';
import type {TenantRecord} from './record.ts';
import type {Records} from './records.ts';
import {isStoreError} from './store/error.ts';
import type {IamStore} from './store/iam.ts';
import type {ObjectStore} from './store/objects.ts';
import {userNameOf} from './user-name.ts';

interface FirstRecordContext {
  readonly iam: IamStore;
  readonly objects: ObjectStore;
  readonly records: Records;
  readonly settings: () => {
    readonly clusterId: string;
    readonly userPrefix: string;
    readonly overlapSeconds: number;
  };
  /** Unix seconds. */
  readonly now: number;
  readonly signal: AbortSignal;
}

/**
 * The record to begin with for a Profile that has none; or, in words, why it gets no key: artifacts of an earlier
 * Profile of its name are there, and nothing that a user can write decides who inherits them. Throws StoreError.
 */
export async function firstRecord(
  {tenant, bucket, prefixes, mayInherit, followsSyncPy}: CredentialRequest,
  context: FirstRecordContext,
): Promise<TenantRecord | string> {
  const {name, uid} = tenant;
  const {records, settings, now, signal} = context;
  const user = userNameOf(tenant, settings());
  const record = {ns: name, user, madeAt: now, gen: 0, epoch: 0, bucket, prefixes};
  const tombstone = await records.readTombstone(name, signal);
  // A sync that was under way when the Profile was finalized: what it made nobody would take back.
  if (tombstone?.uid === uid) return 'this Profile was deleted';
  const isLeft = tombstone !== undefined && !tombstone.isEmpty;
  const occupied = await occupiedPrefix(bucket, prefixes, context);
  if ((isLeft || occupied) && !mayInherit) {
    const left = isLeft
      ? 'a Profile of this name was deleted'
      : `there are artifacts in ${bucket}/${occupied}`;
    return `${left}; values.reuse has to name this one, {name: ${name}, uid: ${uid}}, before it gets them`;
  }
  if (!mayInherit && !followsSyncPy) return record;
  // One without artifacts has a key all the same, which would open the prefix for ever.
  if (tombstone || !(await isEarlierUser(name, context))) return record;
  // Whoever may not inherit never had that key, so nothing of theirs runs with it.
  return {...record, adopted: {user: name, until: mayInherit ? now + settings().overlapSeconds : now}};
}

async function occupiedPrefix(
  bucket: string,
  prefixes: readonly string[],
  {objects, signal}: FirstRecordContext,
): Promise<string | undefined> {
  for (const prefix of prefixes) {
    const {keys} = await objects.listObjects(bucket, prefix, 1, signal);
    if (keys.length > 0) return prefix;
  }
  return undefined;
}

// Kubeflow's sync.py named the user by the namespace alone, and gave it this one policy.
async function isEarlierUser(name: string, {iam, signal}: FirstRecordContext): Promise<boolean> {
  try {
    const policies = await iam.listUserPolicies(name, signal);
    return policies.length === 1 && policies[0] === earlierPolicyName(name);
  } catch (error) {
    // A key that may look at our own users alone could not remove another one either.
    if (isStoreError(error, 'denied')) return false;
    throw error;
  }
}
