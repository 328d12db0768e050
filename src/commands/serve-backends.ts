import type {Logger} from 'pino';
import type {ServeConfig} from '../config.ts';
import {buildIamBackend, type KeyCounts, type StoreSettings} from '../credentials/backend.ts';
import {createBackends} from '../credentials/backends.ts';
import {createCloudProvisioner} from '../credentials/cloud.ts';
import {createExistingProvisioner} from '../credentials/existing.ts';
import {createMemoryProvisioner} from '../credentials/memory.ts';
import type {Provisioner} from '../credentials/provisioner.ts';
import type {Readiness} from '../credentials/readiness.ts';
import {createSeal} from '../credentials/seal.ts';
import type {Values} from '../template/values.ts';

/** Where all tenants' keys come from, and what the hook waits for before it is ready. */
interface Backends {
  readonly provisioner: Provisioner;
  readonly readiness?: Readiness['state'];
  /** Begins to test the store, where there is one. */
  readonly start: () => void;
}

/** Builds every backend that the settings allow: the values may choose any of them for a Profile. */
export function buildBackends(
  {credentials, memorySeed, existingSecrets, store}: ServeConfig,
  values: () => Values,
  log: Logger,
  counts: KeyCounts,
): Backends {
  const startedAt = Math.floor(Date.now() / 1000);
  const iam = store && buildIamBackend(openStore(store, log), values, log, counts);
  const provisioner = createBackends(
    {
      memory: createMemoryProvisioner({startedAt, ...(memorySeed && {seed: memorySeed})}),
      cloud: createCloudProvisioner(),
      ...(existingSecrets && {existing: createExistingProvisioner(existingSecrets)}),
      ...(iam && {iam: iam.provisioner}),
    },
    credentials,
  );
  return {
    provisioner,
    // Where only some Profiles need the store, the others do not wait for it.
    ...(credentials === 'iam' && iam?.readiness && {readiness: iam.readiness.state}),
    start: () => iam?.readiness?.start(),
  };
}

function openStore({recordKeys, ...store}: NonNullable<ServeConfig['store']>, log: Logger): StoreSettings {
  return {
    ...store,
    adminKey: () => store.adminKey(message => log.error(message)),
    seal: createSeal(recordKeys),
  };
}
