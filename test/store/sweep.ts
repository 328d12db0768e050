import {randomUUID} from 'node:crypto';
import {describe, expect, test} from 'vitest';
import {createRecords} from '../../src/credentials/records.ts';
import {createSeal} from '../../src/credentials/seal.ts';
import {findLeftovers} from '../../src/credentials/sweep.ts';
import {draw, patience} from './contract.ts';
import type {LiveStore} from './live-store.ts';
import {until} from './process.ts';

const TWO_HOURS = 2 * 3600;

/** A sweep of a real store: what is left over goes, and the rest stays. */
export function testSweep(start: () => LiveStore): void {
  describe('a sweep', () => {
    test('revokes what no Profile has, by the record and without one, and no other', async () => {
      const {iam, objects, adminKey} = start();
      const [recordBucket, clusterId] = [draw('records'), draw('sweep')];
      await objects.createBucket(recordBucket, patience());
      const seal = createSeal([Buffer.alloc(32, 3)]);
      const records = createRecords(objects, seal, {bucket: recordBucket, clusterId});
      const user = (name: string) => `ps-${clusterId}-${name}-0123abcd`;
      const now = () => Math.floor(Date.now() / 1000);
      for (const name of ['gone', 'living', 'recordless']) {
        await iam.createUser(user(name), patience());
        await iam.putUserPolicy(user(name), 'profile-sync', POLICY, patience());
        await iam.createAccessKey(user(name), patience());
      }
      for (const ns of ['gone', 'living'])
        await records.create(
          ns,
          {
            ns,
            user: user(ns),
            madeAt: now() - TWO_HOURS,
            gen: 1,
            epoch: 0,
            bucket: recordBucket,
            prefixes: [],
          },
          patience(),
        );
      const context = {
        iam,
        objects,
        records,
        recordBucket,
        adminKeyId: () => adminKey.accessKeyId,
        settings: {clusterId, userPrefix: 'ps'},
        living: [{name: 'living', uid: 'living'}],
        listedAt: now(),
        nonce: randomUUID,
        now,
        budget: patience,
      };
      await until(async () => (await iam.listUsers(`ps-${clusterId}-`, patience())).length === 3);
      const found = await findLeftovers(context);
      expect(found.map(({what}) => what)).toEqual([
        `user ${user('gone')} of Profile gone (uid gone)`,
        `user ${user('recordless')}, which has no record`,
      ]);
      for (const {remove} of found) await remove();
      expect(await iam.listUsers(`ps-${clusterId}-`, patience())).toEqual([user('living')]);
      expect(await records.list(patience())).toEqual(['living']);
      expect(await records.readTombstone('gone', patience())).toMatchObject({ns: 'gone'});
      expect(await findLeftovers(context)).toEqual([]);
    });
  });
}

const POLICY = {
  Version: '2012-10-17',
  Statement: [{Effect: 'Allow', Action: ['s3:GetObject'], Resource: ['arn:aws:s3:::artifacts/alice/*']}],
};
