import {beforeAll, describe, expect, test} from 'vitest';
import {type ContractStore, draw, patience} from './contract.ts';

const bytes = (text: string) => new Uint8Array(Buffer.from(text));

const ODD_KEYS = ['a b/c+d', 'percent%25', `quotes'"`, '<tag>&amp;', 'ümlaut-日本', 'star*(1)!', '~tilde'];

/** Rules of `ObjectStore` but for conditional writes. */
export function testObjectContract(store: () => ContractStore): void {
  describe('ObjectStore', () => {
    const bucket = draw('bucket');
    beforeAll(async () => await store().objects.createBucket(bucket, patience()));
    const put = async (key: string, body = key) =>
      await store().objects.putObject(bucket, key, bytes(body), undefined, patience());

    test('a bucket is there once created, and creating it again is fine', async () => {
      const [{objects}, made] = [store(), draw('bucket')];
      expect(await objects.isBucket(made, patience())).toBe(false);
      await objects.createBucket(made, patience());
      await objects.createBucket(made, patience());
      expect(await objects.isBucket(made, patience())).toBe(true);
    });

    test('an object is read as it was written, with the same etag', async () => {
      const {objects} = store();
      const body = new Uint8Array([0, 255, 10, 13, 0xef, 0xbb, 0xbf]);
      const etag = await objects.putObject(bucket, 'object', body, undefined, patience());
      expect(await objects.getObject(bucket, 'object', patience())).toEqual({body, etag});
      expect(await put('object', 'another')).not.toBe(etag);
    });

    test('an empty object is an object', async () => {
      const etag = await put('empty', '');
      expect(await store().objects.getObject(bucket, 'empty', patience())).toEqual({body: bytes(''), etag});
    });

    test('an object that is not there is undefined, and deleting it is fine', async () => {
      const {objects} = store();
      expect(await objects.getObject(bucket, 'absent', patience())).toBeUndefined();
      await objects.deleteObject(bucket, 'absent', patience());
      await put('deleted');
      await objects.deleteObject(bucket, 'deleted', patience());
      expect(await objects.getObject(bucket, 'deleted', patience())).toBeUndefined();
    });

    test.each(ODD_KEYS)('keeps the key %s', async key => {
      const {objects} = store();
      await put(`odd/${key}`);
      expect((await objects.getObject(bucket, `odd/${key}`, patience()))?.body).toEqual(bytes(`odd/${key}`));
      const {keys} = await objects.listObjects(bucket, `odd/${key}`, 10, patience());
      expect(keys).toEqual([`odd/${key}`]);
      await objects.deleteObjects(bucket, keys, patience());
      expect(await objects.getObject(bucket, `odd/${key}`, patience())).toBeUndefined();
    });

    test.each(['a/../b', '..', './a', 'a/.', ''])(
      'refuses the key %j, which a URL cannot name',
      async key => {
        const {objects} = store();
        await put('b', 'kept');
        await expect(put(key)).rejects.toMatchObject({failure: 'failed', isOutcomeUnknown: false});
        await expect(objects.deleteObject(bucket, key, patience())).rejects.toMatchObject({
          failure: 'failed',
        });
        expect((await objects.getObject(bucket, 'b', patience()))?.body).toEqual(bytes('kept'));
      },
    );

    test('lists up to a limit, in order, and says whether there is more', async () => {
      const {objects} = store();
      for (const key of ['page/c', 'page/a', 'page/b', 'pages', 'pag']) await put(key);
      const list = async (limit: number) => await objects.listObjects(bucket, 'page/', limit, patience());
      expect(await list(2)).toEqual({keys: ['page/a', 'page/b'], hasMore: true});
      expect(await list(3)).toEqual({keys: ['page/a', 'page/b', 'page/c'], hasMore: false});
      expect(await list(1000)).toEqual({keys: ['page/a', 'page/b', 'page/c'], hasMore: false});
      expect(await objects.listObjects(bucket, 'nothing/', 1000, patience())).toEqual({
        keys: [],
        hasMore: false,
      });
    });

    test('deletes several objects and no others; those that are gone are fine', async () => {
      const {objects} = store();
      for (const key of ['several/a', 'several/b', 'several/kept']) await put(key);
      await objects.deleteObjects(bucket, ['several/a', 'several/b', 'several/absent'], patience());
      const {keys} = await objects.listObjects(bucket, 'several/', 10, patience());
      expect(keys).toEqual(['several/kept']);
      await objects.deleteObjects(bucket, [], patience());
    });

    test('says that the bucket is not there', async () => {
      const [{objects}, absent] = [store(), draw('absent')];
      const calls = [
        () => objects.getObject(absent, 'key', patience()),
        () => objects.deleteObject(absent, 'key', patience()),
        () => objects.listObjects(absent, '', 10, patience()),
        () => objects.deleteObjects(absent, ['key'], patience()),
      ];
      for (const call of calls) await expect(call()).rejects.toMatchObject({failure: 'no-bucket'});
    });

    test('a key that is unknown or wrong is denied', async () => {
      const {iam, withKey} = store();
      const user = draw('tenant');
      await iam.createUser(user, patience());
      const tenant = await iam.createAccessKey(user, patience());
      for (const key of [
        {...tenant, secret: 'wrong'},
        {id: 'AKIAIOSFODNN7EXAMPLE', secret: 'unknown'},
      ]) {
        const {objects} = withKey(key);
        await expect(objects.isBucket(bucket, patience())).rejects.toMatchObject({failure: 'denied'});
        const read = objects.getObject(bucket, 'object', patience());
        await expect(read).rejects.toMatchObject({failure: 'denied'});
      }
    });
  });
}
