import {randomUUID} from 'node:crypto';
import {DamagedRecordError} from '../errors.ts';
import {createBackoff, type Pause} from './backoff.ts';
import {type Change, type ChangeContext, carryOut} from './change.ts';
import {dueReason} from './due.ts';
import {firstRecord} from './first-record.ts';
import {createKnownRecords, type KnownRecord} from './known-records.ts';
import {HOLDER_MILLISECONDS, LEASE_SECONDS, type Lease, letGo, released, takeLease} from './lease.ts';
import {createOutage} from './outage.ts';
import {
  type CredentialRequest,
  type CredentialState,
  type Provisioner,
  placeholderCredentials,
  type Revocation,
  type RevocationRequest,
} from './provisioner.ts';
import type {TenantRecord} from './record.ts';
import type {Records, VersionedRecord} from './records.ts';
import {revoke} from './revoke.ts';
import {isStoreError, type StoreError} from './store/error.ts';
import type {IamStore} from './store/iam.ts';
import type {ObjectStore} from './store/objects.ts';
import {inTurn} from './turns.ts';

/** Values that may change while the hook runs. */
export interface IamSettings {
  readonly clusterId: string;
  readonly userPrefix: string;
  readonly overlapSeconds: number;
  readonly reclaimPolicy: 'Retain' | 'Delete';
  /** How long a deleted Profile waits for a store that does not answer. */
  readonly abandonAfterSeconds: number;
  /** Uids of deleted Profiles that wait no longer. */
  readonly abandon: readonly string[];
}

/** What happens to tenants' keys, for metrics and the log. */
export interface IamObserver {
  readonly minted: (ns: string) => void;
  readonly revoked: (ns: string) => void;
  readonly failed: (error: StoreError) => void;
  readonly worked: () => void;
  /** A Profile was let go although its keys may still work. */
  readonly abandoned: (ns: string, reason: string) => void;
  /** A record cannot be read, so nothing was done. */
  readonly damaged: (ns: string) => void;
}

export interface IamOptions {
  readonly iam: IamStore;
  readonly objects: ObjectStore;
  readonly records: Records;
  /** The id of the key that calls are signed with. */
  readonly adminKeyId: () => string;
  readonly settings: () => IamSettings;
  /** The policy of a tenant with this storage. */
  readonly policyOf: (
    storage: Pick<CredentialRequest, 'bucket' | 'prefixes' | 'policy'>,
  ) => ChangeContext['policy'];
  readonly observer: IamObserver;
  /** Milliseconds. */
  readonly now: () => number;
  readonly nonce?: () => string;
  /** Ends the calls of one sync; after 8 s where none is given. */
  readonly budget?: () => AbortSignal;
}

/** How old a record may be that answers without a look at the store. */
const FRESH_SECONDS = 60;

/** When to ask again while somebody else changes the tenant's access. */
const TAKEN: Pause = {reason: 'another hook is changing this access', seconds: 5};

/** When to look again whether the admin lets a Profile have what stands in its prefix. */
const INHERIT_SECONDS = 300;

/**
 * Keys of a user per tenant in a store with the AWS IAM API. The record says what is true; the store is made to follow
 * it, under a lease, so that any number of hooks and any lost answer leave one user, one key, one record.
 */
