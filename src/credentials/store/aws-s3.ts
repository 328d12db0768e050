import {createHash} from 'node:crypto';
import {readListing} from './aws-listing.ts';
import {bucketPath, objectPath, queryOf} from './aws-path.ts';
import {
  createSender,
  readXml,
  type Sender,
  type StoreAnswer,
  type StoreCall,
  type StoreOptions,
  unreadable,
} from './aws-request.ts';
import {StoreError} from './error.ts';
import type {ObjectStore, StoredObject, WriteCondition} from './objects.ts';
import {elementsAt, textAt} from './xml.ts';

/** S3 with path-style addresses, as SeaweedFS and Ceph speak it too. */
export function createObjectStore({dialect, ...options}: StoreOptions): ObjectStore {
  const send = createSender({...options, service: 's3'});
  const location =
    dialect.hasLocationConstraint && options.region !== 'us-east-1' ? options.region : undefined;
  return {
    getObject: async (bucket, key, signal) => await getObject(send, objectPath(bucket, key), signal),
    putObject: async (bucket, key, body, condition, signal) =>
      await putObject(send, objectPath(bucket, key), body, condition, signal),
    deleteObject: async (bucket, key, signal) => await deleteObject(send, objectPath(bucket, key), signal),
    listObjects: async (bucket, prefix, limit, signal) =>
      await listObjects(send, bucketPath(bucket), prefix, limit, signal),
    deleteObjects: async (bucket, keys, signal) => await deleteObjects(send, bucket, keys, signal),
    isBucket: async (bucket, signal) => await isBucket(send, bucketPath(bucket), signal),
    createBucket: async (bucket, signal) => await createBucket(send, bucketPath(bucket), location, signal),
  };
}

const GONE = 'NoSuchKey';
const OURS = 'BucketAlreadyOwnedByYou';

/** A store that answers empty pages for ever must not hold up a clean-up. */
const MAX_PAGES = 10;

async function getObject(send: Sender, path: string, signal: AbortSignal): Promise<StoredObject | undefined> {
  const call: StoreCall = {name: 'GetObject', method: 'GET', path, isMutating: false, tolerated: [GONE]};
  const answer = await send(call, signal);
  if (answer.tolerated) return undefined;
  return {body: new Uint8Array(answer.body), etag: etagOf(call, answer)};
}

async function putObject(
  send: Sender,
  path: string,
  body: Uint8Array,
  condition: WriteCondition | undefined,
  signal: AbortSignal,
): Promise<string> {
  const headers = {'content-type': 'application/octet-stream', ...conditionHeaders(condition)};
  const tolerated = condition ? [GONE] : [];
  const call: StoreCall = {
    name: 'PutObject',
    method: 'PUT',
    path,
    headers,
    body,
    isMutating: true,
    tolerated,
  };
  const answer = await send(call, signal);
  // What AWS answers where the version that was read has been deleted.
  if (answer.tolerated) throw new StoreError('conflict', 'cannot call PutObject: the object is gone');
  return etagOf(call, answer);
}

function conditionHeaders(condition: WriteCondition | undefined): {[name: string]: string} {
  if (condition === undefined) return {};
  return 'ifMatch' in condition ? {'if-match': condition.ifMatch} : {'if-none-match': condition.ifNoneMatch};
}

// A page that some proxy answers has none.
function etagOf(call: StoreCall, {status, headers}: StoreAnswer): string {
  const etag = headers.get('etag');
  if (status === 200 && etag) return etag;
  throw unreadable(call, 'has no etag');
}

async function deleteObject(send: Sender, path: string, signal: AbortSignal): Promise<void> {
  const call: StoreCall = {name: 'DeleteObject', method: 'DELETE', path, isMutating: true, tolerated: [GONE]};
  const {status, tolerated} = await send(call, signal);
  if (status !== 204 && !tolerated) throw unreadable(call, `has status ${status}`);
}

async function listObjects(
  send: Sender,
  path: string,
  prefix: string,
  limit: number,
  signal: AbortSignal,
): Promise<{keys: readonly string[]; hasMore: boolean}> {
  const keys: string[] = [];
  const query = {'list-type': '2', 'encoding-type': 'url', 'max-keys': String(Math.min(limit, 1000)), prefix};
  let token: string | undefined;
  for (let page = 0; page < MAX_PAGES; page++) {
    const call = listCall(path, {...query, ...(token && {'continuation-token': token})});
    const {found, next} = readListing(call, await send(call, signal), prefix);
    keys.push(...found);
    if (next === undefined || keys.length >= limit)
      return {keys: keys.slice(0, limit), hasMore: next !== undefined || keys.length > limit};
    if (next === token) throw unreadable(call, 'repeats its page');
    token = next;
  }
  if (keys.length > 0) return {keys, hasMore: true};
  throw unreadable(listCall(path, query), 'has too many empty pages');
}

function listCall(path: string, query: {readonly [name: string]: string}): StoreCall {
  return {name: 'ListObjectsV2', method: 'GET', path: `${path}?${queryOf(query)}`, isMutating: false};
}

async function deleteObjects(
  send: Sender,
  bucket: string,
  keys: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  const [plain, odd] = [keys.filter(isXmlText), keys.filter(key => !isXmlText(key))];
  if (plain.length > 0) await deleteTogether(send, bucketPath(bucket), plain, signal);
  for (const key of odd) await deleteObject(send, objectPath(bucket, key), signal);
}

// No XML can name a key with a control character; a tenant who makes one must not keep its objects for ever.
function isXmlText(key: string): boolean {
  return !/[\p{Cc}\uFFFE\uFFFF]/u.test(key);
}

async function deleteTogether(send: Sender, path: string, keys: readonly string[], signal: AbortSignal) {
  const objects = keys.map(key => `<Object><Key>${escapeXml(key)}</Key></Object>`).join('');
  const body = `<Delete xmlns="${NAMESPACE}"><Quiet>true</Quiet>${objects}</Delete>`;
  const headers = {
    'content-type': 'application/xml',
    'content-md5': createHash('md5').update(body).digest('base64'),
  };
  const target = `${path}?delete=`;
  const call: StoreCall = {
    name: 'DeleteObjects',
    method: 'POST',
    path: target,
    headers,
    body,
    isMutating: true,
  };
  const root = readXml(call, await send(call, signal), 'DeleteResult');
  const left = elementsAt(root, 'Error').filter(error => textAt(error, 'Code') !== GONE);
  if (left.length > 0) throw unreadable(call, `says that ${left.length} of ${keys.length} objects are left`);
}

const NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/';

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

async function isBucket(send: Sender, path: string, signal: AbortSignal): Promise<boolean> {
  const call: StoreCall = {name: 'HeadBucket', method: 'HEAD', path, isMutating: false, mayBeAbsent: true};
  const {status} = await send(call, signal);
  if (status === 200 || status === 404) return status === 200;
  throw unreadable(call, `has status ${status}`);
}

async function createBucket(
  send: Sender,
  path: string,
  location: string | undefined,
  signal: AbortSignal,
): Promise<void> {
  const constraint = `<LocationConstraint>${escapeXml(location ?? '')}</LocationConstraint>`;
  const body = `<CreateBucketConfiguration xmlns="${NAMESPACE}">${constraint}</CreateBucketConfiguration>`;
  const call: StoreCall = {
    name: 'CreateBucket',
    method: 'PUT',
    path,
    ...(location && {body}),
    isMutating: true,
    tolerated: [OURS],
  };
  const {status, tolerated} = await send(call, signal);
  if (status !== 200 && !tolerated) throw unreadable(call, `has status ${status}`);
}
