import {describe, expect, test} from 'vitest';
import {createTokenCheck, parseTokens} from '../../src/server/token.ts';
import {createServer, syncRequest} from '../support/server.ts';

const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;

describe('a token is accepted', () => {
  test.each([
    {rule: 'as Bearer', header: 'Bearer one'},
    {rule: 'as Bearer in any case, with any space', header: 'BEARER   one'},
    {rule: 'as the password of Basic', header: basic('metacontroller:one')},
    {rule: 'whoever the user is', header: basic(':one')},
    {rule: 'with colons in it', header: basic('user:a:b:c')},
    {rule: 'with letters beyond ASCII', header: basic('user:ключ')},
    {rule: 'whichever of several it is', header: 'Bearer two'},
  ])('$rule', ({header}) => {
    expect(createTokenCheck(() => ['one', 'two', 'a:b:c', 'ключ'])(header)).toBe(true);
  });
});

describe('no token is', () => {
  test.each([
    {rule: 'no header', header: undefined},
    {rule: 'an empty header', header: ''},
    {rule: 'a wrong token', header: 'Bearer three'},
    {rule: 'a token with more behind it', header: 'Bearer one two'},
    {rule: 'the beginning of one', header: 'Bearer on'},
    {rule: 'an empty Bearer', header: 'Bearer '},
    {rule: 'a bare token', header: 'one'},
    {rule: 'a wrong password', header: basic('one:three')},
    {rule: 'a user without a password', header: basic('one')},
    {rule: 'an empty password', header: basic('user:')},
    {rule: 'another scheme', header: 'Digest one'},
  ])('$rule', ({header}) => {
    expect(createTokenCheck(() => ['one', 'two'])(header)).toBe(false);
  });

  test('anything, where there are no tokens', () => {
    expect(createTokenCheck(() => [])('Bearer one')).toBe(false);
  });
});

test('a token file holds one token a line', () => {
  expect(parseTokens('\uFEFFone\r\n\n  two  \n')).toEqual(['one', 'two']);
});

describe('over HTTP', () => {
  const isAllowed = createTokenCheck(() => ['one']);

  test.each(['/sync', '/finalize', '/customize'])('%s needs a token, and says how to send it', async path => {
    const {post} = createServer({isAllowed});
    const {statusCode, headers, json} = await post(path, syncRequest());
    expect([statusCode, json()]).toEqual([401, {error: 'cannot answer: the token is missing or wrong'}]);
    expect(headers['www-authenticate']).toBe('Bearer, Basic realm="profile-sync"');
  });

  test.each(['Bearer one', basic('metacontroller:one')])('%s opens a hook', async authorization => {
    const {post} = createServer({isAllowed});
    expect((await post('/sync', syncRequest(), {authorization})).statusCode).toBe(200);
  });

  test('an answer that is remembered needs a token as any other', async () => {
    const {post} = createServer({isAllowed});
    await post('/sync', syncRequest(), {authorization: 'Bearer one'});
    expect((await post('/sync', syncRequest())).statusCode).toBe(401);
  });
});
