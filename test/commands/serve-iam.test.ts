import {describe, expect, test, vi} from 'vitest';
import {folderWith, runHere, start} from '../support/command.ts';
import {freePort} from '../support/port.ts';

const RECORD_KEY = `${Buffer.alloc(32, 7).toString('base64')}\n`;
const PREFIXES = Array.from({length: 12}, (_, index) => `prefix-${index}/<ns>/`);
const CLUSTER = 'clusterId: east';

/** The environment of a hook whose store is at a port where nobody listens. */
async function environmentWith(credentials: string, dialect = 'aws') {
  const folder = folderWith({'record-key': RECORD_KEY, 'values.yaml': `credentials: {${credentials}}\n`});
  return {
    CREDENTIALS: 'iam',
    PORT: String(await freePort()),
    STORE_DIALECT: dialect,
    AWS_ENDPOINT_URL_S3: `http://127.0.0.1:${await freePort()}`,
    AWS_ACCESS_KEY_ID: 'PLANTED-ID',
    AWS_SECRET_ACCESS_KEY: 'PLANTED-SECRET',
    RECORD_KEY_FILE: `${folder}/record-key`,
    VALUES: `${folder}/values.yaml`,
  };
}

describe('serve with keys in a store does not start', () => {
  test.each([
    {
      what: 'without a name for the cluster',
      credentials: 'bucket: mlpipeline',
      says: 'the iam backend needs it',
    },
    {
      what: 'with policies that the store would refuse',
      credentials: `${CLUSTER}, prefixes: ${JSON.stringify(PREFIXES)}`,
      says: 'cannot use credentials.prefixes',
    },
  ])('$what', async ({credentials, says}) => {
    for (const [name, value] of Object.entries(await environmentWith(credentials))) vi.stubEnv(name, value);
    try {
      expect(await runHere('serve')).toMatchObject({status: 1, stderr: expect.stringContaining(says)});
    } finally {
      vi.unstubAllEnvs();
    }
  });
});

test('starts without its store, is not ready, and says why and what has no effect there', {
  timeout: 30_000,
}, async () => {
  const environment = await environmentWith(CLUSTER);
  const child = start(['serve'], environment);
  const error = expect.stringContaining('cannot use the IAM endpoint: nobody answers there');
  await vi.waitFor(
    async () => {
      const answer = await fetch(`http://127.0.0.1:${environment.PORT}/readyz`);
      expect([answer.status, await answer.json()]).toEqual([503, {error}]);
    },
    {timeout: 20_000, interval: 50},
  );
  child.process.kill('SIGINT');
  const {status, stdout, stderr} = await child.exit;
  expect(status).toBe(0);
  expect(stdout).toMatch(/"level":40,.*credentials\.policy\.headBucket has no effect on aws/);
  expect(stdout).toMatch(/"level":50,.*no credentials yet: cannot use the IAM endpoint/);
  expect(stdout + stderr).not.toMatch(/PLANTED/);
});
