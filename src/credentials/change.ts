import type {CurrentKey, TenantRecord} from './record.ts';
import {isStoreError} from './store/error.ts';
import type {IamStore} from './store/iam.ts';

/** What a change needs of its surroundings. */
export interface ChangeContext {
  readonly iam: IamStore;
  /** The id of the key that we sign with: its user is never ours to retire. */
  readonly adminKeyId: () => string;
  readonly policy: {readonly name: string; readonly document: object; readonly hash: string};
  /** Unix seconds. */
  readonly now: number;
  /** How long a replaced key works beside the new one. */
  readonly overlapSeconds: number;
  readonly signal: AbortSignal;
}

/** What came of a change, to be written into the record. */
export interface Change {
  readonly record: TenantRecord;
  /** The key that was made, for whoever cannot write the record has to take it back. */
  readonly minted?: CurrentKey;
}

/** The policy that Kubeflow's sync.py gave to the user that it named by the namespace alone. */
export function earlierPolicyName(ns: string): string {
  return `KubeflowProject${ns}`;
}

/**
 * Makes the store what the record and the policy say: user, policy, no key but those of the record, and a current one.
 * Only under the lease. Throws StoreError; what was done until then is found again by the next change.
 */
export async function carryOut(record: TenantRecord, context: ChangeContext): Promise<Change> {
  const {iam, policy, signal, now} = context;
  await iam.createUser(record.user, signal);
  await iam.putUserPolicy(record.user, policy.name, policy.document, signal);
  const present = await iam.listAccessKeys(record.user, signal);
  const kept = await deleteStrays(record, present, context);
  const retired = await retireEarlierUser(kept, context);
  const isKeyThere = retired.current !== undefined && present.includes(retired.current.id);
  const checked = {...retired, policyHash: policy.hash, checkedAt: now};
  return isKeyThere ? {record: checked} : await mint(checked, context);
}

// A key that the record does not name was never handed out: its maker could not write the record.
async function deleteStrays(
  record: TenantRecord,
  present: readonly string[],
  {iam, now, signal}: ChangeContext,
): Promise<TenantRecord> {
  const {previous, ...rest} = record;
  const isOver = previous !== undefined && previous.until <= now;
  const known = [record.current?.id, isOver ? undefined : previous?.id];
  for (const id of present.filter(id => !known.includes(id)))
    await iam.deleteAccessKey(record.user, id, signal);
  return isOver ? rest : record;
}

async function mint(record: TenantRecord, context: ChangeContext): Promise<Change> {
  const {now, overlapSeconds} = context;
  const {id, secret} = await createKey(record, context);
  const {current} = record;
  const minted: CurrentKey = {id, secret, at: now, readers: current?.readers ?? []};
  return {
    minted,
    record: {
      ...record,
      gen: record.gen + 1,
      current: minted,
      ...(current && {previous: {id: current.id, until: now + overlapSeconds}}),
    },
  };
}

// Where the store allows two keys, the one before the current one makes room.
async function createKey({user, previous}: TenantRecord, {iam, signal}: ChangeContext) {
  try {
    return await iam.createAccessKey(user, signal);
  } catch (error) {
    if (!previous || !isStoreError(error, 'limit')) throw error;
    await iam.deleteAccessKey(user, previous.id, signal);
    return await iam.createAccessKey(user, signal);
  }
}

/** Ends the user that sync.py made for this namespace, once its overlap is over. */
async function retireEarlierUser(record: TenantRecord, context: ChangeContext): Promise<TenantRecord> {
  const {adopted, ...rest} = record;
  if (!adopted || adopted.until > context.now) return record;
  await removeEarlierUser(adopted.user, record.ns, context);
  return rest;
}

/** Removes a user of sync.py's, unless anything says that it is more than that. Goes on where a call was cut off. */
export async function removeEarlierUser(
  user: string,
  ns: string,
  {iam, adminKeyId, signal}: Pick<ChangeContext, 'iam' | 'adminKeyId' | 'signal'>,
): Promise<void> {
  const policies = await iam.listUserPolicies(user, signal);
  if (policies.some(policy => policy !== earlierPolicyName(ns))) return;
  const keys = await iam.listAccessKeys(user, signal);
  if (keys.includes(adminKeyId()) || (policies.length === 0 && keys.length > 0)) return;
  await removeUser(user, policies, keys, {iam, signal});
}

/** Removes a user with all that it has: stores other than SeaweedFS refuse one that still has something. */
export async function removeUser(
  user: string,
  policies: readonly string[],
  keys: readonly string[],
  {iam, signal}: Pick<ChangeContext, 'iam' | 'signal'>,
): Promise<void> {
  for (const id of keys) await iam.deleteAccessKey(user, id, signal);
  for (const name of policies) await iam.deleteUserPolicy(user, name, signal);
  await iam.deleteUser(user, signal);
}
