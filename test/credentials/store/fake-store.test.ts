import {describe, expect, test} from 'vitest';
import {StoreError} from '../../../src/credentials/store/error.ts';
import {describeStore, patience} from '../../store/contract.ts';
import {CrashError, createFakeStore, failCall} from '../../support/fake-store.ts';

describeStore('fake store', async () => ({...createFakeStore(), stop: async () => {}}));

describe('faults of the fake store', () => {
  const error = new StoreError('unreachable', 'cannot call createUser: gone', true);

  test.each([
    {at: 'before', what: error, isDone: false},
    {at: 'after', what: error, isDone: true},
    {at: 'before', what: 'crash', isDone: false},
    {at: 'after', what: 'crash', isDone: true},
    {at: 'before', what: 'hang', isDone: false},
    {at: 'after', what: 'hang', isDone: true},
  ] as const)('a call that fails $at its effect ($what) is done: $isDone', async ({at, what, isDone}) => {
    const store = createFakeStore();
    store.onCall = failCall(2, {at, what});
    await store.iam.createUser('first', patience());
    const failing = store.iam.createUser('second', AbortSignal.timeout(20));
    await expect(failing).rejects.toThrow(what === 'crash' ? CrashError : StoreError);
    await store.iam.createUser('third', patience());
    expect([...store.users.keys()]).toEqual(isDone ? ['first', 'second', 'third'] : ['first', 'third']);
    expect(store.calls.map(({name, args}) => [name, ...args])).toEqual(
      ['first', 'second', 'third'].map(user => ['createUser', user]),
    );
  });

  test('a hanging change leaves its outcome unknown, a hanging read does not', async () => {
    const store = createFakeStore();
    store.onCall = () => ({at: 'before', what: 'hang'});
    const change = store.iam.createUser('user', AbortSignal.timeout(10));
    await expect(change).rejects.toMatchObject({failure: 'timeout', isOutcomeUnknown: true});
    const read = store.iam.isUser('user', AbortSignal.timeout(10));
    await expect(read).rejects.toMatchObject({failure: 'timeout', isOutcomeUnknown: false});
  });
});
