import {readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {isDeepStrictEqual} from 'node:util';
import {systemReason} from '../template/load.ts';
import {
  type CredentialRequest,
  type CredentialState,
  type Credentials,
  type Provisioner,
  placeholderCredentials,
} from './provisioner.ts';

type AdminSecret = Pick<Credentials, 'accessKey' | 'secretKey' | 'generation'>;

/** How old a key may be that answers without a look at its files. */
const FRESH_SECONDS = 60;

/** When to look again for a Secret that cannot be used. */
const RETRY_SECONDS = 30;

/** A Secret that cannot be used; the message names the file and never what is in it. */
class SecretFileError extends Error {}

/** Keys that the admin made: each Secret is a folder in this one, with `accesskey`, `secretkey` and maybe `generation`. */
export function createExistingProvisioner(folder: string): Provisioner {
  return {
    ensureCredentials: async request => {
      try {
        return await read(folder, request);
      } catch (error) {
        if (!(error instanceof SecretFileError)) throw error;
        return {
          status: 'unavailable',
          mode: 'existing',
          reason: error.message,
          retryAfterSeconds: RETRY_SECONDS,
        };
      }
    },
    // The key is the admin's: only he can end it, and others may use it.
    revokeCredentials: async () => ({done: true}),
  };
}

async function read(folder: string, request: CredentialRequest): Promise<CredentialState> {
  const {existingSecret} = request;
  if (!existingSecret)
    throw new SecretFileError('values.credentials.existing.secret names no Secret for this Profile');
  return {
    status: 'available',
    credentials: {
      ...placeholderCredentials('existing', request),
      ...(await readWhole(join(folder, existingSecret))),
    },
    sharingEpoch: 0,
    freshForSeconds: FRESH_SECONDS,
  };
}

// The kubelet swaps all files of a Secret at once: halves read before and after would make a key that nobody knows.
async function readWhole(folder: string): Promise<AdminSecret> {
  const [first, second] = [await readSecret(folder), await readSecret(folder)];
  if (isDeepStrictEqual(first, second)) return second;
  throw new SecretFileError(`cannot read ${folder}: it is being changed`);
}

async function readSecret(folder: string): Promise<AdminSecret> {
  return {
    accessKey: await readWord(join(folder, 'accesskey')),
    secretKey: await readWord(join(folder, 'secretkey')),
    generation: await readGeneration(join(folder, 'generation')),
  };
}

async function readWord(path: string): Promise<string> {
  const word = await readText(path);
  if (word === undefined) throw new SecretFileError(`cannot read ${path}: it does not exist`);
  if (/^[\x21-\x7E]+$/.test(word)) return word;
  throw new SecretFileError(`cannot use ${path}: it is empty, or no word`);
}

async function readGeneration(path: string): Promise<number> {
  const text = (await readText(path)) ?? '1';
  if (/^[1-9]\d{0,14}$/.test(text)) return Number(text);
  throw new SecretFileError(`cannot use ${path}: it is no whole number from 1 on`);
}

async function readText(path: string): Promise<string | undefined> {
  try {
    return (await readFile(path, 'utf8')).trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new SecretFileError(`cannot read ${path}: ${systemReason(error)}`);
  }
}
