import {createHash} from 'node:crypto';
import {AwsClient} from 'aws4fetch';
import type {Dialect} from './dialects.ts';
import {StoreError} from './error.ts';
import {connectionError, refusalError} from './failure.ts';
import {parseXml, textAt, type XmlElement} from './xml.ts';

/** Our own key at the store. */
export interface AdminKey {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** Where a store is, which one it is, and who signs there. */
export interface StoreOptions {
  readonly endpoint: URL;
  readonly region: string;
  readonly dialect: Dialect;
  /** Asked at every call, so that a rotated key counts at once. */
  readonly credentials: () => AdminKey;
  readonly timeoutMilliseconds?: number;
}

/** The same for one of its services. */
export interface SenderOptions extends Omit<StoreOptions, 'dialect'> {
  readonly service: 'iam' | 's3';
}

/** One call of the store's API. */
export interface StoreCall {
  /** As the store's API calls it. */
  readonly name: string;
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE';
  /** Encoded already, with the query. */
  readonly path: string;
  readonly headers?: {readonly [name: string]: string};
  readonly body?: Uint8Array | string;
  /** Whether the store may be another one after it. */
  readonly isMutating: boolean;
  /** Error codes that are answers, not errors. */
  readonly tolerated?: readonly string[];
  /** That 404 is an answer, not an error: to a HEAD it comes without a code. */
  readonly mayBeAbsent?: boolean;
}

/** What the store answered: a success, or what is tolerated. */
export interface StoreAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Buffer;
  readonly tolerated?: string;
}

export type Sender = (call: StoreCall, signal: AbortSignal) => Promise<StoreAnswer>;

/** DESIGN: a sync has 8 s in all. */
const TIMEOUT_MILLISECONDS = 3000;

/** More than a page of 1000 keys of 1024 characters, each of them encoded. */
const MAX_ANSWER_BYTES = 8 * 1024 * 1024;

/** A function that makes signed calls, once each: whether to repeat one is the caller's to know. */
export function createSender(options: SenderOptions): Sender {
  const {endpoint, timeoutMilliseconds = TIMEOUT_MILLISECONDS} = options;
  const sign = createSigner(options);
  return async (call, signal) => {
    if (signal.aborted) throw new StoreError('timeout', `cannot call ${call.name}: there is no time left`);
    const limit = AbortSignal.any([signal, AbortSignal.timeout(timeoutMilliseconds)]);
    const request = await sign(call, endpoint, limit);
    const response = await guard(call, limit, async () => await fetch(request));
    const body = await guard(call, limit, async () => await readBounded(response, call));
    const {ok, status, headers} = response;
    if (ok || (status === 404 && call.mayBeAbsent)) return {status, headers, body};
    return refuse(call, response, body);
  };
}

function createSigner({service, region, credentials}: SenderOptions) {
  let key: AdminKey | undefined;
  let client: AwsClient | undefined;
  const current = () => {
    const now = credentials();
    if (client && now.accessKeyId === key?.accessKeyId && now.secretAccessKey === key.secretAccessKey)
      return client;
    key = now;
    client = new AwsClient({...now, service, region, retries: 0});
    return client;
  };
  return async (call: StoreCall, endpoint: URL, signal: AbortSignal): Promise<Request> => {
    const {method, path, headers, body} = call;
    const hash = createHash('sha256').update(body ?? '');
    const signed = {...headers, 'x-amz-content-sha256': hash.digest('hex')};
    const url = `${endpoint.origin}${path}`;
    try {
      // A redirect would take the signed request, and a policy or a record in it, to somebody else.
      const init = {method, headers: signed, ...(body !== undefined && {body}), redirect: 'manual', signal};
      return await current().sign(url, init as RequestInit);
    } catch {
      throw new StoreError('failed', `cannot call ${call.name}: the request cannot be signed`);
    }
  };
}

async function guard<T>(call: StoreCall, limit: AbortSignal, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof StoreError) throw error;
    if (!limit.aborted) throw connectionError(call.name, call.isMutating, error);
    throw new StoreError('timeout', `cannot call ${call.name}: no answer in time`, call.isMutating);
  }
}

async function readBounded(response: Response, call: StoreCall): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length;
    if (bytes > MAX_ANSWER_BYTES) throw unreadable(call, 'is too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function refuse(call: StoreCall, {status, headers}: Response, body: Buffer): StoreAnswer {
  const code = errorCode(parseXml(body.toString('utf8')));
  if (code !== undefined && call.tolerated?.includes(code)) return {status, headers, body, tolerated: code};
  const date = Date.parse(headers.get('date') ?? '');
  throw refusalError(call.name, call.isMutating, {
    status,
    ...(code !== undefined && {code}),
    ...(!Number.isNaN(date) && {skewSeconds: (date - Date.now()) / 1000}),
  });
}

// S3's root is Error, IAM's ErrorResponse with an Error in it, or (moto) with Errors around that.
function errorCode(root: XmlElement | undefined): string | undefined {
  if (root?.name !== 'Error' && root?.name !== 'ErrorResponse') return undefined;
  const paths = root.name === 'Error' ? [[]] : [['Error'], ['Errors', 'Error']];
  const code = paths.map(path => textAt(root, ...path, 'Code')).find(text => text !== undefined);
  return code !== undefined && /^[A-Za-z.]{1,64}$/.test(code) ? code : undefined;
}

/** The error for an answer that came, and is not what the call answers. What was asked may be done. */
export function unreadable({name, isMutating}: StoreCall, reason: string): StoreError {
  return new StoreError('failed', `cannot call ${name}: the answer ${reason}`, isMutating);
}

/** The root of a successful answer, which must have this name. Throws StoreError. */
export function readXml(call: StoreCall, {body}: StoreAnswer, root: string): XmlElement {
  const element = parseXml(body.toString('utf8'));
  if (element?.name === root) return element;
  throw unreadable(call, `is no whole ${root}`);
}
