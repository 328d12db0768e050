import {once} from 'node:events';
import {connect, type Socket} from 'node:net';
import {onTestFinished} from 'vitest';

/** One HTTP answer as it came. */
export interface RawAnswer {
  readonly status: number;
  readonly head: string;
  readonly body: string;
}

/** One TCP connection, kept open until the test ends. */
export interface Connection {
  readonly socket: Socket;
  readonly write: (bytes: string | Buffer) => void;
  /** Reads the next answer; fails where the connection closes before it is whole. */
  readonly read: () => Promise<RawAnswer>;
  readonly closed: Promise<unknown>;
}

export async function openConnection(port: number): Promise<Connection> {
  const socket = connect({port, host: '127.0.0.1', noDelay: true});
  onTestFinished(() => void socket.destroy());
  // A reset shows as a close; a test that waits for an answer fails by that.
  socket.on('error', () => {});
  const closed = once(socket, 'close');
  let received = '';
  socket.on('data', bytes => {
    received += bytes.toString('latin1');
  });
  await once(socket, 'connect');
  return {socket, write: bytes => void socket.write(bytes), read, closed};

  async function read(): Promise<RawAnswer> {
    for (;;) {
      const answer = parse(received);
      if (answer) {
        received = received.slice(answer.length);
        return answer;
      }
      if (socket.destroyed) throw new Error(`connection closed after: ${received}`);
      await Promise.race([once(socket, 'data'), closed]);
    }
  }
}

/** A request's bytes. */
export function requestBytes(path: string, body: string | Buffer, headers: readonly string[] = []): Buffer {
  const bytes = Buffer.from(body);
  const head = [
    `POST ${path} HTTP/1.1`,
    'Host: hook',
    'Content-Type: application/json',
    ...headers,
    `Content-Length: ${bytes.length}`,
  ];
  return Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`), bytes]);
}

function parse(received: string): (RawAnswer & {length: number}) | undefined {
  const end = received.indexOf('\r\n\r\n');
  if (end === -1) return undefined;
  const head = received.slice(0, end);
  const bodyLength = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
  const length = end + 4 + bodyLength;
  if (received.length < length) return undefined;
  return {status: Number(head.split(' ')[1]), head, body: received.slice(end + 4, length), length};
}
