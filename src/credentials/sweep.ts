import {removeUser} from './change.ts';
import type {TenantRecord} from './record.ts';
import type {Records} from './records.ts';
import {revoke} from './revoke.ts';
import {StoreError} from './store/error.ts';
import type {IamStore} from './store/iam.ts';
import type {ObjectStore} from './store/objects.ts';
import {userNameOf, userNamePrefix} from './user-name.ts';

/** What a sweep needs: the store, and which Profiles there are. */
export interface SweepContext {
  readonly iam: IamStore;
  readonly objects: ObjectStore;
  readonly records: Records;
  readonly recordBucket: string;
  /** The id of the key that calls are signed with. */
  readonly adminKeyId: () => string;
  readonly settings: {
    readonly clusterId: string;
    readonly userPrefix: string;
  };
  readonly living: readonly {readonly name: string; readonly uid: string}[];
  /** Records made since are left alone: their Profiles may be younger than the list. Unix seconds. */
  readonly listedAt: number;
  readonly nonce: () => string;
  /** Unix seconds. */
  readonly now: () => number;
  /** Ends the calls of one step. */
  readonly budget: () => AbortSignal;
}

/** Access that no Profile has a claim to, and whether it can be taken back. */
export interface Leftover {
  /** For people: whose it is. */
  readonly what: string;
  /** Why it is left alone. */
  readonly spared?: string;
  /** What went wrong with it already. */
  readonly problem?: string;
  /** Takes it back. Throws StoreError or DamagedRecordError. */
  readonly remove: () => Promise<void>;
}

/** Finds the users of our prefix, and the records, that no given Profile has. Throws StoreError. */
export async function findLeftovers(context: SweepContext): Promise<Leftover[]> {
  const prefix = userNamePrefix(context.settings);
  // Before the records: a user is made after its record, so that one made meanwhile is not taken for left over.
  const users = await context.iam.listUsers(prefix, context.budget());
  const read = await readAll(context);
  const known = read.flatMap(({record}) => record?.user ?? []);
  const theirs = context.living.map(tenant => userNameOf(tenant, context.settings));
  const unknown = users.filter(user => !known.includes(user) && !theirs.includes(user)).sort();
  const isComplete = read.every(({record}) => record);
  const found = read.filter(({uid}) => !isLiving(uid, context)).map(each => ofRecord(each, context));
  for (const user of unknown) found.push(await ofUser(user, isComplete, context));
  return found;
}

interface ReadRecord {
  readonly uid: string;
  readonly record?: TenantRecord;
  readonly problem?: string;
}

async function readAll({records, budget}: SweepContext): Promise<ReadRecord[]> {
  const read: ReadRecord[] = [];
  for (const uid of (await records.list(budget())).sort()) {
    try {
      const found = await records.read(uid, budget());
      if (found) read.push({uid, record: found.record});
    } catch (error) {
      // One that cannot be read must not stand in the way of the others.
      read.push({uid, problem: (error as Error).message});
    }
  }
  return read;
}

function isLiving(uid: string, {living}: SweepContext): boolean {
  return living.some(tenant => tenant.uid === uid);
}

function isYoung({madeAt, current}: TenantRecord, {listedAt}: SweepContext): boolean {
  return (madeAt ?? current?.at ?? 0) > listedAt;
}

function ofRecord({uid, record, problem}: ReadRecord, context: SweepContext): Leftover {
  if (!record) return {what: `record ${uid}`, ...(problem && {problem}), remove: async () => undefined};
  const {user, ns, adopted} = record;
  const more = adopted ? `; user ${adopted.user}, whom it had before, stays` : '';
  return {
    what: `user ${user} of Profile ${ns} (uid ${uid})${more}`,
    ...(isYoung(record, context) && {spared: 'its record may be younger than the list of Profiles'}),
    remove: async () => await revokeRecord(uid, record, context),
  };
}

async function revokeRecord(uid: string, {user, ns}: TenantRecord, context: SweepContext): Promise<void> {
  await requireOurs(user, context);
  const {now, budget} = context;
  // Artifacts stay: a Profile made since the list was, with the same name, has the same ones.
  const settings = () => ({reclaimPolicy: 'Retain' as const});
  const step = {...context, settings, sparesEarlierUser: true, now: now(), signal: budget()};
  const revocation = await revoke({tenant: {name: ns, uid}, deletedAt: now()}, step);
  if (!revocation.done) throw new StoreError('conflict', `cannot revoke it: ${revocation.reason}`);
}

async function ofUser(user: string, isComplete: boolean, context: SweepContext): Promise<Leftover> {
  const other = await otherCluster(user, context);
  const spared = other
    ? `it may be one of cluster ${other}, which has records in the same bucket`
    : isComplete
      ? undefined
      : 'a record that cannot be read may be its own';
  return {
    what: `user ${user}, which has no record`,
    ...(spared && {spared}),
    remove: async () => {
      const keys = await requireOurs(user, context);
      const signal = context.budget();
      const policies = await context.iam.listUserPolicies(user, signal);
      await removeUser(user, policies, keys, {iam: context.iam, signal});
    },
  };
}

// `ps-east-2-bob-…` is of cluster `east` and Profile `2-bob`, or of cluster `east-2` and Profile `bob`.
async function otherCluster(
  user: string,
  {objects, recordBucket, settings, budget}: SweepContext,
): Promise<string | undefined> {
  const parts = user.slice(userNamePrefix(settings).length).split('-').slice(0, -1);
  for (let count = 1; count < parts.length + 1; count++) {
    const cluster = [settings.clusterId, ...parts.slice(0, count)].join('-');
    const {keys} = await objects.listObjects(recordBucket, `${cluster}/`, 1, budget());
    if (keys.length > 0) return cluster;
  }
  return undefined;
}

/** Returns the keys of a user that may be removed. Throws StoreError for one that may not. */
async function requireOurs(
  user: string,
  {iam, settings, adminKeyId, budget}: SweepContext,
): Promise<string[]> {
  if (!user.startsWith(userNamePrefix(settings)))
    throw new StoreError('failed', `cannot revoke it: ${user} is no user of ours`);
  const keys = await iam.listAccessKeys(user, budget());
  if (keys.includes(adminKeyId()))
    throw new StoreError('failed', 'cannot revoke it: the user has the admin key, which signs these calls');
  return keys;
}
