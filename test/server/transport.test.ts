import {describe, expect, test} from 'vitest';
import {openConnection, requestBytes} from '../support/connection.ts';
import {createServer, syncRequest} from '../support/server.ts';

const GOOD = requestBytes('/sync', JSON.stringify(syncRequest()));

describe('a request that does not arrive whole', () => {
  test('is a 400 where the sender has ended', async () => {
    const {listen} = createServer();
    const {socket, write, read, closed} = await openConnection(await listen());
    write(GOOD.subarray(0, GOOD.length - 10));
    socket.end();
    const {status, body} = await read();
    expect([status, JSON.parse(body)]).toEqual([400, {error: 'cannot read request: it is not valid HTTP'}]);
    await closed;
  });

  test.each([
    {rule: 'in the middle of its body', bytes: GOOD.subarray(0, GOOD.length - 10)},
    {rule: 'in the middle of its head', bytes: GOOD.subarray(0, 20)},
  ])('is a 408 where the sender stops $rule, and the connection ends', async ({bytes}) => {
    const {listen} = createServer({limits: {requestMilliseconds: 150}});
    const {write, read, closed} = await openConnection(await listen());
    write(bytes);
    const {status, body} = await read();
    expect([status, JSON.parse(body)]).toEqual([
      408,
      {error: 'cannot read request: it did not arrive in time'},
    ]);
    await closed;
  });

  test('is nothing to answer where the sender is gone, and the next one is answered', async () => {
    const {listen} = createServer();
    const port = await listen();
    const {socket, write} = await openConnection(port);
    write(GOOD.subarray(0, GOOD.length - 10));
    socket.resetAndDestroy();
    const next = await openConnection(port);
    next.write(GOOD);
    expect((await next.read()).status).toBe(200);
  });
});

test.each([
  {rule: 'what is no HTTP', bytes: '\x16\x03\x01\r\n\r\n'},
  {
    rule: 'a content length that is no number',
    bytes: 'POST /sync HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n',
  },
  {rule: 'a head without end', bytes: `GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(100_000)}\r\n\r\n`},
  {rule: 'a path that is no path', bytes: 'GET /%zz HTTP/1.1\r\nHost: a\r\n\r\n'},
])('$rule is a 400', async ({bytes}) => {
  const {listen} = createServer();
  const {write, read} = await openConnection(await listen());
  write(bytes);
  const {status, body} = await read();
  expect([status, JSON.parse(body)]).toEqual([400, {error: 'cannot read request: it is not valid HTTP'}]);
});

describe('a body that is too large is a 413', () => {
  const limits = {bodyBytes: 10_000};

  test('before it is sent, and what is sent all the same does not break the connection', async () => {
    const {listen, lines} = createServer({limits});
    const {write, read} = await openConnection(await listen());
    const large = requestBytes('/sync', 'x'.repeat(1_000_000));
    write(large.subarray(0, 200));
    const {status, body} = await read();
    expect([status, JSON.parse(body)]).toEqual([413, {error: 'cannot read request: the body is too large'}]);
    write(large.subarray(200));
    write(GOOD);
    expect((await read()).status, lines.join('')).toBe(200);
  });

  test('where its length is not told beforehand', async () => {
    const {listen} = createServer({limits});
    const {write, read} = await openConnection(await listen());
    write(
      'POST /sync HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n',
    );
    write(`4e20\r\n${'x'.repeat(20_000)}\r\n`);
    expect((await read()).status).toBe(413);
    write('0\r\n\r\n');
    write(GOOD);
    expect((await read()).status).toBe(200);
  });
});

describe('before the body is read', () => {
  const huge = (path: string, type = 'application/json') =>
    `POST ${path} HTTP/1.1\r\nHost: a\r\nContent-Type: ${type}\r\nContent-Length: 100000000\r\n\r\n`;

  test.each([
    {rule: 'a missing token', path: '/sync', status: 401},
    {rule: 'an unknown path', path: '/nowhere', status: 404},
  ])('$rule is a $status', async ({path, status}) => {
    const {listen} = createServer({isAllowed: () => false});
    const {write, read} = await openConnection(await listen());
    write(huge(path));
    expect((await read()).status).toBe(status);
  });

  test('another content type is a 400', async () => {
    const {listen} = createServer();
    const {write, read} = await openConnection(await listen());
    write(huge('/sync', 'application/jsonpatch'));
    const {status, body} = await read();
    expect([status, body]).toEqual([
      400,
      expect.stringContaining('the content type is not application/json'),
    ]);
  });
});

describe('closing', () => {
  test('does not wait for connections that ask nothing', async () => {
    const {listen, close} = createServer({limits: {closeMilliseconds: 60_000}});
    const port = await listen();
    const spare = await openConnection(port);
    const idle = await openConnection(port);
    idle.write(GOOD);
    await idle.read();
    await close();
    await Promise.all([spare.closed, idle.closed]);
  });

  test('ends the connection of a request that came whole only afterwards, with its answer', async () => {
    const {listen, close} = createServer({limits: {closeMilliseconds: 60_000}});
    const {write, read, closed} = await openConnection(await listen());
    write(GOOD.subarray(0, 500));
    await new Promise(resolve => setTimeout(resolve, 20));
    const closing = close();
    write(GOOD.subarray(500));
    const {status, head} = await read();
    expect([status, head]).toEqual([200, expect.stringMatching(/^connection: close$/im)]);
    await Promise.all([closing, closed]);
  });

  test('waits for an answer, but not for ever for a question', async () => {
    const {listen, close, app} = createServer({limits: {closeMilliseconds: 100}});
    app.get('/slow', async () => await new Promise(resolve => setTimeout(resolve, 50, {is: 'done'})));
    const port = await listen();
    const slow = await openConnection(port);
    const stuck = await openConnection(port);
    slow.write('GET /slow HTTP/1.1\r\nHost: a\r\n\r\n');
    stuck.write(GOOD.subarray(0, 200));
    await new Promise(resolve => setTimeout(resolve, 20));
    const closing = close();
    expect(JSON.parse((await slow.read()).body)).toEqual({is: 'done'});
    await closing;
    await stuck.closed;
  });
});
