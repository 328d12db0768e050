import {beforeAll, describe, expect, test} from 'vitest';
import {POLICY_DIALECTS} from '../../src/credentials/policy-dialects.ts';
import {isStoreError} from '../../src/credentials/store/error.ts';
import type {ObjectStore} from '../../src/credentials/store/objects.ts';
import {draw, patience} from './contract.ts';
import type {LiveStore} from './live-store.ts';
import {until} from './process.ts';

/** What the table of dialects says of a store, asked of the store. */
export function testDialect(store: () => LiveStore): void {
  describe('dialect', () => {
    const [bucket, user] = [draw('bucket'), draw('tenant')];
    let tenant: ObjectStore;
    beforeAll(async () => {
      const {iam, objects, withKey} = store();
      await objects.createBucket(bucket, patience());
      await objects.putObject(bucket, 'tenant/object', Buffer.from('body'), undefined, patience());
      await iam.createUser(user, patience());
      tenant = withKey(await iam.createAccessKey(user, patience())).objects;
    });
    const allow = async (statement: object) => {
      const document = {Version: '2012-10-17', Statement: [{Effect: 'Allow', ...statement}]};
      await store().iam.putUserPolicy(user, 'tenant', document, patience());
    };
    const isAllowed = async (call: Promise<unknown>) =>
      await call.then(
        () => true,
        (error: unknown) => {
          if (isStoreError(error, 'denied')) return false;
          throw error;
        },
      );

    test('the store knows all actions on objects, and they are enough', async () => {
      await allow({
        Action: POLICY_DIALECTS[store().dialect.policy].objectActions,
        Resource: [`arn:aws:s3:::${bucket}/tenant/*`],
      });
      await until(async () => await isAllowed(tenant.getObject(bucket, 'tenant/object', patience())));
      await tenant.putObject(bucket, 'tenant/own', Buffer.from('own'), undefined, patience());
      await tenant.deleteObject(bucket, 'tenant/own', patience());
      expect(await isAllowed(tenant.getObject(bucket, 'other/object', patience()))).toBe(false);
    });

    test('the condition for HeadBucket allows that, and no listing', async context => {
      const {methodKey} = POLICY_DIALECTS[store().dialect.policy];
      if (!methodKey) return context.skip('this store has no such condition');
      const condition = {StringEquals: {[methodKey]: 'HEAD'}};
      await allow({Action: ['s3:ListBucket'], Resource: [`arn:aws:s3:::${bucket}`], Condition: condition});
      await until(async () => await isAllowed(tenant.isBucket(bucket, patience())));
      expect(await isAllowed(tenant.listObjects(bucket, 'tenant/', 10, patience()))).toBe(false);
      expect(await isAllowed(tenant.listObjects(bucket, '', 10, patience()))).toBe(false);
    });

    test('a deleted key is refused within a few seconds', async () => {
      const {iam, withKey} = store();
      const other = draw('revoked');
      await iam.createUser(other, patience());
      const key = await iam.createAccessKey(other, patience());
      await iam.putUserPolicy(other, 'all', everythingIn(bucket), patience());
      const {objects} = withKey(key);
      await until(async () => await isAllowed(objects.getObject(bucket, 'tenant/object', patience())));
      await iam.deleteAccessKey(other, key.id, patience());
      await until(async () => !(await isAllowed(objects.getObject(bucket, 'tenant/object', patience()))));
    });
  });
}

function everythingIn(bucket: string) {
  const statement = {Effect: 'Allow', Action: ['s3:GetObject'], Resource: [`arn:aws:s3:::${bucket}/*`]};
  return {Version: '2012-10-17', Statement: [statement]};
}
