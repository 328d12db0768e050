import {writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {pino} from 'pino';
import {expect, onTestFinished, test, vi} from 'vitest';
import {readStoreConfig} from '../../src/config.ts';
import {buildIamBackend} from '../../src/credentials/backend.ts';
import {createMetrics} from '../../src/server/metrics.ts';
import {folderWith} from '../support/command.ts';
import {createFakeStore} from '../support/fake-store.ts';
import {dependencies} from '../support/hook.ts';
import {createServer, syncRequest} from '../support/server.ts';
import {startStoreServer} from '../support/store-server.ts';
import {SEAL} from './iam-setup.ts';

/** The backend as `serve` builds it, whose admin key is in files. */
async function startBackend({bucket = 'mlpipeline', adminKeyId = 'FAKEADMIN'} = {}) {
  const store = createFakeStore();
  if (bucket) store.buckets.set(bucket, new Map());
  const server = await startStoreServer(store);
  const folder = folderWith({id: adminKeyId, secret: store.adminKey.secret});
  const lines: string[] = [];
  const log = pino({base: null}, {write: (line: string) => lines.push(line)});
  const metrics = createMetrics();
  const config = readStoreConfig({
    AWS_ENDPOINT_URL_S3: server.s3Endpoint.origin,
    AWS_ENDPOINT_URL_IAM: server.iamEndpoint.origin,
    AWS_ACCESS_KEY_ID_FILE: join(folder, 'id'),
    AWS_SECRET_ACCESS_KEY_FILE: join(folder, 'secret'),
  });
  const adminKey = () => config.adminKey(message => log.error(message));
  const {templates} = dependencies({values: {credentials: {clusterId: 'east'}}});
  const values = () => templates('companion').values.base.values;
  const {provisioner, readiness} = buildIamBackend({...config, adminKey, seal: SEAL}, values, log, metrics);
  onTestFinished(() => readiness?.stop());
  const hook = createServer({provisioner, templates, ...(readiness && {readiness: readiness.state})});
  return {
    store,
    server,
    lines,
    writeKey: (name: 'id' | 'secret', text: string) => writeFileSync(join(folder, name), text),
    start: async () => {
      readiness?.start();
      await vi.waitFor(() => expect(readiness?.state().reason).not.toBe('the store is being tested'));
    },
    ready: async () => (await hook.app.inject('/readyz')).json() as unknown,
    sync: async () => {
      hook.forgetAnswers();
      const {statusCode, body} = await hook.post('/sync', syncRequest({attachments: {}}));
      const message = /"message":"([^"]*)","reason":"[A-Za-z]*","status":"\w+","type":"Credentials"/.exec(
        body,
      );
      return {statusCode, hasSecret: body.includes('"kind":"Secret"'), body, message: message?.[1]};
    },
  };
}

test('before the store is ready nothing is minted, and the tenant is told why', async () => {
  const {store, server, start, ready, sync} = await startBackend({bucket: ''});
  expect(await sync()).toMatchObject({statusCode: 200, hasSecret: false});
  await start();
  const reason = expect.stringContaining('cannot use the bucket mlpipeline: it does not exist');
  expect(await ready()).toEqual({error: reason});
  expect(await sync()).toMatchObject({statusCode: 200, hasSecret: false, body: reason});
  expect(store.users.size).toBe(0);
  expect(server.seen.filter(name => /^(Create|Put)/.test(name))).toEqual([]);
});

test('once it is ready, the tenant has a key', async () => {
  const {store, start, ready, sync} = await startBackend();
  await start();
  expect(await ready()).toEqual({status: 'ready'});
  expect(await sync()).toMatchObject({statusCode: 200, hasSecret: true});
  expect(store.users.size).toBe(1);
});

test('a store that does not answer is told, with the port that nobody listens on', async () => {
  const {server, start, ready} = await startBackend();
  await server.refuse('iam');
  await start();
  expect(await ready()).toEqual({
    error:
      'cannot use the IAM endpoint: nobody answers there (cannot call GetUser: the connection failed with ECONNREFUSED)',
  });
});

test('an admin key file that changed is used by the next call', async () => {
  const {start, ready, sync, writeKey} = await startBackend();
  await start();
  expect(await ready()).toEqual({status: 'ready'});
  writeKey('id', 'REVOKED');
  expect(await sync()).toMatchObject({hasSecret: false, body: expect.stringContaining('403 AccessDenied')});
  writeKey('id', 'FAKEADMIN');
  await vi.waitFor(async () => expect(await sync()).toMatchObject({hasSecret: true}), 5000);
});

test('an admin key file that became unusable leaves the last key in force, with one line in the log', async () => {
  const {start, sync, writeKey, lines, store} = await startBackend();
  await start();
  writeKey('secret', 'two words');
  expect(await sync()).toMatchObject({hasSecret: true});
  const said = lines.filter(line => line.includes('cannot use AWS_SECRET_ACCESS_KEY'));
  expect(said).toEqual([expect.stringMatching(/"level":50,.*the key read before stays in force/)]);
  for (const word of ['two words', store.adminKey.secret]) expect(lines.join('')).not.toContain(word);
});
