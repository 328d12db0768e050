import {randomBytes} from 'node:crypto';
import {StoreError} from '../../src/credentials/store/error.ts';
import type {AccessKey, IamStore} from '../../src/credentials/store/iam.ts';
import type {FakeCallMaker, FakeState, FakeUser} from './fake-store.ts';

/** `IamStore` over maps. */
export function createFakeIam({users}: FakeState, keysPerUser: number, call: FakeCallMaker): IamStore {
  return {
    createUser: (user, signal) => call('createUser', [user], signal, () => addUser(users, user)),
    isUser: (user, signal) => call('isUser', [user], signal, () => users.has(user)),
    listUsers: (prefix, signal) =>
      call('listUsers', [prefix], signal, () => [...users.keys()].filter(user => user.startsWith(prefix))),
    deleteUser: (user, signal) => call('deleteUser', [user], signal, () => removeUser(users, user)),
    putUserPolicy: (user, name, document, signal) =>
      call('putUserPolicy', [user, name, document], signal, () => putPolicy(users, user, name, document)),
    listUserPolicies: (user, signal) =>
      call('listUserPolicies', [user], signal, () => [...(users.get(user)?.policies.keys() ?? [])]),
    deleteUserPolicy: (user, name, signal) =>
      call('deleteUserPolicy', [user, name], signal, () => {
        users.get(user)?.policies.delete(name);
      }),
    createAccessKey: (user, signal) =>
      call('createAccessKey', [user], signal, () => createKey(users, user, keysPerUser)),
    listAccessKeys: (user, signal) =>
      call('listAccessKeys', [user], signal, () => [...(users.get(user)?.keys.keys() ?? [])]),
    deleteAccessKey: (user, id, signal) =>
      call('deleteAccessKey', [user, id], signal, () => {
        users.get(user)?.keys.delete(id);
      }),
  };
}

type Users = Map<string, FakeUser>;

function addUser(users: Users, user: string): void {
  if (!users.has(user)) users.set(user, {keys: new Map(), policies: new Map()});
}

// As AWS: SeaweedFS and moto delete what the user has, and whoever relies on that leaves keys behind.
function removeUser(users: Users, user: string): void {
  const found = users.get(user);
  if (found && found.keys.size + found.policies.size > 0)
    throw new StoreError('failed', 'cannot call deleteUser: the store answered 409 DeleteConflict');
  users.delete(user);
}

function putPolicy(users: Users, user: string, name: string, document: object): void {
  if (!Array.isArray((document as {Statement?: unknown}).Statement))
    throw new StoreError(
      'failed',
      'cannot call putUserPolicy: the store answered 400 MalformedPolicyDocument',
    );
  required(users, user, 'putUserPolicy').policies.set(name, structuredClone(document));
}

function createKey(users: Users, user: string, keysPerUser: number): AccessKey {
  const {keys} = required(users, user, 'createAccessKey');
  if (keys.size >= keysPerUser)
    throw new StoreError('limit', 'cannot call createAccessKey: the store answered 409 LimitExceeded');
  const draw = (bytes: number) => randomBytes(bytes).toString('hex');
  const key = {id: `FAKE${draw(8).toUpperCase()}`, secret: draw(20)};
  keys.set(key.id, key.secret);
  return key;
}

function required(users: Users, user: string, call: string): FakeUser {
  const found = users.get(user);
  if (found) return found;
  throw new StoreError('failed', `cannot call ${call}: the store answered 404 NoSuchEntity`);
}
