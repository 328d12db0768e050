import {describe, expect, test} from 'vitest';
import {createMemoryProvisioner} from '../../src/credentials/memory.ts';
import type {CredentialState, Provisioner} from '../../src/credentials/provisioner.ts';
import {credentialRequest} from '../support/credential-request.ts';

const SEED = Buffer.alloc(32, 1);
const TENANT = {name: 'alice', uid: 'uid-1'};

describe('the memory backend', () => {
  test('gives what templates need, for good', async () => {
    const state = await ask(createMemoryProvisioner({seed: SEED, startedAt: 1_800_000_000}));
    expect(state).toEqual({
      status: 'available',
      credentials: {
        mode: 'memory',
        accessKey: expect.stringMatching(/^PS[0-9A-F]{18}$/),
        secretKey: expect.stringMatching(/^[A-Za-z0-9_-]{40}$/),
        generation: 1,
        secretName: 'mlpipeline-minio-artifact',
        bucket: 'mlpipeline',
        prefix: 'private-artifacts/alice/',
      },
      sharingEpoch: 0,
      freshForSeconds: Number.POSITIVE_INFINITY,
    });
  });

  test('derives the same key from the same seed and uid, whatever the start and the name', async () => {
    const first = await ask(createMemoryProvisioner({seed: SEED, startedAt: 1}));
    const second = await ask(createMemoryProvisioner({seed: SEED, startedAt: 2}), {...TENANT, name: 'bob'});
    expect(keyOf(second)).toEqual(keyOf(first));
  });

  test.each([
    {what: 'uid', seed: SEED, tenant: {...TENANT, uid: 'uid-2'}},
    {what: 'seed', seed: Buffer.alloc(32, 2), tenant: TENANT},
  ])('derives another key from another $what', async ({seed, tenant}) => {
    const [accessKey, secretKey] = keyOf(await ask(createMemoryProvisioner({seed: SEED, startedAt: 1})));
    const other = keyOf(await ask(createMemoryProvisioner({seed, startedAt: 1}), tenant));
    expect(other[0]).not.toBe(accessKey);
    expect(other[1]).not.toBe(secretKey);
  });

  test('without a seed a start makes other keys, and the generation is its time, so that consumers restart', async () => {
    const first = await ask(createMemoryProvisioner({startedAt: 1_800_000_000}));
    const second = await ask(createMemoryProvisioner({startedAt: 1_800_000_001}));
    expect(keyOf(second)).not.toEqual(keyOf(first));
    expect([first, second]).toMatchObject([
      {credentials: {generation: 1_800_000_000}},
      {credentials: {generation: 1_800_000_001}},
    ]);
  });

  test('has nothing to revoke', async () => {
    expect(
      await createMemoryProvisioner({startedAt: 1}).revokeCredentials({tenant: TENANT, deletedAt: 0}),
    ).toEqual({done: true});
  });
});

async function ask(provisioner: Provisioner, tenant = TENANT): Promise<CredentialState> {
  const prefixes = ['private-artifacts/alice/', 'private/alice/'];
  return await provisioner.ensureCredentials(credentialRequest({tenant, prefixes}));
}

function keyOf(state: CredentialState): string[] {
  return state.status === 'available' ? [state.credentials.accessKey, state.credentials.secretKey] : [];
}
