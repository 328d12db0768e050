import {utimesSync} from 'node:fs';
import {describe, expect, onTestFinished, test, vi} from 'vitest';
import {createRecords} from '../../src/credentials/records.ts';
import {createSeal} from '../../src/credentials/seal.ts';
import {folderWith, runHere, start} from '../support/command.ts';
import {createFakeStore} from '../support/fake-store.ts';
import {startStoreServer} from '../support/store-server.ts';

const USER = 'ps-east-carol-0123abcd';

const profile = (name: string) =>
  `apiVersion: kubeflow.org/v1\nkind: Profile\nmetadata: {name: ${name}, uid: ${name}-uid}\nspec: {owner: {kind: User, name: a}}\n`;
const EMPTY_LIST = 'apiVersion: v1\nitems: []\nkind: List\nmetadata:\n  resourceVersion: ""\n';

/** A store with a user of ours that has no record, and the environment of a command that uses it. */
async function prepare(files: {[name: string]: string} = {'profiles.yaml': profile('alice')}) {
  const store = createFakeStore();
  store.buckets.set('profile-sync-records', new Map());
  store.users.set(USER, {keys: new Map([['KEY', 'secret']]), policies: new Map([['profile-sync', {}]])});
  const server = await startStoreServer(store);
  const folder = folderWith({
    'record-key': Buffer.alloc(32, 7).toString('base64'),
    'values.yaml': 'credentials: {clusterId: east}\n',
    ...files,
  });
  const environment = {
    AWS_ENDPOINT_URL_S3: server.s3Endpoint.origin,
    AWS_ENDPOINT_URL_IAM: server.iamEndpoint.origin,
    AWS_ACCESS_KEY_ID: store.adminKey.id,
    AWS_SECRET_ACCESS_KEY: store.adminKey.secret,
    RECORD_KEY_FILE: `${folder}/record-key`,
    VALUES: `${folder}/values.yaml`,
  };
  const run = async (...args: string[]) => {
    for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
    onTestFinished(() => void vi.unstubAllEnvs());
    return await runHere('sweep', ...args);
  };
  return {store, server, folder, environment, run};
}

describe('sweep', () => {
  test('says what it would revoke and exits 1; with --revoke it does, and exits 0', async () => {
    const {store, folder, run} = await prepare();
    const file = `${folder}/profiles.yaml`;
    const would = {status: 1, stdout: `would revoke user ${USER}, which has no record\n`, stderr: ''};
    expect(await run(file)).toEqual(would);
    expect(await run(file)).toEqual(would);
    expect(await run(file, '--revoke')).toEqual({
      status: 0,
      stdout: `revoked user ${USER}, which has no record\n`,
      stderr: '',
    });
    expect(store.users.size).toBe(0);
    const stderr = 'nothing is left over of ps-east-…\n';
    expect(await run(file)).toEqual({status: 0, stdout: '', stderr});
  });

  test('says what could not be revoked, and exits 1', async () => {
    const {store, folder, server, run} = await prepare();
    server.onRequest = name =>
      name === 'DeleteUser'
        ? {at: 'before', answer: response => void response.writeHead(500).end('PLANTED')}
        : undefined;
    expect(await run(`${folder}/profiles.yaml`, '--revoke')).toEqual({
      status: 1,
      stdout: '',
      stderr: `cannot revoke user ${USER}, which has no record: cannot call DeleteUser: the store answered 500\n`,
    });
    expect(store.users.size).toBe(1);
  });

  test('reads the Profiles from standard input', async () => {
    const {environment} = await prepare();
    const child = start(['sweep', '-'], environment);
    child.process.stdin?.end(profile('alice'));
    expect(await child.exit).toEqual({
      status: 1,
      stdout: `would revoke user ${USER}, which has no record\n`,
      stderr: '',
    });
  });

  test.each([
    {what: 'nothing', input: ''},
    {what: 'an empty List', input: EMPTY_LIST},
  ])('refuses $what from standard input, for it would be everybody: exit 2', async ({input}) => {
    const {environment, store} = await prepare();
    const child = start(['sweep', '-', '--revoke'], environment);
    child.process.stdin?.end(input);
    const {status, stdout, stderr} = await child.exit;
    expect({status, stdout}).toEqual({status: 2, stdout: ''});
    expect(stderr).toContain("cannot sweep: there is no Profile in what was given, so everybody's access");
    expect(store.users.size).toBe(1);
  });

  test('revokes everybody with --all alone', async () => {
    const {store, run} = await prepare();
    expect(await run('--all', '--revoke')).toMatchObject({status: 0});
    expect(store.users.size).toBe(0);
  });

  test.each([
    {
      what: 'a Profile without uid',
      text: profile('alice').replace(', uid: alice-uid', ''),
      says: 'it has no metadata.uid',
    },
    {
      what: 'a list that was cut off',
      text: `apiVersion: v1\nitems:\n- {apiVersion: kubeflow.org/v1, kind: Profile, metadata: {name: a, uid: b}}\n`,
      says: 'this is no Kubernetes object with a name',
    },
    {
      what: 'another kind',
      text: 'apiVersion: v1\nkind: Namespace\nmetadata: {name: a}\n',
      says: 'Namespace is not one of Profile',
    },
  ])('stops at $what, before it asks the store: exit 1', async ({text, says}) => {
    const {folder, server, run} = await prepare({'bad.yaml': text, 'good.yaml': profile('alice')});
    const {status, stdout, stderr} = await run(`${folder}/good.yaml`, `${folder}/bad.yaml`, '--revoke');
    expect({status, stdout}).toEqual({status: 1, stdout: ''});
    expect(stderr).toContain(says);
    expect(server.seen).toEqual([]);
  });

  test('exits 1 where the store cannot be used, and 2 without files', async () => {
    const {folder, server, run} = await prepare();
    await server.refuse('iam');
    expect(await run(`${folder}/profiles.yaml`)).toEqual({
      status: 1,
      stdout: '',
      stderr: 'cannot sweep: cannot call ListUsers: the connection failed with ECONNREFUSED\n',
    });
    expect(await run()).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('name a file of all Profiles'),
    });
    expect(await run('/nowhere')).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('it does not exist'),
    });
  });

  test('leaves alone a record made after the oldest file was written', async () => {
    const {folder, run, store} = await prepare();
    const file = `${folder}/profiles.yaml`;
    const madeAt = Math.floor(Date.now() / 1000) - 2 * 3600;
    const record = {ns: 'carol', user: USER, madeAt, gen: 0, epoch: 0, bucket: 'mlpipeline', prefixes: []};
    const place = {bucket: 'profile-sync-records', clusterId: 'east'};
    const records = createRecords(store.objects, createSeal([Buffer.alloc(32, 7)]), place);
    await records.create('carol-uid', record, AbortSignal.timeout(1000));
    const carol = `user ${USER} of Profile carol (uid carol-uid)`;
    expect(await run(file)).toEqual({status: 1, stdout: `would revoke ${carol}\n`, stderr: ''});
    utimesSync(file, madeAt - 1, madeAt - 1);
    const stderr = `left alone ${carol}: its record may be younger than the list of Profiles\n`;
    expect(await run(file, '--revoke')).toEqual({status: 0, stdout: '', stderr});
  });
});
