import {describe, expect, test} from 'vitest';
import {type ContractStore, draw, patience} from './contract.ts';

const POLICY = {
  Version: '2012-10-17',
  Statement: [{Effect: 'Allow', Action: ['s3:GetObject'], Resource: ['arn:aws:s3:::bucket/tenant/*']}],
};

/** Rules of `IamStore`. */
export function testIamContract(store: () => ContractStore): void {
  describe('IamStore: users', () => {
    test('a user is there once created, and creating it again is fine', async () => {
      const [{iam}, user] = [store(), draw('user')];
      expect(await iam.isUser(user, patience())).toBe(false);
      await iam.createUser(user, patience());
      await iam.createUser(user, patience());
      expect(await iam.isUser(user, patience())).toBe(true);
    });

    test('a user without keys and policies is deleted, and deleting it again is fine', async () => {
      const [{iam}, user] = [store(), draw('user')];
      await iam.createUser(user, patience());
      await iam.deleteUser(user, patience());
      await iam.deleteUser(user, patience());
      expect(await iam.isUser(user, patience())).toBe(false);
    });

    test('users are listed by the beginning of their name', async () => {
      const [{iam}, prefix] = [store(), draw('listed')];
      for (const user of [`${prefix}.b`, `${prefix}.a`, draw('other')])
        await iam.createUser(user, patience());
      expect((await iam.listUsers(`${prefix}.`, patience())).sort()).toEqual([`${prefix}.a`, `${prefix}.b`]);
      expect(await iam.listUsers(draw('nobody'), patience())).toEqual([]);
    });
  });

  describe('IamStore: policies', () => {
    test('a policy is put, listed, replaced and deleted; deleting it again is fine', async () => {
      const [{iam}, user] = [store(), draw('user')];
      await iam.createUser(user, patience());
      expect(await iam.listUserPolicies(user, patience())).toEqual([]);
      for (const name of ['first', 'second', 'second'])
        await iam.putUserPolicy(user, name, POLICY, patience());
      expect((await iam.listUserPolicies(user, patience())).sort()).toEqual(['first', 'second']);
      await iam.deleteUserPolicy(user, 'first', patience());
      await iam.deleteUserPolicy(user, 'first', patience());
      expect(await iam.listUserPolicies(user, patience())).toEqual(['second']);
    });

    test('an unknown user has no policies, none to delete, and gets none', async () => {
      const [{iam}, user] = [store(), draw('nobody')];
      expect(await iam.listUserPolicies(user, patience())).toEqual([]);
      await iam.deleteUserPolicy(user, 'policy', patience());
      await expect(iam.putUserPolicy(user, 'policy', POLICY, patience())).rejects.toMatchObject({
        failure: 'failed',
        isOutcomeUnknown: false,
      });
    });

    test('what is no policy is refused', async () => {
      const [{iam}, user] = [store(), draw('user')];
      await iam.createUser(user, patience());
      const refused = iam.putUserPolicy(user, 'policy', {Statement: 'none'}, patience());
      await expect(refused).rejects.toMatchObject({failure: 'failed', isOutcomeUnknown: false});
    });
  });

  describe('IamStore: keys', () => {
    test('each key is another one, listed until deleted; deleting it again is fine', async () => {
      const [{iam}, user] = [store(), draw('user')];
      await iam.createUser(user, patience());
      const first = await iam.createAccessKey(user, patience());
      const second = await iam.createAccessKey(user, patience());
      expect(new Set([first.id, second.id, first.secret, second.secret]).size).toBe(4);
      expect((await iam.listAccessKeys(user, patience())).sort()).toEqual([first.id, second.id].sort());
      await iam.deleteAccessKey(user, first.id, patience());
      await iam.deleteAccessKey(user, first.id, patience());
      expect(await iam.listAccessKeys(user, patience())).toEqual([second.id]);
    });

    test('an unknown user has no keys, and none to delete', async () => {
      const [{iam}, user] = [store(), draw('nobody')];
      expect(await iam.listAccessKeys(user, patience())).toEqual([]);
      await iam.deleteAccessKey(user, 'AKIAIOSFODNN7EXAMPLE', patience());
    });

    test('one key more than the store allows is refused, and none is made', async context => {
      const {iam, keysPerUser} = store();
      if (keysPerUser === undefined) return context.skip('this store has no limit');
      const user = draw('user');
      await iam.createUser(user, patience());
      for (let key = 0; key < keysPerUser; key++) await iam.createAccessKey(user, patience());
      const refused = iam.createAccessKey(user, patience());
      await expect(refused).rejects.toMatchObject({failure: 'limit', isOutcomeUnknown: false});
      expect(await iam.listAccessKeys(user, patience())).toHaveLength(keysPerUser);
    });
  });

  describe('IamStore: who may call', () => {
    test("a key that is unknown, wrong or a tenant's is denied", async () => {
      const [{iam, withKey}, user] = [store(), draw('tenant')];
      await iam.createUser(user, patience());
      const tenant = await iam.createAccessKey(user, patience());
      const keys = [tenant, {...tenant, secret: 'wrong'}, {id: 'AKIAIOSFODNN7EXAMPLE', secret: 'unknown'}];
      for (const key of keys) {
        const created = withKey(key).iam.createUser(draw('planted'), patience());
        await expect(created).rejects.toMatchObject({failure: 'denied', isOutcomeUnknown: false});
      }
      expect(await iam.listUsers('planted', patience())).toEqual([]);
    });

    test('a call without time left is not made', async () => {
      const [{iam}, user] = [store(), draw('late')];
      const late = iam.createUser(user, AbortSignal.abort());
      await expect(late).rejects.toMatchObject({failure: 'timeout', isOutcomeUnknown: false});
      expect(await iam.isUser(user, patience())).toBe(false);
    });
  });
}