export function createIamProvisioner(options: IamOptions): Provisioner {
  const {records, observer} = options;
  const seconds = () => Math.floor(options.now() / 1000);
  const nonce = options.nonce ?? randomUUID;
  const budget = options.budget ?? (() => AbortSignal.timeout(HOLDER_MILLISECONDS));
  const known = createKnownRecords(seconds);
  const outage = createOutage(seconds);
  const backoff = createBackoff(seconds);
  const turns = inTurn();
  return {
    ensureCredentials: async request =>
      await turns(request.tenant.uid, () => alarming(request, () => ensure(request))),
    revokeCredentials: async request => await turns(request.tenant.uid, () => end(request)),
  };

  async function alarming<T>({tenant}: {tenant: {name: string}}, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof DamagedRecordError) observer.damaged(tenant.name);
      throw error;
    }
  }

  async function ensure(request: CredentialRequest): Promise<CredentialState> {
    const {uid} = request.tenant;
    const policy = options.policyOf(request);
    const isDue = ({record}: VersionedRecord) =>
      dueReason(record, {policyHash: policy.hash, now: seconds()}) !== undefined;
    const before = known.get(uid);
    if (before && before.ageSeconds < FRESH_SECONDS && !isDue(before)) return available(before, request);
    const pause = backoff.pause(uid);
    if (pause) return fallback(request, pause);
    const signal = budget();
    try {
      const read = await records.read(uid, signal);
      outage.ended();
      observer.worked();
      const current = known.remember(uid, read);
      if (current?.record.current && (!isDue(current) || !request.mayChange)) {
        if (request.mayChange) outage.endedFor(uid);
        return available(current, request);
      }
      if (!request.mayChange) return unavailable({reason: 'none was made before', seconds: INHERIT_SECONDS});
      return await change(request, current, policy, signal);
    } catch (error) {
      if (!isStoreError(error)) throw error;
      known.doubt(uid);
      return fallback(request, failed(uid, error));
    }
  }

  async function change(
    request: CredentialRequest,
    before: VersionedRecord | undefined,
    policy: ChangeContext['policy'],
    signal: AbortSignal,
  ): Promise<CredentialState> {
    const {uid, name} = request.tenant;
    const start = before
      ? withGrant(before.record, request)
      : await firstRecord(request, {...options, now: seconds(), signal});
    if (typeof start === 'string') {
      recovered(uid);
      return unavailable({reason: start, seconds: INHERIT_SECONDS});
    }
    const lease = await takeLease(records, uid, before, start, {nonce: nonce(), now: seconds()}, signal);
    if (lease === 'taken') return fallback(request, TAKEN);
    const context = {
      ...options,
      policy,
      signal,
      now: seconds(),
      overlapSeconds: options.settings().overlapSeconds,
    };
    try {
      const made = await carryOut(lease.held.record, context);
      const written = await writeDown(uid, lease, made, signal);
      if (!written) return fallback(request, TAKEN);
      if (made.minted) observer.minted(name);
      recovered(uid);
      return available(known.remember(uid, written) as KnownRecord, request);
    } catch (error) {
      await letGo(records, uid, lease, error, signal);
      throw error;
    }
  }

  /** Writes what was done; where somebody else wrote in between, a key just made was never handed out and goes. */
  async function writeDown(
    uid: string,
    {held}: Lease,
    {record, minted}: Change,
    signal: AbortSignal,
  ): Promise<VersionedRecord | undefined> {
    try {
      return await records.replace(uid, held.etag, released(record), signal);
    } catch (error) {
      if (!isStoreError(error, 'conflict')) throw error;
      known.doubt(uid);
      if (minted) await options.iam.deleteAccessKey(record.user, minted.id, signal);
      return undefined;
    }
  }

  async function end(request: RevocationRequest): Promise<Revocation> {
    const {uid, name} = request.tenant;
    try {
      const context = {...options, nonce, now: seconds(), signal: budget()};
      const revocation = await alarming(request, () => revoke(request, context));
      outage.ended();
      observer.worked();
      recovered(uid);
      if (revocation.done && known.forget(uid)) observer.revoked(name);
      return revocation;
    } catch (error) {
      return abandonOrWait(request, error);
    }
  }

  function recovered(uid: string): void {
    backoff.succeeded(uid);
    outage.endedFor(uid);
  }

  function abandonOrWait({tenant: {uid, name}, deletedAt}: RevocationRequest, error: unknown): Revocation {
    const {abandon, abandonAfterSeconds} = options.settings();
    const isNamed = abandon.includes(uid);
    if (!isStoreError(error) && !isNamed) throw error;
    const {reason, seconds: wait} = isStoreError(error)
      ? failed(uid, error)
      : {reason: (error as Error).message, seconds: 0};
    const waitedSince = Math.max(deletedAt, outage.since(uid) ?? seconds());
    if (!isNamed && seconds() - waitedSince < abandonAfterSeconds)
      return {done: false, reason, retryAfterSeconds: wait};
    observer.abandoned(name, reason);
    known.forget(uid);
    // The outage stays: where this answer is lost, the next one must not begin to wait anew.
    backoff.succeeded(uid);
    return {done: true};
  }

  function failed(uid: string, error: StoreError): Pause {
    observer.failed(error);
    return backoff.failed(uid, outage.begun(uid, error.message), error.isOutcomeUnknown ? LEASE_SECONDS : 0);
  }

  /** The key that is known from before, however old, or none. */
  function fallback(request: CredentialRequest, pause: Pause): CredentialState {
    const last = known.get(request.tenant.uid);
    if (!last?.record.current) return unavailable(pause);
    const {reason: warning, seconds: retryAfterSeconds} = pause;
    return {...available(last, request), freshForSeconds: 0, warning, retryAfterSeconds};
  }
}

// Before the policy is put: what was ever granted in this bucket is what may have to be reclaimed.
function withGrant(record: TenantRecord, {bucket, prefixes}: CredentialRequest): TenantRecord {
  const granted = record.bucket === bucket ? record.prefixes : [];
  return {...record, bucket, prefixes: [...new Set([...prefixes, ...granted])]};
}

function unavailable({reason, seconds}: Pause): CredentialState {
  return {status: 'unavailable', mode: 'iam', reason, retryAfterSeconds: seconds};
}

function available(
  {record: {current, gen, epoch}, ageSeconds}: KnownRecord,
  request: CredentialRequest,
): CredentialState & {status: 'available'} {
  if (!current) throw new Error('cannot answer with a record that has no key');
  return {
    status: 'available',
    credentials: {
      ...placeholderCredentials('iam', request),
      accessKey: current.id,
      secretKey: current.secret,
      generation: gen,
    },
    sharingEpoch: epoch,
    freshForSeconds: Math.max(0, FRESH_SECONDS - ageSeconds),
  };
}
