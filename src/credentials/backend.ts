import type {Logger} from 'pino';
import {durationMilliseconds} from '../duration.ts';
import type {Values} from '../template/values.ts';
import {createIamProvisioner, type IamObserver, type IamSettings} from './iam.ts';
import {buildTenantPolicy, POLICY_NAME, policyHash} from './policy.ts';
import type {CredentialRequest, Provisioner} from './provisioner.ts';
import {createReadiness, type Readiness} from './readiness.ts';
import {createRecords} from './records.ts';
import type {Seal} from './seal.ts';
import {createIamStore} from './store/aws-iam.ts';
import type {AdminKey} from './store/aws-request.ts';
import {createObjectStore} from './store/aws-s3.ts';
import type {Dialect} from './store/dialects.ts';
import {testStore} from './store/self-test.ts';

/** Where tenants' keys come from. */
export interface Backend {
  readonly provisioner: Provisioner;
  /** Whether it can be used; at once where there is none. */
  readonly readiness?: Readiness;
}

/** What is counted of keys and of the store. */
export interface KeyCounts {
  readonly storeWorks: (works: boolean) => void;
  readonly keysChanged: (event: string) => void;
  readonly storeFailed: (failure: string) => void;
}

/** A store with the AWS APIs, and what our records are sealed with. */
export interface StoreSettings {
  readonly iamEndpoint: URL;
  readonly s3Endpoint: URL;
  readonly region: string;
  readonly dialect: Dialect;
  readonly adminKey: () => AdminKey;
  readonly seal: Seal;
}

/** Somebody whom no store knows: it must refuse this key. */
const STRANGER: AdminKey = {
  accessKeyId: 'NOBODY0PROFILE0SYNC0',
  secretAccessKey: 'nobody-has-this-key-and-no-store-may-take-it',
};

const MILLISECONDS = 1000;

/** The `iam` backend with its store: clients, records, self-test. */
export function buildIamBackend(
  store: StoreSettings,
  values: () => Values,
  log: Logger,
  counts: KeyCounts,
): Backend {
  const {clusterId, recordBucket, bucket} = values().credentials;
  const clients = clientsFor(store, store.adminKey);
  const readiness = createReadiness(
    async signal =>
      await testStore(
        {...clients, stranger: clientsFor(store, () => STRANGER), bucket, recordBucket},
        signal,
      ),
    log,
  );
  const provisioner = createIamProvisioner({
    ...clients,
    records: createRecords(clients.objects, store.seal, {bucket: recordBucket, clusterId}),
    adminKeyId: () => store.adminKey().accessKeyId,
    settings: () => settingsOf(values()),
    policyOf: storage => policyOf(storage, store.dialect),
    observer: createObserver(log, counts),
    now: Date.now,
  });
  return {provisioner: untilReady(provisioner, readiness), readiness};
}

/** Tells the log and the metrics. */
export function createObserver(log: Logger, counts: KeyCounts): IamObserver {
  return {
    minted: profile => {
      counts.keysChanged('minted');
      log.info({profile}, 'made a key');
    },
    revoked: profile => {
      counts.keysChanged('revoked');
      log.info({profile}, 'revoked all keys');
    },
    failed: ({failure, message}) => {
      counts.storeFailed(failure);
      counts.storeWorks(false);
      log.warn({failure}, message);
    },
    // Its line in the log is that of the answer, 503.
    damaged: () => counts.keysChanged('damaged'),
    worked: () => counts.storeWorks(true),
    abandoned: (profile, reason) => {
      counts.keysChanged('abandoned');
      log.error(
        {profile, reason},
        'let a deleted Profile go although its keys may still work: run profile-sync sweep',
      );
    },
  };
}

/** Both clients of a store, signing with a key. */
export function clientsFor(
  {iamEndpoint, s3Endpoint, region, dialect}: Omit<StoreSettings, 'adminKey' | 'seal'>,
  credentials: () => AdminKey,
) {
  return {
    iam: createIamStore({endpoint: iamEndpoint, region, dialect, credentials}),
    objects: createObjectStore({endpoint: s3Endpoint, region, dialect, credentials}),
  };
}

function policyOf(
  {bucket, prefixes, policy}: Pick<CredentialRequest, 'bucket' | 'prefixes' | 'policy'>,
  dialect: Dialect,
) {
  const document = buildTenantPolicy({bucket, prefixes, dialect: dialect.policy, options: policy});
  return {name: POLICY_NAME, document, hash: policyHash(document)};
}

function settingsOf({credentials, finalize, abandon}: Values): IamSettings {
  return {
    clusterId: credentials.clusterId,
    userPrefix: credentials.userPrefix,
    overlapSeconds: durationMilliseconds(credentials.overlap) / MILLISECONDS,
    reclaimPolicy: credentials.reclaimPolicy,
    abandonAfterSeconds: durationMilliseconds(finalize.abandonAfter) / MILLISECONDS,
    abandon,
  };
}

// Before the store has shown that it keeps to conditions, two hooks could each make a key.
function untilReady(provisioner: Provisioner, readiness: Readiness): Provisioner {
  return {
    ...provisioner,
    ensureCredentials: async request => {
      const {isReady, reason} = readiness.state();
      if (isReady) return await provisioner.ensureCredentials(request);
      const state = await provisioner.ensureCredentials({...request, mayChange: false});
      return state.status === 'unavailable' ? {...state, reason, retryAfterSeconds: 5} : state;
    },
  };
}
