import {describe, expect, test} from 'vitest';
import type {Provisioner} from '../../src/credentials/provisioner.ts';
import type {JsonObject} from '../../src/kubernetes/object.ts';
import {createTokenCheck} from '../../src/server/token.ts';
import {createServer, profile, syncRequest} from '../support/server.ts';

const KEY = 'PLANTED-KEY';
const TOKEN = 'PLANTED-TOKEN';
const BEARER = {authorization: `Bearer ${TOKEN}`};
const SECRET = {
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: {name: 'mlpipeline-minio-artifact', namespace: 'alice'},
  data: {accesskey: base64(KEY), secretkey: base64(KEY)},
};
const OBSERVED = syncRequest({attachments: {'Secret.v1': {'alice/mlpipeline-minio-artifact': SECRET}}});

/** Fails as a bug would, with a message that quotes what it worked on. */
const BUGGY: Provisioner = {
  ensureCredentials: async () => {
    throw new TypeError(`cannot split ${KEY}\n    ${KEY}`);
  },
  revokeCredentials: async () => {
    throw KEY;
  },
};

const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'];

describe.each(LEVELS)('at log level %s', level => {
  test('no key, token or body leaves by the log, an error or the metrics', async () => {
    const {lines, texts} = await provoke(level);
    const all = [...lines, ...texts].join('\n');
    expect(all).not.toMatch(/PLANTED|not-for-anyone/);
    expect(all).not.toContain(base64(KEY));
    expect(all).not.toContain(base64(`metacontroller:${TOKEN}`));
  });
});

test('the minted key is in the answer alone', async () => {
  const {post, lines, metrics} = createServer();
  const answer = (await post('/sync', syncRequest())).json() as {attachments: JsonObject[]};
  const {data} = answer.attachments.find(({kind}) => kind === 'Secret') as {data: {[key: string]: string}};
  const encoded = Object.values(data);
  const keys = [...encoded, ...encoded.map(value => Buffer.from(value, 'base64').toString())];
  expect(keys).toHaveLength(4);
  const left = [...lines, await metrics.text()].join('\n');
  for (const key of keys) expect(left).not.toContain(key);
});

test('what a user wrote into the Secret is in no answer', async () => {
  const {body} = await createServer().post('/sync', OBSERVED);
  expect(body).not.toContain(base64(KEY));
});

test('a bug is logged with its trace, and told without', async () => {
  const {post, logged} = createServer({provisioner: BUGGY});
  const sync = await post('/sync', syncRequest());
  const message = 'cannot answer: an internal error, which the log of profile-sync describes';
  expect([sync.statusCode, sync.json()]).toEqual([500, {error: message}]);
  const deleted = profile({metadata: {deletionTimestamp: '2026-01-01T00:00:00Z'}});
  await post('/finalize', syncRequest({object: deleted, finalizing: true}));
  const trace = expect.arrayContaining([expect.stringMatching(/^ +at .*secrets\.test\.ts/)]);
  expect(logged()).toEqual([
    expect.objectContaining({hook: 'sync', profile: 'alice', status: 500, bug: 'TypeError', trace}),
    expect.objectContaining({hook: 'finalize', status: 500, bug: 'no error', trace: []}),
  ]);
});

/** Asks well and badly, with secrets everywhere; all that is said but for the answers of 200. */
async function provoke(level: string): Promise<{lines: string[]; texts: string[]}> {
  const isAllowed = createTokenCheck(() => [TOKEN]);
  const good = createServer({level, isAllowed});
  const buggy = createServer({level, isAllowed, provisioner: BUGGY});
  const basic = {authorization: `Basic ${base64(`metacontroller:${TOKEN}`)}`};
  const answers = [
    await good.post('/sync', OBSERVED, basic),
    await good.post(`/sync?token=${TOKEN}`, OBSERVED, BEARER),
    await good.post(`/nowhere?token=${TOKEN}`, OBSERVED, BEARER),
    await good.post('/sync', OBSERVED, {authorization: 'Bearer not-for-anyone'}),
    await good.post('/sync', JSON.stringify(OBSERVED).slice(0, -5), BEARER),
    await good.post('/sync', Buffer.concat([Buffer.from(KEY), Buffer.from([0xff])]), BEARER),
    await good.post('/sync', {...OBSERVED, related: {}}, BEARER),
    await good.post('/sync', syncRequest({attachments: {'Secret.v1': {a: KEY}}}), BEARER),
    await good.post('/sync', OBSERVED, {...BEARER, 'content-type': 'text/plain'}),
    await buggy.post('/sync', OBSERVED, BEARER),
  ];
  expect(answers.map(({statusCode}) => statusCode)).toEqual([
    200, 200, 404, 401, 400, 400, 500, 400, 400, 500,
  ]);
  const errors = answers.filter(({statusCode}) => statusCode !== 200).map(({body}) => body);
  return {lines: [...good.lines, ...buggy.lines], texts: [...errors, await good.metrics.text()]};
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}
