import {pino} from 'pino';
import {expect, test, vi} from 'vitest';
import {buildBackends} from '../../src/commands/serve-backends.ts';
import {readServeConfig, type ServeConfig} from '../../src/config.ts';
import type {CredentialMode} from '../../src/credentials/provisioner.ts';
import {folderWith} from '../support/command.ts';
import {credentialRequest} from '../support/credential-request.ts';
import {dependencies} from '../support/hook.ts';
import {freePort} from '../support/port.ts';

const REQUEST = credentialRequest({existingSecret: 'research'});

test.each([
  {credentials: 'memory', backend: 'cloud', mode: 'cloud'},
  {credentials: 'cloud', backend: undefined, mode: 'cloud'},
  {credentials: 'existing', backend: undefined, mode: 'existing'},
  {credentials: 'existing', backend: 'memory', mode: 'memory'},
] as const)('with $credentials for all, $backend for one gives him $mode', async each => {
  const {credentials, backend, mode} = each;
  const {provisioner, readiness, start} = build(credentials, {EXISTING_SECRETS: 'test/fixtures/secrets'});
  start();
  const state = await provisioner.ensureCredentials({...REQUEST, ...(backend && {backend})});
  expect(state).toMatchObject({status: 'available', credentials: {mode}});
  expect(readiness).toBeUndefined();
});

test('a store is asked when a Profile ends, whoever had it, and the others do not wait for it to be ready', async () => {
  const {provisioner, readiness} = await withDeadStore('cloud');
  expect(readiness).toBeUndefined();
  expect(await provisioner.ensureCredentials(REQUEST)).toMatchObject({credentials: {mode: 'cloud'}});
  expect(await provisioner.ensureCredentials({...REQUEST, backend: 'iam'})).toMatchObject({
    status: 'unavailable',
    mode: 'iam',
  });
  const deletedAt = Math.floor(Date.now() / 1000);
  expect(await provisioner.revokeCredentials({tenant: REQUEST.tenant, deletedAt})).toMatchObject({
    done: false,
  });
});

test('a hook whose own backend is the store is not ready before it is', async () => {
  const {readiness} = await withDeadStore('iam');
  expect(readiness?.()).toMatchObject({isReady: false});
});

async function withDeadStore(credentials: CredentialMode) {
  const folder = folderWith({key: Buffer.alloc(32, 1).toString('base64')});
  return build(credentials, {
    AWS_ENDPOINT_URL_S3: `http://127.0.0.1:${await freePort()}`,
    AWS_ACCESS_KEY_ID: 'AKIA',
    AWS_SECRET_ACCESS_KEY: 'secret',
    RECORD_KEY_FILE: `${folder}/key`,
  });
}

function build(credentials: CredentialMode, environment: {[name: string]: string}) {
  const config = readServeConfig([], {...environment, CREDENTIALS: credentials}) as ServeConfig;
  const values = dependencies({values: {credentials: {clusterId: 'east'}}}).templates('companion').values;
  const counts = {storeWorks: vi.fn(), keysChanged: vi.fn(), storeFailed: vi.fn()};
  const log = pino({level: 'silent'});
  return buildBackends(config, () => values.base.values, log, counts);
}
