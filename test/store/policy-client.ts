import {request as httpRequest} from 'node:http';
import {AwsClient, AwsV4Signer} from 'aws4fetch';

/** Where a store under test answers, and who may do everything there. */
export interface LiveStore {
  /** Base address of S3, path style, without a slash at the end. */
  readonly s3: string;
  readonly iam: string;
  readonly admin: Key;
}

export interface Key {
  readonly id: string;
  readonly secret: string;
}

export interface Answer {
  readonly status: number;
  readonly body: string;
}

/** What is asked in one call of S3; the path as it goes over the wire. */
export interface S3Call {
  readonly method: string;
  readonly path: string;
  readonly query?: string;
  readonly headers?: {readonly [name: string]: string};
  readonly body?: string;
}

/** Longer than any answer takes; a store that hangs fails the cell and not the run. */
const TIMEOUT_MILLISECONDS = 10_000;

/** Calls S3, unsigned without a key. The path is sent as it stands: `fetch` would take out its dots. */
export async function callS3({s3}: LiveStore, key: Key | undefined, call: S3Call): Promise<Answer> {
  const {method, path, query = '', headers = {}, body} = call;
  const url = new URL(`${s3}/`);
  if (query) url.search = query;
  const signed = key ? await sign(key, {url, path, method, headers, body}) : headers;
  return send(url, `${path}${url.search}`, method, signed, body);
}

async function sign(
  key: Key,
  {
    url,
    path,
    method,
    headers,
    body,
  }: {url: URL; path: string; method: string; headers: object; body?: string | undefined},
): Promise<{[name: string]: string}> {
  const signer = new AwsV4Signer({
    accessKeyId: key.id,
    secretAccessKey: key.secret,
    service: 's3',
    region: 'us-east-1',
    method,
    url: url.href,
    headers: headers as {[name: string]: string},
    body: body ?? null,
  });
  signer.encodedPath = path;
  const {headers: signed} = await signer.sign();
  return Object.fromEntries(signed);
}

function send(
  {hostname, port}: URL,
  path: string,
  method: string,
  headers: {readonly [name: string]: string},
  body = '',
): Promise<Answer> {
  const {promise, resolve, reject} = Promise.withResolvers<Answer>();
  const length = {'content-length': String(Buffer.byteLength(body))};
  const sent = httpRequest({hostname, port, path, method, headers: {...headers, ...length}}, answer => {
    const chunks: Buffer[] = [];
    answer.on('data', chunk => chunks.push(chunk));
    answer.on('end', () => resolve({status: answer.statusCode ?? 0, body: Buffer.concat(chunks).toString()}));
  });
  sent.setTimeout(TIMEOUT_MILLISECONDS, () => sent.destroy(new Error(`${method} ${path} timed out`)));
  sent.on('error', reject);
  sent.end(body);
  return promise;
}

/** Calls IAM's query API. */
export async function callIam(
  {iam}: LiveStore,
  key: Key | undefined,
  action: string,
  parameters: {readonly [name: string]: string} = {},
): Promise<Answer> {
  const form = new URLSearchParams({Action: action, Version: '2010-05-08', ...parameters}).toString();
  // moto encodes what it parsed anew to check the signature, as Python does.
  const body = form.replaceAll('*', '%2A');
  const headers = {'content-type': 'application/x-www-form-urlencoded; charset=utf-8'};
  const init = {method: 'POST', body, headers, signal: AbortSignal.timeout(TIMEOUT_MILLISECONDS)};
  const answer = await (key
    ? new AwsClient({
        accessKeyId: key.id,
        secretAccessKey: key.secret,
        service: 'iam',
        region: 'us-east-1',
        retries: 0,
      }).fetch(iam, init)
    : fetch(iam, init));
  return {status: answer.status, body: await answer.text()};
}
