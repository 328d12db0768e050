import {once} from 'node:events';
import {createServer, type IncomingMessage, type Server, type ServerResponse} from 'node:http';
import type {AddressInfo} from 'node:net';
import {onTestFinished} from 'vitest';
import {StoreError} from '../../src/credentials/store/error.ts';
import type {FakeStore} from './fake-store.ts';
import {answerIam} from './store-server-iam.ts';
import {answerS3} from './store-server-s3.ts';

/** A request as it came. */
export interface StoreRequest {
  /** As the API calls it, such as `CreateAccessKey` or `PutObject`. */
  readonly name: string;
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

/** An answer as a store writes it. */
export interface StoreReply {
  readonly status: number;
  readonly headers?: {readonly [name: string]: string};
  readonly body?: string | Uint8Array;
}

/** How the server misbehaves, before the store does what was asked or after it has. */
export interface Misbehaviour {
  readonly at: 'before' | 'after';
  readonly answer: (response: ServerResponse, reply: StoreReply, request: StoreRequest) => void;
}

/** A fake store over HTTP, each API on a port of its own. */
export interface StoreServer {
  readonly iamEndpoint: URL;
  readonly s3Endpoint: URL;
  /** The names of the requests, oldest first. */
  readonly seen: readonly string[];
  /** Asked for each request. */
  onRequest: (name: string) => Misbehaviour | undefined;
  /** Nobody listens on that port until `accept`. */
  readonly refuse: (api: Api) => Promise<void>;
  readonly accept: (api: Api) => Promise<void>;
}

type Api = 'iam' | 's3';

/** Starts a server in front of a fake store; it ends with the test. Only the admin key's id is looked at. */
export async function startStoreServer(store: FakeStore): Promise<StoreServer> {
  const seen: string[] = [];
  const state = {onRequest: (_: string): Misbehaviour | undefined => undefined};
  const listen = async (api: Api, port = 0) => {
    const server = createServer(async (incoming, response) => {
      const request = await readRequest(api, incoming);
      seen.push(request.name);
      await answer(request, response, store, state.onRequest(request.name));
    });
    await once(server.listen(port, '127.0.0.1'), 'listening');
    return server;
  };
  const servers = {iam: await listen('iam'), s3: await listen('s3')};
  const ports = {iam: portOf(servers.iam), s3: portOf(servers.s3)};
  onTestFinished(async () => void (await Promise.all(Object.values(servers).map(close))));
  return {
    iamEndpoint: new URL(`http://127.0.0.1:${ports.iam}`),
    s3Endpoint: new URL(`http://127.0.0.1:${ports.s3}`),
    seen,
    get onRequest() {
      return state.onRequest;
    },
    set onRequest(onRequest) {
      state.onRequest = onRequest;
    },
    refuse: async api => await close(servers[api]),
    accept: async api => {
      if (servers[api].listening) return;
      servers[api] = await listen(api, ports[api]);
    },
  };
}

async function readRequest(api: Api, incoming: IncomingMessage): Promise<StoreRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks);
  const {method = '', headers} = incoming;
  const url = new URL(incoming.url ?? '', 'http://store');
  const name =
    api === 'iam' ? (new URLSearchParams(body.toString()).get('Action') ?? '') : s3Name(method, url);
  return {name, method, url, headers, body};
}

function s3Name(method: string, {pathname, searchParams}: URL): string {
  const isBucket = /^\/[^/]+$/.test(pathname);
  if (isBucket && method === 'GET') return 'ListObjectsV2';
  if (isBucket && searchParams.has('delete')) return 'DeleteObjects';
  const [first = '', ...rest] = method.toLowerCase();
  return `${first.toUpperCase()}${rest.join('')}${isBucket ? 'Bucket' : 'Object'}`.replace(
    'PutBucket',
    'CreateBucket',
  );
}

async function answer(
  request: StoreRequest,
  response: ServerResponse,
  store: FakeStore,
  misbehaviour: Misbehaviour | undefined,
): Promise<void> {
  if (misbehaviour?.at === 'before') return misbehaviour.answer(response, {status: 500}, request);
  const reply = await carryOut(request, store);
  if (misbehaviour) return misbehaviour.answer(response, reply, request);
  send(response, reply);
}

/** Answers as a store does. */
export function send(response: ServerResponse, {status, headers, body}: StoreReply): void {
  response.writeHead(status, {'content-type': 'application/xml', ...headers}).end(body);
}

async function carryOut(request: StoreRequest, store: FakeStore): Promise<StoreReply> {
  const [, id = ''] = /Credential=([^/]+)\//.exec(request.headers.authorization ?? '') ?? [];
  const secret = id === store.adminKey.id ? store.adminKey.secret : '';
  const {iam, objects} = store.withKey({id, secret});
  const signal = AbortSignal.timeout(5000);
  const isIam = request.headers.authorization?.includes('/iam/') ?? false;
  try {
    return isIam ? await answerIam(request, iam, signal) : await answerS3(request, objects, signal);
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    return {...refusal(error), ...(request.method === 'HEAD' && {body: ''})};
  }
}

const CODES: {readonly [failure: string]: readonly [status: number, code: string]} = {
  denied: [403, 'AccessDenied'],
  conflict: [412, 'PreconditionFailed'],
  limit: [409, 'LimitExceeded'],
  'no-bucket': [404, 'NoSuchBucket'],
};

function refusal({failure, message}: StoreError): StoreReply {
  const [, told = '500', toldCode = 'InternalFailure'] = /answered (\d+) (\w+)$/.exec(message) ?? [];
  const [status, code] = CODES[failure] ?? [Number(told), toldCode];
  return errorReply(status, code);
}

/** An error in S3's form, which the clients read of either API. */
export function errorReply(status: number, code: string, text = ''): StoreReply {
  return {status, body: `<Error><Code>${code}</Code><Message>${text}</Message></Error>`};
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

async function close(server: Server): Promise<void> {
  if (!server.listening) return;
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
}
