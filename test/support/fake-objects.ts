import {objectPath} from '../../src/credentials/store/aws-path.ts';
import {StoreError} from '../../src/credentials/store/error.ts';
import type {ObjectStore, StoredObject, WriteCondition} from '../../src/credentials/store/objects.ts';
import {etagOf, type FakeCallMaker, type FakeState} from './fake-store.ts';

/** `ObjectStore` over maps. */
export function createFakeObjects({buckets}: FakeState, call: FakeCallMaker): ObjectStore {
  return {
    getObject: (bucket, key, signal) =>
      call('getObject', [bucket, key], signal, () => copy(objectsOf(buckets, bucket, key).get(key))),
    putObject: (bucket, key, body, condition, signal) =>
      call('putObject', [bucket, key, body, condition], signal, () =>
        write(objectsOf(buckets, bucket, key), key, body, condition),
      ),
    deleteObject: (bucket, key, signal) =>
      call('deleteObject', [bucket, key], signal, () => {
        objectsOf(buckets, bucket, key).delete(key);
      }),
    listObjects: (bucket, prefix, limit, signal) =>
      call('listObjects', [bucket, prefix, limit], signal, () =>
        list(objectsOf(buckets, bucket), prefix, Math.min(limit, 1000)),
      ),
    deleteObjects: (bucket, keys, signal) =>
      call('deleteObjects', [bucket, keys], signal, () => {
        if (keys.length > 0) for (const key of keys) objectsOf(buckets, bucket).delete(key);
      }),
    isBucket: (bucket, signal) => call('isBucket', [bucket], signal, () => buckets.has(bucket)),
    createBucket: (bucket, signal) =>
      call('createBucket', [bucket], signal, () => {
        if (!buckets.has(bucket)) buckets.set(bucket, new Map());
      }),
  };
}

function objectsOf(buckets: FakeState['buckets'], bucket: string, key?: string): Map<string, StoredObject> {
  if (key !== undefined) objectPath(bucket, key);
  const found = buckets.get(bucket);
  if (found) return found;
  throw new StoreError('no-bucket', 'cannot call the store: the store answered 404 NoSuchBucket');
}

function copy(object: StoredObject | undefined): StoredObject | undefined {
  return object && {...object, body: object.body.slice()};
}

function write(
  objects: Map<string, StoredObject>,
  key: string,
  body: Uint8Array,
  condition: WriteCondition | undefined,
): string {
  const etag = objects.get(key)?.etag;
  const holds = !condition || ('ifMatch' in condition ? condition.ifMatch === etag : etag === undefined);
  if (!holds)
    throw new StoreError('conflict', 'cannot call putObject: the store answered 412 PreconditionFailed');
  const written = {body: new Uint8Array(body), etag: etagOf(body)};
  objects.set(key, written);
  return written.etag;
}

function list(objects: Map<string, StoredObject>, prefix: string, limit: number) {
  const keys = [...objects.keys()].filter(key => key.startsWith(prefix)).sort();
  return {keys: keys.slice(0, limit), hasMore: keys.length > limit};
}
