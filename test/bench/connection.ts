import {once} from 'node:events';
import {createConnection} from 'node:net';

/** One keep-alive connection. */
export interface Connection {
  /** Sends one whole request and yields its answer's length. Throws for any status but 200. */
  readonly exchange: (request: Buffer) => Promise<number>;
  readonly close: () => void;
}

interface Head {
  readonly status: number;
  readonly bodyLength: number;
  /** Head and body. */
  readonly length: number;
}

const HOST = '127.0.0.1';

/** The bytes of a hook request, as Metacontroller's Go client writes them. */
export function encodeRequest(body: string): Buffer {
  const head = [
    'POST /sync HTTP/1.1',
    `Host: ${HOST}`,
    'User-Agent: Go-http-client/1.1',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Content-Type: application/json',
    'Accept-Encoding: gzip',
  ];
  return Buffer.from(`${head.join('\r\n')}\r\n\r\n${body}`);
}

/** The bytes of a GET. */
export function encodeGet(path: string): Buffer {
  return Buffer.from(`GET ${path} HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`);
}

/**
 * Opens a connection that does next to nothing for an answer: on a machine with few cores a client that parses
 * (autocannon, node:http) takes the time that it should measure, and of the faster server more.
 */
export async function connect(port: number): Promise<Connection> {
  const socket = createConnection({host: HOST, port, noDelay: true});
  await once(socket, 'connect');
  let pending: PromiseWithResolvers<number> | undefined;
  let start = Buffer.alloc(0);
  let head: Head | undefined;
  let received = 0;
  socket.on('data', chunk => {
    received += chunk.length;
    if (!head) {
      start = Buffer.concat([start, chunk]);
      head = readHead(start);
    }
    if (!head || received < head.length) return;
    if (head.status === 200) pending?.resolve(head.bodyLength);
    else pending?.reject(new Error(`cannot measure: the server answered ${head.status}`));
  });
  socket.on('error', error => pending?.reject(error));
  socket.on('close', () => pending?.reject(new Error('cannot measure: the server closed the connection')));
  return {
    exchange: request => {
      pending = Promise.withResolvers<number>();
      start = Buffer.alloc(0);
      head = undefined;
      received = 0;
      socket.write(request);
      return pending.promise;
    },
    close: () => socket.destroy(),
  };
}

function readHead(bytes: Buffer): Head | undefined {
  const end = bytes.indexOf('\r\n\r\n');
  if (end === -1) return undefined;
  const text = bytes.toString('latin1', 0, end);
  const bodyLength = Number(/^content-length: *(\d+)/im.exec(text)?.[1]);
  if (Number.isNaN(bodyLength)) throw new Error('cannot measure: the answer has no content-length');
  return {status: Number(text.slice(9, 12)), bodyLength, length: end + 4 + bodyLength};
}
