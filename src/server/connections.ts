import type {Socket} from 'node:net';
import type {FastifyInstance} from 'fastify';

/** Answers what is no HTTP request, or did not arrive whole in time. */
export function refuseConnection({code}: NodeJS.ErrnoException, socket: Socket): void {
  if (socket.writable && code !== 'ECONNRESET') {
    const isLate = code === 'ERR_HTTP_REQUEST_TIMEOUT';
    const status = isLate ? '408 Request Timeout' : '400 Bad Request';
    const reason = isLate ? 'it did not arrive in time' : 'it is not valid HTTP';
    const body = JSON.stringify({error: `cannot read request: ${reason}`});
    socket.write(
      `HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
    );
  }
  socket.destroySoon();
}

/**
 * Closes, when the app closes, the connections that have not asked anything yet. Go's client opens such spares;
 * Node takes them for busy and would wait for them.
 */
export function closeSparesWith(app: FastifyInstance): void {
  const spares = new Set<Socket>();
  app.server.on('connection', (socket: Socket) => {
    spares.add(socket);
    socket.once('close', () => spares.delete(socket));
  });
  app.server.on('request', ({socket}: {socket: Socket}) => spares.delete(socket));
  app.addHook('preClose', async () => {
    for (const socket of spares) socket.destroy();
  });
}
