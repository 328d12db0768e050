import {describe, expect, test} from 'vitest';
import type {CredentialRequest, CredentialState, Provisioner} from '../../src/credentials/provisioner.ts';
import {credentialRequest} from '../support/credential-request.ts';

/** A backend to hold to the contract. */
export interface ConformingBackend {
  /** A hook that has just started: it remembers nothing. */
  readonly start: () => Provisioner | Promise<Provisioner>;
  /** A bucket that is there. */
  readonly bucket: string;
}

let drawn = 0;

/** The rules that every backend with keys keeps, whatever it keeps them in. */
export function describeConformance(title: string, backend: () => ConformingBackend): void {
  describe(`${title} as a backend of credentials`, () => {
    test('answers equal requests, and a hook that has just started, with the same key', async () => {
      const request = requestFor(backend());
      const hook = await backend().start();
      const first = available(await hook.ensureCredentials(request));
      for (const again of [hook, hook, await backend().start()])
        expect(available(await again.ensureCredentials(request))).toEqual(first);
    });

    test('gives each tenant a key of its own, also to a later one of the same name', async () => {
      const hook = await backend().start();
      const [one, other] = [requestFor(backend()), requestFor(backend())];
      const heir = {...one, tenant: {name: one.tenant.name, uid: `${one.tenant.uid}-2`}, mayInherit: true};
      const states = [];
      for (const request of [one, other, heir]) states.push(available(await hook.ensureCredentials(request)));
      expect(new Set(states.map(({accessKey}) => accessKey)).size).toBe(3);
      expect(new Set(states.map(({secretKey}) => secretKey)).size).toBe(3);
    });

    test('answers with the bucket and the first prefix of the request', async () => {
      const request = requestFor(backend());
      expect(available(await (await backend().start()).ensureCredentials(request))).toMatchObject({
        bucket: request.bucket,
        prefix: request.prefixes[0],
        secretName: 'mlpipeline-minio-artifact',
      });
    });

    test('leaves the key as it is for a Profile that may not be changed', async () => {
      const request = requestFor(backend());
      const key = available(await (await backend().start()).ensureCredentials(request));
      const released = {...request, mayChange: false};
      expect(available(await (await backend().start()).ensureCredentials(released))).toEqual(key);
    });

    test('takes everything back, as often as it is asked, and of nobody else', async () => {
      const [gone, staying] = [requestFor(backend()), requestFor(backend())];
      const hook = await backend().start();
      await hook.ensureCredentials(gone);
      const kept = available(await hook.ensureCredentials(staying));
      const request = {tenant: gone.tenant, deletedAt: Math.floor(Date.now() / 1000)};
      for (const again of [hook, hook, await backend().start()])
        expect(await again.revokeCredentials(request)).toEqual({done: true});
      expect(available(await (await backend().start()).ensureCredentials(staying))).toEqual(kept);
    });

    test('has nothing to take back from a Profile that it never saw', async () => {
      const {tenant} = requestFor(backend());
      expect(await (await backend().start()).revokeCredentials({tenant, deletedAt: 0})).toEqual({done: true});
    });
  });
}

function requestFor({bucket}: ConformingBackend): CredentialRequest {
  drawn += 1;
  const name = `conforming-${process.pid}-${drawn}`;
  return credentialRequest({
    tenant: {name, uid: `c0f0a1e0-0000-4000-8000-${String(drawn).padStart(12, '0')}`},
    bucket,
    prefixes: [`private-artifacts/${name}/`],
  });
}

function available(state: CredentialState) {
  if (state.status === 'available') return state.credentials;
  throw new Error(`no credentials: ${state.reason}`);
}
