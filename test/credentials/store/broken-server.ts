import {once} from 'node:events';
import {createServer, type IncomingMessage, type ServerResponse} from 'node:http';
import type {AddressInfo} from 'node:net';
import {createIamStore} from '../../../src/credentials/store/aws-iam.ts';
import type {StoreOptions} from '../../../src/credentials/store/aws-request.ts';
import {createObjectStore} from '../../../src/credentials/store/aws-s3.ts';
import {DIALECTS} from '../../../src/credentials/store/dialects.ts';

/** How a store answers a request whose body was read to its end. */
export type Behaviour = (response: ServerResponse, request: IncomingMessage) => void;

/** A request as it came. */
export interface SeenRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** Nothing else may show up in an error. */
export const SECRETS = {accessKeyId: 'AKIA-OF-THE-TESTS', secretAccessKey: 'secret-of-the-tests'};

/** A store that behaves so, with both APIs on it. */
export async function startBrokenStore(behave: Behaviour, options: Partial<StoreOptions> = {}) {
  const seen: SeenRequest[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const {method = '', url = '', headers} = request;
    seen.push({method, url, headers, body: Buffer.concat(chunks).toString()});
    behave(response, request);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const {port} = server.address() as AddressInfo;
  const stop = async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  };
  return {...connectTo(port, options), port, seen, stop};
}

/** Both APIs of whatever listens there. */
export function connectTo(port: number, options: Partial<StoreOptions> = {}) {
  const all: StoreOptions = {
    endpoint: new URL(`http://127.0.0.1:${port}`),
    region: 'us-east-1',
    dialect: DIALECTS.seaweedfs,
    credentials: () => SECRETS,
    timeoutMilliseconds: 2000,
    ...options,
  };
  return {iam: createIamStore(all), objects: createObjectStore(all)};
}

/** An answer with this status and body. */
export function answer(
  status: number,
  body: string | Buffer = '',
  headers: {[name: string]: string} = {},
): Behaviour {
  return response => response.writeHead(status, {'content-type': 'application/xml', ...headers}).end(body);
}

/** An error as S3 answers it. */
export function s3Error(status: number, code: string): Behaviour {
  return answer(
    status,
    `<?xml version="1.0"?><Error><Code>${code}</Code><Message>body-text</Message></Error>`,
  );
}

/** An error as IAM answers it. */
export function iamError(status: number, code: string): Behaviour {
  const error = `<Error><Type>Sender</Type><Code>${code}</Code><Message>body-text</Message></Error>`;
  return answer(status, `<ErrorResponse xmlns="urn:x">${error}<RequestId>1</RequestId></ErrorResponse>`);
}
