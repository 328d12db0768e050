import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, describe, expect, test} from 'vitest';
import {createBackends} from '../../src/credentials/backends.ts';
import {createCloudProvisioner} from '../../src/credentials/cloud.ts';
import {createExistingProvisioner} from '../../src/credentials/existing.ts';
import {createMemoryProvisioner} from '../../src/credentials/memory.ts';
import type {CredentialMode, Provisioner, Revocation} from '../../src/credentials/provisioner.ts';
import {credentialRequest} from '../support/credential-request.ts';

const folder = mkdtempSync(join(tmpdir(), 'backends-'));
afterAll(() => rmSync(folder, {recursive: true}));
mkdirSync(join(folder, 'research'));
writeFileSync(join(folder, 'research', 'accesskey'), 'AKIA');
writeFileSync(join(folder, 'research', 'secretkey'), 'secret');

const BACKENDS = {
  memory: createMemoryProvisioner({startedAt: 1}),
  cloud: createCloudProvisioner(),
  existing: createExistingProvisioner(folder),
};

const REQUEST = credentialRequest({existingSecret: 'research'});

describe.each([
  ...Object.entries(BACKENDS).map(([mode, provisioner]) => ({what: `${mode} alone`, mode, provisioner})),
  ...Object.keys(BACKENDS).map(mode => ({
    what: `${mode} among others`,
    mode,
    provisioner: createBackends(BACKENDS, mode as CredentialMode),
  })),
])('a backend without a store: $what', ({mode, provisioner}) => {
  test('gives the same answer however often it is asked, with where the artifacts are', async () => {
    const state = await provisioner.ensureCredentials(REQUEST);
    expect(state).toMatchObject({
      status: 'available',
      credentials: {mode, bucket: 'mlpipeline', prefix: 'private-artifacts/alice/', generation: 1},
    });
    expect(await provisioner.ensureCredentials(REQUEST)).toEqual(state);
  });

  test('gives a released Profile what it has, and nothing new', async () => {
    const state = await provisioner.ensureCredentials(REQUEST);
    expect(await provisioner.ensureCredentials({...REQUEST, mayChange: false})).toEqual(state);
  });

  test('has nothing to revoke, as often as it is asked', async () => {
    const request = {tenant: REQUEST.tenant, deletedAt: 1};
    expect(await provisioner.revokeCredentials(request)).toEqual({done: true});
    expect(await provisioner.revokeCredentials(request)).toEqual({done: true});
  });
});

test('the cloud backend has no key, and nothing changes that', async () => {
  expect(await createCloudProvisioner().ensureCredentials(REQUEST)).toMatchObject({
    credentials: {accessKey: '', secretKey: ''},
    freshForSeconds: Number.POSITIVE_INFINITY,
  });
});

describe('several backends', () => {
  test('answer with the one that the values choose, or else the settings', async () => {
    const provisioner = createBackends(BACKENDS, 'cloud');
    expect(await provisioner.ensureCredentials(REQUEST)).toMatchObject({credentials: {mode: 'cloud'}});
    expect(await provisioner.ensureCredentials({...REQUEST, backend: 'existing'})).toMatchObject({
      credentials: {mode: 'existing', accessKey: 'AKIA'},
    });
  });

  test.each([
    {backend: 'iam', lacks: 'RECORD_KEY_FILE and the settings of a store'},
    {backend: 'existing', lacks: 'EXISTING_SECRETS'},
  ] as const)('without $backend say what they lack for it', async ({backend, lacks}) => {
    const {memory, cloud} = BACKENDS;
    const state = await createBackends({memory, cloud}, 'cloud').ensureCredentials({...REQUEST, backend});
    expect(state).toEqual({
      status: 'unavailable',
      mode: backend,
      reason: `the values choose ${backend}, for which this hook lacks ${lacks}`,
      retryAfterSeconds: 300,
    });
  });

  test.each(['memory', 'cloud', 'existing', 'iam'] as const)(
    'with %s for all hold on to a deleted Profile until the store has forgotten it, for it may have had a user there',
    async standard => {
      const revocations: Revocation[] = [
        {done: false, reason: 'the store is down', retryAfterSeconds: 7},
        {done: true},
      ];
      const {iam, asked} = store(revocations);
      const provisioner = createBackends({...BACKENDS, iam}, standard);
      const request = {tenant: REQUEST.tenant, deletedAt: 1};
      expect(await provisioner.revokeCredentials(request)).toEqual(revocations[0]);
      expect(await provisioner.revokeCredentials(request)).toEqual({done: true});
      expect(asked).toEqual([request, request]);
    },
  );
});

/** A store that answers these, in turn. */
function store(revocations: readonly Revocation[]): {iam: Provisioner; asked: object[]} {
  const asked: object[] = [];
  const iam: Provisioner = {
    ensureCredentials: async () => await BACKENDS.memory.ensureCredentials(REQUEST),
    revokeCredentials: async request => revocations[asked.push(request) - 1] as Revocation,
  };
  return {iam, asked};
}
