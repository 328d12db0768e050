import {createIamProvisioner, type IamOptions, type IamSettings} from '../../src/credentials/iam.ts';
import type {CredentialRequest, CredentialState, Provisioner} from '../../src/credentials/provisioner.ts';
import {createRecords, type Records} from '../../src/credentials/records.ts';
import {createSeal} from '../../src/credentials/seal.ts';
import {credentialRequest} from '../support/credential-request.ts';
import {createFakeStore, type FakeStore} from '../support/fake-store.ts';

export const TENANT = {name: 'alice', uid: '6a1c5a7e-0000-4000-8000-000000000001'};
export const BUCKET = 'mlpipeline';
export const PREFIX = 'private-artifacts/alice/';
export const RECORDS = {bucket: 'records', clusterId: 'east'};

export const SETTINGS: IamSettings = {
  clusterId: RECORDS.clusterId,
  userPrefix: 'ps',
  overlapSeconds: 24 * 3600,
  reclaimPolicy: 'Retain',
  abandonAfterSeconds: 24 * 3600,
  abandon: [],
};

export const SEAL = createSeal([Buffer.alloc(32, 7)]);

/** A store with its buckets, a clock that stands still, and hooks that use both. */
export interface Setting {
  readonly store: FakeStore;
  readonly clock: {now: number};
  readonly settings: {current: IamSettings};
  readonly told: string[];
  /** A hook as it starts: it remembers nothing. */
  readonly start: (options?: Partial<IamOptions>) => Provisioner;
  /** Records as an admin would read them. */
  readonly records: Records;
}

export function createSetting({keysPerUser = 100}: {keysPerUser?: number} = {}): Setting {
  const store = createFakeStore({keysPerUser});
  for (const bucket of [BUCKET, RECORDS.bucket]) store.buckets.set(bucket, new Map());
  const clock = {now: Date.parse('2026-01-01T00:00:00Z')};
  const settings = {current: SETTINGS};
  const told: string[] = [];
  const records = createRecords(store.objects, SEAL, RECORDS);
  const start = (options: Partial<IamOptions> = {}) =>
    createIamProvisioner({
      iam: store.iam,
      objects: store.objects,
      records,
      adminKeyId: () => store.adminKey.id,
      settings: () => settings.current,
      policyOf,
      observer: {
        minted: ns => told.push(`minted ${ns}`),
        revoked: ns => told.push(`revoked ${ns}`),
        failed: error => told.push(`failed: ${error.failure}`),
        worked: () => {},
        damaged: ns => told.push(`damaged ${ns}`),
        abandoned: (ns, reason) => told.push(`abandoned ${ns}: ${reason}`),
      },
      now: () => clock.now,
      ...options,
    });
  return {store, clock, settings, told, start, records};
}

export async function ensure(
  provisioner: Provisioner,
  difference: Partial<CredentialRequest> = {},
): Promise<CredentialState> {
  const request = credentialRequest({tenant: TENANT, bucket: BUCKET, prefixes: [PREFIX], ...difference});
  return await provisioner.ensureCredentials(request);
}

export async function revoke(provisioner: Provisioner, {clock}: Setting, tenant = TENANT) {
  return await provisioner.revokeCredentials({tenant, deletedAt: clock.now / 1000});
}

/** The key of an answer. */
export function keyOf(state: CredentialState): string | undefined {
  return state.status === 'available' ? state.credentials.accessKey : undefined;
}

/** All keys in the store, as `user id`. */
export function keysIn({store}: Setting): string[] {
  return [...store.users].flatMap(([user, {keys}]) => [...keys.keys()].map(id => `${user} ${id}`));
}

/** The names of the calls since, in order. */
export function callsOf({store}: Setting, since = 0): string[] {
  return store.calls.slice(since).map(({name}) => name);
}

export const LEASE_MILLISECONDS = 61_000;

/** A policy that differs with the prefixes alone. */
export const policyOf: IamOptions['policyOf'] = ({prefixes}) => ({
  name: 'profile-sync',
  document: documentOf(prefixes),
  hash: prefixes.join(),
});

/** Any policy that a store takes, and that differs with the prefixes. */
export function documentOf(prefixes: readonly string[]): object {
  const Resource = prefixes.map(prefix => `arn:aws:s3:::${BUCKET}/${prefix}*`);
  return {Version: '2012-10-17', Statement: [{Effect: 'Allow', Action: ['s3:GetObject'], Resource}]};
}
