import {describe, expect, test} from 'vitest';
import {TemplateError} from '../src/errors.ts';
import type {JsonObject} from '../src/kubernetes/object.ts';
import {openConnection, requestBytes} from './support/connection.ts';
import {createServer, profile, related, syncRequest} from './support/server.ts';

const {object: _, attachments: __, ...rest} = syncRequest();
const STANDALONE = {...rest, parent: profile(), children: {}};

describe('a hook answers', () => {
  test('with plain application/json, all at once', async () => {
    const {statusCode, headers, body} = await createServer().post('/sync', syncRequest());
    expect(statusCode).toBe(200);
    expect(headers['content-type']).toBe('application/json');
    expect(headers['content-length']).toBe(String(Buffer.byteLength(body)));
  });

  test.each([
    {
      rule: 'a companion in the words of a Decorator',
      path: '/sync',
      request: syncRequest(),
      field: 'attachments',
    },
    {rule: 'a standalone in the words of a Composite', path: '/sync', request: STANDALONE, field: 'children'},
    {
      rule: 'a released Profile with all that it has',
      path: '/finalize',
      request: syncRequest({finalizing: true}),
      field: 'attachments',
    },
    {
      rule: 'customize with what a sync needs to see',
      path: '/customize',
      request: {controller: {}, parent: profile()},
      field: 'relatedResources',
    },
  ])('$rule', async ({path, request, field}) => {
    const answer = await createServer().post(path, request);
    expect(answer.json()[field]).not.toHaveLength(0);
  });

  test('whatever charset the content type names, and a path that is written with escapes', async () => {
    const {post} = createServer();
    const type = {'content-type': 'application/json; charset=utf-8'};
    expect((await post('/%73ync?a=b', syncRequest(), type)).statusCode).toBe(200);
  });

  test('with its connection kept for longer than the 90 s after which Go closes it', async () => {
    const {listen, app} = createServer();
    const {write, read} = await openConnection(await listen());
    write(requestBytes('/sync', JSON.stringify(syncRequest())));
    expect((await read()).head).toMatch(/^connection: keep-alive$/im);
    expect(app.server.keepAliveTimeout).toBeGreaterThan(90_000);
  });
});

describe('the same request', () => {
  test('gets the same bytes without being worked out again', async () => {
    const {post, logged} = createServer();
    const [first, second] = [await post('/sync', syncRequest()), await post('/sync', syncRequest())];
    expect(second.rawPayload.equals(first.rawPayload)).toBe(true);
    expect(logged().map(({remembered}) => remembered)).toEqual([false, true]);
  });

  test('is worked out again once templates or values have changed', async () => {
    const {post, forgetAnswers, logged} = createServer();
    await post('/sync', syncRequest());
    forgetAnswers();
    await post('/sync', syncRequest());
    expect(logged().map(({remembered}) => remembered)).toEqual([false, false]);
  });

  test('is worked out again once its Profile has been finalized, and finalize always is', async () => {
    const {post, logged} = createServer();
    await post('/sync', syncRequest());
    await post('/finalize', syncRequest({finalizing: true}));
    await post('/finalize', syncRequest({finalizing: true}));
    await post('/sync', syncRequest());
    expect(logged().map(({remembered}) => remembered)).toEqual([false, false, false, false]);
  });
});

describe('the log has one line a call', () => {
  test('with hook, Profile, mode, number of children and duration', async () => {
    const {post, logged} = createServer();
    const {attachments} = (await post('/sync', syncRequest())).json();
    const facts = {hook: 'sync', profile: 'alice', mode: 'companion', children: attachments.length};
    expect(logged()).toEqual([
      expect.objectContaining({...facts, level: 30, milliseconds: expect.any(Number)}),
    ]);
  });

  test('with Profile and mode of one that is refused, too', async () => {
    const {post, logged} = createServer();
    await post('/sync', syncRequest({related: {}}));
    const facts = {hook: 'sync', profile: 'alice', mode: 'companion', status: 500};
    expect(logged()).toEqual([
      expect.objectContaining({
        ...facts,
        level: 50,
        msg: expect.stringContaining('related has no Namespace.v1'),
      }),
    ]);
  });

  test('which a hostile name can neither break nor fill', async () => {
    const {post, lines} = createServer();
    await post('/customize', {parent: profile({metadata: {name: `\u2028\n${'x'.repeat(100_000)}`}})});
    expect(lines.join('').length).toBeLessThan(1000);
  });

  test('with a path that is no route cut, and without its query', async () => {
    const {app, logged} = createServer();
    await app.inject(`/${'x'.repeat(10_000)}`);
    await app.inject('/nowhere?token=PLANTED');
    expect(logged().map(({path}) => path)).toEqual([`/${'x'.repeat(199)}`, '/nowhere']);
  });
});

