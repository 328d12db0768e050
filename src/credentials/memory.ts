import {createHmac, createSecretKey, type KeyObject, randomBytes} from 'node:crypto';
import {type Credentials, type Provisioner, placeholderCredentials, type Tenant} from './provisioner.ts';

/** Settings of the memory backend. */
export interface MemoryOptions {
  /** At least 32 bytes. Without one keys last as long as the process. */
  readonly seed?: Buffer;
  /** Unix time in seconds at which the process started. */
  readonly startedAt: number;
}

/** As long as the keys that AWS hands out. */
const ACCESS_KEY_LENGTH = 20;
const SECRET_KEY_LENGTH = 40;

/**
 * Keys that no store knows, for trying out: an HMAC of the Profile's uid, so that nothing need be remembered.
 *
 * With a seed of its own a restart makes new keys; the generation then starts at the start time, so that
 * consumers of the old ones restart too.
 */
export function createMemoryProvisioner({seed, startedAt}: MemoryOptions): Provisioner {
  // Made once: an HMAC from raw bytes takes three times as long.
  const key = createSecretKey(seed ?? randomBytes(32));
  const generation = seed ? 1 : startedAt;
  return {
    ensureCredentials: async ({tenant, bucket, prefixes}) => ({
      status: 'available',
      credentials: {
        ...placeholderCredentials('memory', {bucket, prefixes}),
        ...deriveKey(key, tenant),
        generation,
      },
      sharingEpoch: 0,
      freshForSeconds: Number.POSITIVE_INFINITY,
    }),
    // A uid never comes back, so a derived key that nobody stores is gone with it.
    revokeCredentials: async () => ({done: true}),
  };
}

function deriveKey(seed: KeyObject, {uid}: Tenant): Pick<Credentials, 'accessKey' | 'secretKey'> {
  const derive = (part: string) => createHmac('sha256', seed).update(`${part}\0${uid}`).digest();
  return {
    accessKey: `PS${derive('access')
      .toString('hex')
      .toUpperCase()
      .slice(0, ACCESS_KEY_LENGTH - 2)}`,
    secretKey: derive('secret').toString('base64url').slice(0, SECRET_KEY_LENGTH),
  };
}
