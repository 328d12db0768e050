import {describe, expect, test} from 'vitest';
import type {CredentialRequest} from '../src/credentials/provisioner.ts';
import type {JsonObject} from '../src/kubernetes/object.ts';
import {parseProfile} from '../src/profile/profile.ts';
import {sync} from '../src/sync.ts';
import {dependencies, SMALL_FOLDERS} from './support/hook.ts';
import {hookRequest, profileObject} from './support/requests.ts';

const parent = profileObject({metadata: {creationTimestamp: '2026-01-02T00:00:00Z'}});
const REQUEST = hookRequest('companion', {parent});
const {name, uid} = parseProfile(REQUEST.parent);

describe('whoever provides keys is asked', () => {
  test("for the policy of this Profile's own values", async () => {
    const values = {
      credentials: {policy: {sharedPrefix: 'shared/'}},
      overrides: [
        {profile: {name, uid}, values: {credentials: {policy: {sharedPrefix: '', topLevel: false}}}},
      ],
    };
    expect(await askedWith(values)).toMatchObject({
      policy: {headBucket: true, topLevel: false, sharedPrefix: ''},
    });
  });

  test.each([
    {what: 'nothing', values: {}, mayInherit: false, followsSyncPy: false},
    {what: 'reuse', values: {reuse: [{name, uid}]}, mayInherit: true, followsSyncPy: false},
    {
      what: 'reuse of another uid',
      values: {reuse: [{name, uid: 'other'}]},
      mayInherit: false,
      followsSyncPy: false,
    },
    {
      what: 'a later migration',
      values: {adoptCreatedBefore: '2099-01-01T00:00:00Z'},
      mayInherit: true,
      followsSyncPy: true,
    },
    {
      what: 'an earlier migration',
      values: {adoptCreatedBefore: '2001-01-01T00:00:00Z'},
      mayInherit: false,
      followsSyncPy: true,
    },
  ])('what $what lets it have', async ({values, mayInherit, followsSyncPy}) => {
    expect(await askedWith(values)).toMatchObject({mayInherit, followsSyncPy});
  });
});

async function askedWith(values: JsonObject): Promise<CredentialRequest | undefined> {
  let asked: CredentialRequest | undefined;
  const provisioner = {
    ensureCredentials: async (request: CredentialRequest) => {
      asked = request;
      return {
        status: 'unavailable',
        mode: 'iam',
        reason: 'nobody makes keys here',
        retryAfterSeconds: 5,
      } as const;
    },
    revokeCredentials: async () => ({done: true}) as const,
  };
  await sync(REQUEST, dependencies({folders: SMALL_FOLDERS, provisioner, values}));
  return asked;
}
