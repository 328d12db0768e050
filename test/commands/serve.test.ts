import {mkdirSync, writeFileSync} from 'node:fs';
import {createServer} from 'node:net';
import closeWithGrace, {type CloseWithGraceAsyncCallback, type Options} from 'close-with-grace';
import {beforeEach, describe, expect, onTestFinished, test, vi} from 'vitest';
import type {JsonObject} from '../../src/kubernetes/object.ts';
import {folderWith, runHere} from '../support/command.ts';
import {freePort} from '../support/port.ts';
import {profile, syncRequest} from '../support/server.ts';

// It would end the process that runs the tests.
vi.mock('close-with-grace', () => ({default: vi.fn()}));

const {object, attachments, ...rest} = syncRequest() as {object: JsonObject; attachments: JsonObject};
const COMPANION = {object, attachments, ...rest};
const STANDALONE = {parent: object, children: attachments, ...rest};

const template = (content: string) =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata: {content: "${content}"}\n`;

beforeEach(() => void vi.mocked(closeWithGrace).mockClear());

describe('serve answers', () => {
  test('both modes from the shipped templates', async () => {
    const {post} = await serve();
    expect((await post('/sync', COMPANION)).status).toBe(200);
    expect((await post('/sync', STANDALONE)).status).toBe(200);
  });

  test.each([
    {
      rule: 'by its flag',
      args: ['--mode', 'standalone'],
      good: STANDALONE,
      bad: COMPANION,
      is: 'standalone',
      not: 'companion',
    },
    {
      rule: 'by its flag',
      args: ['--mode', 'companion'],
      good: COMPANION,
      bad: STANDALONE,
      is: 'companion',
      not: 'standalone',
    },
    {
      rule: 'by having template folders',
      args: ['--templates', 'templates/pipelines'],
      good: COMPANION,
      bad: STANDALONE,
      is: 'companion',
      not: 'standalone',
    },
  ])('one mode alone $rule, and says so in the other', async ({args, good, bad, is, not}) => {
    const {post} = await serve(...args);
    expect((await post('/sync', good)).status).toBe(200);
    const answer = await post('/sync', bad);
    expect(answer.status).toBe(500);
    expect(answer.body.error).toBe(
      `cannot answer: this hook serves ${is} alone; start it with --mode ${not}`,
    );
  });

  test('what needs no templates in either mode', async () => {
    const {post} = await serve('--mode', 'companion');
    const deleted = profile({metadata: {deletionTimestamp: '2026-01-01T00:00:00Z'}});
    const answer = await post('/finalize', {...STANDALONE, parent: deleted, finalizing: true});
    expect([answer.status, answer.body.finalized]).toEqual([200, true]);
  });

  test('with keys that follow from the seed', async () => {
    const folder = folderWith({seed: 's'.repeat(32)});
    const keys = [];
    for (let run = 0; run < 2; run++) {
      const {post} = await serve('--memory-seed-file', `${folder}/seed`);
      keys.push(secretOf((await post('/sync', COMPANION)).body));
    }
    const {post} = await serve();
    expect(keys[1]).toEqual(keys[0]);
    expect(secretOf((await post('/sync', COMPANION)).body)).not.toEqual(keys[0]);
  });

  test('only who has a token of the file', async () => {
    const folder = folderWith({token: 'one\n'});
    const {post} = await serve('--token-file', `${folder}/token`);
    expect((await post('/sync', COMPANION)).status).toBe(401);
    expect((await post('/sync', COMPANION, {authorization: 'Bearer one'})).status).toBe(200);
  });
});

describe('templates that change', {timeout: 30_000}, () => {
  test('answer the same request anew, and bad ones do not', async () => {
    const folder = `${folderWith({})}/templates`;
    mkdirSync(folder);
    writeFileSync(`${folder}/configmap-settings.yaml`, template('old'));
    const {post, metrics} = await serve('--templates', folder);
    const content = async () => ((await post('/sync', COMPANION)).body.attachments as JsonObject[])[0]?.data;
    expect(await content()).toEqual({content: 'old'});

    writeFileSync(`${folder}/configmap-settings.yaml`, template('new'));
    await vi.waitFor(async () => expect(await content()).toEqual({content: 'new'}), 10_000);

    writeFileSync(`${folder}/configmap-settings.yaml`, template('${nobody}'));
    await vi.waitFor(
      async () => expect(await metrics()).toContain('profile_sync_templates_current 0'),
      10_000,
    );
    expect(await content()).toEqual({content: 'new'});
  });
});

describe('serve does not start', () => {
  test('on a port that is taken, and exits 2', async () => {
    const other = createServer();
    await new Promise<void>(resolve => other.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void other.close());
    const {port} = other.address() as {port: number};
    const {status, stderr} = await runHere('serve', '--port', String(port), '--log-level', 'silent');
    expect(status).toBe(2);
    expect(stderr).toMatch(new RegExp(`^cannot listen on 127\\.0\\.0\\.1:${port}: the port is in use`));
  });

  test('with templates that do not load, and exits 1', async () => {
    const folder = folderWith({'configmap-settings.yaml': template('${nobody}')});
    const {status, stderr} = await runHere('serve', '--port', '0', '--templates', folder);
    expect(status).toBe(1);
    expect(stderr).toMatch(/configmap-settings\.yaml:4:\d+: data\.content: /);
  });
});

describe('a signal', () => {
  test('first turns readyz to 503 and closes later, for requests that are still being sent here', async () => {
    const {closing, ready, post} = await serve();
    const closed = closing({signal: 'SIGTERM'});
    expect(await ready()).toBe(503);
    expect((await post('/sync', COMPANION)).status).toBe(200);
    await closed;
    await expect(post('/sync', COMPANION)).rejects.toThrow('fetch failed');
  });

  test('by hand closes at once', async () => {
    const {closing, post} = await serve();
    await closing({signal: 'SIGINT'});
    await expect(post('/sync', COMPANION)).rejects.toThrow('fetch failed');
  });

  test('or an error that nothing caught closes too', async () => {
    const {closing, timedOut, post} = await serve();
    await closing({err: new Error('a bug')});
    await expect(post('/sync', COMPANION)).rejects.toThrow('fetch failed');
    expect(timedOut).not.toThrow();
  });
});

/** Starts it in this process; what a signal would do ends it with the test. */
async function serve(...args: string[]) {
  const port = await freePort();
  const outcome = await runHere('serve', '--port', String(port), '--log-level', 'silent', ...args);
  expect(outcome).toEqual({status: 0, stdout: '', stderr: ''});
  const [options, closing] = vi.mocked(closeWithGrace).mock.lastCall as unknown as [
    Required<Options>,
    CloseWithGraceAsyncCallback,
  ];
  onTestFinished(async () => await closing({signal: 'SIGINT'}));
  const url = `http://127.0.0.1:${port}`;
  return {
    closing,
    timedOut: () => options.onTimeout(0),
    ready: async () => (await fetch(`${url}/readyz`)).status,
    metrics: async () => await (await fetch(`${url}/metrics`)).text(),
    post: async (path: string, request: object, headers: {[name: string]: string} = {}) => {
      const answer = await fetch(url + path, {
        method: 'POST',
        headers: {'content-type': 'application/json', ...headers},
        body: JSON.stringify(request),
      });
      return {status: answer.status, body: (await answer.json()) as JsonObject};
    },
  };
}

function secretOf({attachments: children}: JsonObject): unknown {
  return (children as JsonObject[]).find(({kind}) => kind === 'Secret')?.data;
}
