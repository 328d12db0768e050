import type {ObjectStore, WriteCondition} from '../../src/credentials/store/objects.ts';
import type {StoreReply, StoreRequest} from './store-server.ts';

/** Carries out a call of S3, path-style. */
export async function answerS3(
  {name, url, headers, body}: StoreRequest,
  objects: ObjectStore,
  signal: AbortSignal,
): Promise<StoreReply> {
  const [bucket = '', ...rest] = url.pathname.slice(1).split('/').map(decodeURIComponent);
  const key = rest.join('/');
  switch (name) {
    case 'GetObject':
      return await getObject(objects, bucket, key, signal);
    case 'PutObject': {
      const etag = await objects.putObject(bucket, key, body, conditionOf(headers), signal);
      return {status: 200, headers: {etag}};
    }
    case 'DeleteObject':
      await objects.deleteObject(bucket, key, signal);
      return {status: 204};
    case 'ListObjectsV2':
      return await listObjects(objects, bucket, url.searchParams, signal);
    case 'DeleteObjects':
      await objects.deleteObjects(bucket, keysOf(body), signal);
      return {status: 200, body: '<DeleteResult></DeleteResult>'};
    case 'HeadBucket':
      return {status: (await objects.isBucket(bucket, signal)) ? 200 : 404};
    default:
      await objects.createBucket(bucket, signal);
      return {status: 200};
  }
}

async function getObject(objects: ObjectStore, bucket: string, key: string, signal: AbortSignal) {
  const found = await objects.getObject(bucket, key, signal);
  if (found) return {status: 200, headers: {etag: found.etag}, body: found.body};
  return {status: 404, body: '<Error><Code>NoSuchKey</Code></Error>'};
}

async function listObjects(
  objects: ObjectStore,
  bucket: string,
  query: URLSearchParams,
  signal: AbortSignal,
): Promise<StoreReply> {
  const limit = Number(query.get('max-keys'));
  const {keys, hasMore} = await objects.listObjects(bucket, query.get('prefix') ?? '', limit, signal);
  const contents = keys.map(key => `<Contents><Key>${encodeURIComponent(key)}</Key></Contents>`).join('');
  const next = hasMore ? '<NextContinuationToken>more</NextContinuationToken>' : '';
  return {
    status: 200,
    body: `<ListBucketResult><EncodingType>url</EncodingType><IsTruncated>${hasMore}</IsTruncated>${contents}${next}</ListBucketResult>`,
  };
}

function keysOf(body: Buffer): string[] {
  return [...body.toString().matchAll(/<Key>(.*?)<\/Key>/gs)].map(([, key]) => key as string);
}

function conditionOf(headers: StoreRequest['headers']): WriteCondition | undefined {
  if (headers['if-none-match']) return {ifNoneMatch: '*'};
  return headers['if-match'] ? {ifMatch: headers['if-match']} : undefined;
}
