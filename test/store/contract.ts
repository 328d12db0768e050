import {afterAll, beforeAll, describe} from 'vitest';
import type {AccessKey, IamStore} from '../../src/credentials/store/iam.ts';
import type {ObjectStore} from '../../src/credentials/store/objects.ts';
import {testConditionalWrites} from './contract-conditions.ts';
import {testIamContract} from './contract-iam.ts';
import {testObjectContract} from './contract-objects.ts';
import {testReadiness} from './contract-readiness.ts';

/** What the contract's tests need of a store, real or not. */
export interface ContractStore {
  readonly iam: IamStore;
  readonly objects: ObjectStore;
  /** The same store for whoever has this key. */
  readonly withKey: (key: AccessKey) => {readonly iam: IamStore; readonly objects: ObjectStore};
  readonly keysPerUser?: number;
}

/** The rules that every implementation of the store's contracts keeps, real stores and fakes alike. */
export function describeStore<T extends ContractStore>(
  title: string,
  start: () => Promise<T & {readonly stop: () => Promise<void>}>,
  more: (store: () => T) => void = () => {},
): void {
  describe(title, () => {
    let store: (T & {readonly stop: () => Promise<void>}) | undefined;
    beforeAll(async () => {
      store = await start();
    });
    afterAll(async () => await store?.stop());
    const started = () => store as T;
    testIamContract(started);
    testObjectContract(started);
    testConditionalWrites(started);
    testReadiness(started);
    more(started);
  });
}

/** More time than any call takes. */
export function patience(): AbortSignal {
  return AbortSignal.timeout(20_000);
}

let drawn = 0;

/** A name that no other test uses. */
export function draw(prefix: string): string {
  drawn += 1;
  return `${prefix}-${process.pid}-${drawn}`;
}
