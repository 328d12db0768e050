import {createCipheriv, createDecipheriv, hash, randomBytes} from 'node:crypto';

/** Encrypts and authenticates what stands in the store. */
export interface Seal {
  /** `place` is where it will stand: what is moved elsewhere does not open. */
  readonly seal: (text: string, place: string) => Uint8Array;
  /** Throws where it was not sealed for this place with one of the keys. The message holds no content. */
  readonly open: (bytes: Uint8Array, place: string) => string;
}

/** Bytes of an AES-256 key, a key's name, GCM's nonce and its tag. */
const KEY_BYTES = 32;
const NAME_BYTES = 8;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Tells this format from a later one. */
const MAGIC = Buffer.from('PSR1');

/** Seals with the first key and opens with any: old keys stay in the list until nothing is sealed with them. */
export function createSeal(keys: readonly Uint8Array[]): Seal {
  const [first] = keys;
  if (!first || keys.some(({length}) => length !== KEY_BYTES))
    throw new Error(`cannot seal: a key has ${KEY_BYTES} bytes`);
  const byName = new Map(keys.map(key => [nameOf(key).toString('hex'), key]));
  return {
    seal: (text, place) => {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv('aes-256-gcm', first, nonce).setAAD(contextOf(place));
      const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return Buffer.concat([MAGIC, nameOf(first), nonce, cipher.getAuthTag(), sealed]);
    },
    open: (bytes, place) => {
      const {name, nonce, tag, sealed} = takeApart(Buffer.from(bytes));
      const key = byName.get(name.toString('hex'));
      if (!key) throw new Error('it is sealed with a key that RECORD_KEY_FILE does not hold');
      const decipher = createDecipheriv('aes-256-gcm', key, nonce).setAAD(contextOf(place)).setAuthTag(tag);
      try {
        return Buffer.concat([decipher.update(sealed), decipher.final()]).toString('utf8');
      } catch {
        throw new Error('it was changed, or moved from elsewhere');
      }
    },
  };
}

// Not a digest of the key alone, which could be looked up.
function nameOf(key: Uint8Array): Buffer {
  const digest = hash('sha256', Buffer.concat([Buffer.from('profile-sync record key\0'), key]), 'buffer');
  return digest.subarray(0, NAME_BYTES);
}

function contextOf(place: string): Buffer {
  return Buffer.concat([MAGIC, Buffer.from(place)]);
}

function takeApart(bytes: Buffer) {
  const nameAt = MAGIC.length;
  const nonceAt = nameAt + NAME_BYTES;
  const tagAt = nonceAt + NONCE_BYTES;
  const sealedAt = tagAt + TAG_BYTES;
  if (bytes.length < sealedAt || !bytes.subarray(0, nameAt).equals(MAGIC)) throw new Error('it is no record');
  return {
    name: bytes.subarray(nameAt, nonceAt),
    nonce: bytes.subarray(nonceAt, tagAt),
    tag: bytes.subarray(tagAt, sealedAt),
    sealed: bytes.subarray(sealedAt),
  };
}
