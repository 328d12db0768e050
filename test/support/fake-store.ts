import {createHash, randomBytes} from 'node:crypto';
import {StoreError} from '../../src/credentials/store/error.ts';
import type {AccessKey, IamStore} from '../../src/credentials/store/iam.ts';
import type {ObjectStore, StoredObject} from '../../src/credentials/store/objects.ts';
import {createFakeIam} from './fake-iam.ts';
import {createFakeObjects} from './fake-objects.ts';

/** What goes wrong with a call, before the store does it or after. */
export interface Fault {
  readonly at: 'before' | 'after';
  /** An error to throw; no answer until the signal ends the wait; the caller's process dies. */
  readonly what: StoreError | 'hang' | 'crash';
}

/** One call as it was made. */
export interface FakeCall {
  /** Counted from one. */
  readonly number: number;
  readonly name: keyof IamStore | keyof ObjectStore;
  readonly args: readonly unknown[];
}

export interface FakeUser {
  /** Secrets by id. */
  readonly keys: Map<string, string>;
  readonly policies: Map<string, object>;
}

/** What a store holds; tests may look, and change it behind the back of whoever is tested. */
export interface FakeState {
  readonly users: Map<string, FakeUser>;
  readonly buckets: Map<string, Map<string, StoredObject>>;
}

/** A store in memory that keeps the contract's rules, with hooks. */
export interface FakeStore extends FakeState {
  readonly iam: IamStore;
  readonly objects: ObjectStore;
  readonly adminKey: AccessKey;
  readonly keysPerUser: number;
  /** Every call that was made, oldest first. */
  readonly calls: readonly FakeCall[];
  /** Asked before each call; may wait, to choose in which order calls are done. */
  onCall: (call: FakeCall) => Promise<Fault | undefined> | Fault | undefined;
  /** The same store for whoever has this key. */
  readonly withKey: (key: AccessKey) => {readonly iam: IamStore; readonly objects: ObjectStore};
}

/** Thrown in place of an answer where the caller's process is to die: nothing may catch it but the test. */
export class CrashError extends Error {
  override readonly name = 'CrashError';
}

/** Makes one call of a fake: what it does, or why it fails. */
export type FakeCallMaker = <T>(
  name: FakeCall['name'],
  args: readonly unknown[],
  signal: AbortSignal,
  act: () => T,
) => Promise<T>;

const READS = /^(is|list|get)/;

/** An empty store. */
export function createFakeStore({keysPerUser = 2}: {readonly keysPerUser?: number} = {}): FakeStore {
  const state: FakeState = {users: new Map(), buckets: new Map()};
  const calls: FakeCall[] = [];
  const adminKey = {id: 'FAKEADMIN', secret: randomBytes(8).toString('hex')};
  const withKey = (key: AccessKey) => {
    const isAdmin = key.id === adminKey.id && key.secret === adminKey.secret;
    const make: FakeCallMaker = async (name, args, signal, act) => {
      const call = {number: calls.length + 1, name, args};
      calls.push(call);
      const fault = await fake.onCall(call);
      return await makeCall(call, signal, fault, () => {
        if (!isAdmin) throw new StoreError('denied', `cannot call ${name}: the key is not the admin's`);
        return act();
      });
    };
    return {iam: createFakeIam(state, keysPerUser, make), objects: createFakeObjects(state, make)};
  };
  const fake: FakeStore = {
    ...state,
    ...withKey(adminKey),
    adminKey,
    keysPerUser,
    calls,
    onCall: () => undefined,
    withKey,
  };
  return fake;
}

/** A hook that lets one call fail, counted from one, and no other. */
export function failCall(number: number, fault: Fault): FakeStore['onCall'] {
  return call => (call.number === number ? fault : undefined);
}

async function makeCall<T>(
  {name}: FakeCall,
  signal: AbortSignal,
  fault: Fault | undefined,
  act: () => T,
): Promise<T> {
  if (signal.aborted) throw new StoreError('timeout', `cannot call ${name}: there is no time left`);
  if (fault?.at === 'before') return await suffer(name, fault, signal);
  const answer = act();
  return fault ? await suffer(name, fault, signal) : answer;
}

async function suffer(name: FakeCall['name'], {what}: Fault, signal: AbortSignal): Promise<never> {
  if (what === 'crash') throw new CrashError(`crashed in ${name}`);
  if (what !== 'hang') throw what;
  if (!signal.aborted) await new Promise(resolve => signal.addEventListener('abort', resolve, {once: true}));
  throw new StoreError('timeout', `cannot call ${name}: no answer in time`, !READS.test(name));
}

/** An etag as stores make it: equal bodies have equal ones. */
export function etagOf(body: Uint8Array): string {
  return `"${createHash('md5').update(body).digest('hex')}"`;
}
