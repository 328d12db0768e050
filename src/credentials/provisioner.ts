import type {PolicyOptions} from './policy.ts';

/** Where a tenant's key comes from. */
export type CredentialMode = 'memory' | 'iam' | 'cloud' | 'existing';

/** What templates see as `credentials`. */
export interface Credentials {
  readonly mode: CredentialMode;
  /** Empty where the mode has no key. */
  readonly accessKey: string;
  readonly secretKey: string;
  /** Grows with every new key; consumers restart by it. */
  readonly generation: number;
  readonly secretName: string;
  readonly bucket: string;
  /** The tenant's own part of the bucket, ending in a slash. */
  readonly prefix: string;
}

/** A tenant is a Profile's uid: a name used again is another tenant. The namespace has the Profile's name. */
export interface Tenant {
  readonly name: string;
  readonly uid: string;
}

/** What is asked of a provisioner in one sync. */
export interface CredentialRequest {
  readonly tenant: Tenant;
  /** The backend that the values choose for this Profile; without one it is the hook's own. */
  readonly backend?: CredentialMode;
  /** The admin's Secret with this tenant's key; only `existing` reads it. */
  readonly existingSecret?: string;
  readonly bucket: string;
  /** With the namespace's name filled in; the first one is where new artifacts go. */
  readonly prefixes: readonly string[];
  /** What a tenant's key opens besides. */
  readonly policy: PolicyOptions;
  /** False for a released or deleted Profile: nothing is minted, rotated or written for it. */
  readonly mayChange: boolean;
  /** Whether the admin lets this Profile have artifacts that stand in its prefix already. */
  readonly mayInherit: boolean;
  /** Whether sync.py may have served a Profile of this name: its user's key would open the same prefix. */
  readonly followsSyncPy: boolean;
}

/** What is asked of a provisioner for a Profile that is being deleted. */
export interface RevocationRequest {
  readonly tenant: Tenant;
  /** Unix seconds. */
  readonly deletedAt: number;
}

/**
 * The tenant's key as the provisioner's own record has it, never as anybody showed it.
 *
 * `unavailable` is an answer, not an error: the store is down, or somebody else holds the lease. Nothing was
 * minted or deleted then, and what the tenant has stays. `reason` is for people and holds no secret.
 */
export type CredentialState =
  | {
      readonly status: 'available';
      readonly credentials: Credentials;
      /** Counts departures of readers; templates see it as `sharing.epoch`. */
      readonly sharingEpoch: number;
      /** How long the same answer may be given again without asking; Infinity where nothing can change it. */
      readonly freshForSeconds: number;
      /** What keeps the store from being asked, since when and why; the credentials are those known before. */
      readonly warning?: string;
      /** When to ask again because of that. */
      readonly retryAfterSeconds?: number;
    }
  | {
      readonly status: 'unavailable';
      /** Of the backend that was asked: templates render by it although there is no key. */
      readonly mode: CredentialMode;
      readonly reason: string;
      readonly retryAfterSeconds: number;
    };

/** Whether a tenant's keys and user are gone from the store; until then the Profile's finalizer stays. */
export type Revocation =
  | {readonly done: true}
  | {readonly done: false; readonly reason: string; readonly retryAfterSeconds: number};

/**
 * One backend of credentials. Both calls are idempotent: Metacontroller repeats them, loses their answers, and
 * two replicas may make them at once. A thrown error means a damaged record (503) or a bug (500): nothing changes.
 */
export interface Provisioner {
  /** Makes sure that the tenant has exactly one active key, as far as `mayChange` lets it. */
  readonly ensureCredentials: (request: CredentialRequest) => Promise<CredentialState>;
  /** Deletes the tenant's keys, policy and user, and proves it. A tenant without a record is done. */
  readonly revokeCredentials: (request: RevocationRequest) => Promise<Revocation>;
}

/** Kubeflow's name for the Secret: its UI, launcher and Argo look for it. */
const SECRET_NAME = 'mlpipeline-minio-artifact';

/** Stands for a tenant's credentials where there is no store to ask: offline, and while nothing is known yet. */
export function placeholderCredentials(
  mode: CredentialMode,
  request: Pick<CredentialRequest, 'bucket' | 'prefixes'>,
): Credentials {
  const hasKey = mode !== 'cloud';
  return {
    mode,
    accessKey: hasKey ? 'PLACEHOLDER-ACCESS-KEY' : '',
    secretKey: hasKey ? 'placeholder-secret-key' : '',
    generation: 1,
    secretName: SECRET_NAME,
    bucket: request.bucket,
    prefix: request.prefixes[0] ?? '',
  };
}