describe('probes', () => {
  test.each(['/healthz', '/readyz', '/metrics'])('%s answers 200 without a token', async path => {
    const {app} = createServer({isAllowed: () => false});
    expect((await app.inject(path)).statusCode).toBe(200);
  });

  test('while draining only readyz answers otherwise', async () => {
    const {app, post, drain} = createServer();
    drain();
    const ready = await app.inject('/readyz');
    expect([ready.statusCode, ready.json()]).toEqual([503, {error: 'shutting down'}]);
    expect((await app.inject('/healthz')).statusCode).toBe(200);
    expect((await post('/sync', syncRequest())).statusCode).toBe(200);
  });
});

describe('what is not there is a 404', () => {
  test.each([
    {rule: 'an unknown path', method: 'POST', url: '/nowhere'},
    {rule: 'a hook asked with GET', method: 'GET', url: '/sync'},
    {rule: 'a hook with a slash behind it', method: 'POST', url: '/sync/'},
    {rule: 'a probe asked with POST', method: 'POST', url: '/healthz'},
  ] as const)('$rule', async ({method, url}) => {
    const answer = await createServer().app.inject({method, url});
    expect([answer.statusCode, answer.json()]).toEqual([404, {error: 'cannot find this path'}]);
  });
});

test('hook requests are counted by hook and code, whatever the path looked like', async () => {
  const {app, post, metrics} = createServer();
  await post('/sync', syncRequest());
  await post('/%73ync?x=1', syncRequest());
  await post('/sync', '{');
  await post('/customize', {parent: profile()});
  await post('/elsewhere', syncRequest());
  await app.inject('/sync');
  const counted = (await metrics.text()).match(/^profile_sync_hook_requests_total.*$/gm);
  expect(counted).toEqual([
    'profile_sync_hook_requests_total{hook="sync",code="200"} 2',
    'profile_sync_hook_requests_total{hook="sync",code="400"} 1',
    'profile_sync_hook_requests_total{hook="customize",code="200"} 1',
  ]);
});

test('a Profile’s own errors name the field and are no longer than an Event’s message', async () => {
  const name = 'x'.repeat(5000);
  const observed = {apiVersion: 'v1', kind: 'ConfigMap', metadata: {name, namespace: 'alice'}} as JsonObject;
  const request = syncRequest({
    attachments: {'ConfigMap.v1': {[`alice/${name}`]: observed}},
    related: {...related('alice'), 'Namespace.v1': {}},
  });
  const {statusCode, body} = await createServer().post('/sync', request);
  expect(statusCode).toBe(500);
  expect(body.length).toBeLessThan(1024);
});

test('of many problems an Event has whole ones and says how many are left, and the log has all', async () => {
  const problems = Array.from({length: 50}, (_, index) => ({
    file: `t${index}.yaml`,
    message: 'x'.repeat(40),
  }));
  const templates = () => {
    throw new TemplateError(problems);
  };
  const {post, lines} = createServer({templates});
  const {statusCode, body} = await post('/sync', syncRequest());
  expect(statusCode).toBe(500);
  const told = (JSON.parse(body) as {error: string}).error.split('\n');
  expect(told.at(-1)).toBe(`and ${50 - (told.length - 1)} more, which the log of profile-sync has`);
  expect(told[0]).toBe(`t0.yaml: ${'x'.repeat(40)}`);
  expect(told.join('\n').length).toBeLessThanOrEqual(1000);
  expect(told.join('\n').length).toBeGreaterThan(900);
  expect(lines.join('')).toContain('t49.yaml');
});
