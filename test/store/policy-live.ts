import {randomBytes} from 'node:crypto';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {buildTenantPolicy, POLICY_NAME, type PolicyOptions} from '../../src/credentials/policy.ts';
import type {PolicyDialectName} from '../../src/credentials/policy-dialects.ts';
import {type Call, parseCall} from '../credentials/policy-calls.ts';
import {
  deviationOf,
  isAllowed,
  OPTIONS,
  PREFIXES,
  type StoreName,
  TABLE,
} from '../credentials/policy-table.ts';
import type {LiveStore as RunningStore} from './live-store.ts';
import {makeCall} from './policy-cell.ts';
import {callIam, callS3, type Key, type LiveStore, type S3Call} from './policy-client.ts';

/** A policy is in force 2.5 s after the answer on SeaweedFS. */
const SETTLE_MILLISECONDS = 4000;

const TIMEOUT_MILLISECONDS = 60_000;

const FOREIGN = 'FOREIGN content';

const COPY = 'private-artifacts/alice/copy';

/** Ways to another tenant's object that look like ways to an own one; the path is that of the bucket. */
const DETOURS: readonly {readonly way: string; readonly call: (bucket: string) => S3Call}[] = [
  ...['..', '%2e%2e', '.%2e', './..'].flatMap(dots =>
    (['GET', 'PUT', 'DELETE'] as const).map(method => ({
      way: `${method} through ${dots}`,
      call: (bucket: string) => ({
        method,
        path: `${bucket}/private-artifacts/alice/${dots}/alice-2/a`,
        ...(method === 'PUT' && {body: 'mine'}),
      }),
    })),
  ),
  {
    way: 'a backslash',
    call: bucket => ({method: 'GET', path: `${bucket}/private-artifacts/alice/..%5Calice-2/a`}),
  },
  {
    way: 'a copy from a path with dots',
    call: bucket => ({
      method: 'PUT',
      path: `${bucket}/${COPY}`,
      headers: {'x-amz-copy-source': `${bucket}/private-artifacts/alice/../alice-2/a`},
    }),
  },
  {
    way: 'a copy from a path with encoded dots',
    call: bucket => ({
      method: 'PUT',
      path: `${bucket}/${COPY}`,
      headers: {'x-amz-copy-source': `${bucket}/private-artifacts/alice/%2e%2e/alice-2/a`},
    }),
  },
  ...[
    'prefix=private-artifacts/alice/../alice-2/',
    'prefix=private-artifacts/alice/&prefix=private-artifacts/alice-2/',
    'prefix=private-artifacts/alice-2/&prefix=private-artifacts/alice/',
    'delimiter=/&prefix=&prefix=private-artifacts/alice-2/',
    'delimiter=/&start-after=private-artifacts/alice-2',
    'delimiter=/&Prefix=private-artifacts/alice-2/',
    'delimiter=/&delimiter=',
    'delimiter=&delimiter=/',
  ].map(query => ({
    way: `a list with ${query}`,
    call: (bucket: string) => ({method: 'GET', path: bucket, query: `list-type=2&${query}`}),
  })),
];

/** A running store as these calls take it: they are made by hand, past the clients that are tested elsewhere. */
export function policyStore({s3Endpoint, iamEndpoint, adminKey}: RunningStore): LiveStore {
  return {
    s3: s3Endpoint.origin,
    iam: iamEndpoint.origin,
    admin: {id: adminKey.accessKeyId, secret: adminKey.secretAccessKey},
  };
}

/** Holds a real store to the table, cell by cell, once for each combination of the values. */
export function describePolicyLive(
  name: StoreName,
  dialect: PolicyDialectName,
  start: () => LiveStore,
  settings: readonly PolicyOptions[] = OPTIONS,
): void {
  const names = createNames();
  describe(`tenants' policies on ${name}`, () => {
    let store: LiveStore;
    beforeAll(async () => {
      store = start();
      await createBuckets(store, [names.artifacts, names.records]);
    }, TIMEOUT_MILLISECONDS);
    afterAll(() => removeBuckets(store, [names.artifacts, names.records]), TIMEOUT_MILLISECONDS);

    describe.each(settings)('with $headBucket $topLevel $sharedPrefix', options => {
      const keys = new Map<string, Key>();
      const userOf = (who: string) => names.userOf(who, settings.indexOf(options));

      beforeAll(async () => {
        for (const [who, prefixes] of Object.entries(PREFIXES)) {
          const policy = buildTenantPolicy({bucket: names.artifacts, prefixes, dialect, options});
          keys.set(who, await createTenant(store, userOf(who), policy));
        }
        await new Promise(resolve => setTimeout(resolve, SETTLE_MILLISECONDS));
      }, TIMEOUT_MILLISECONDS);

      afterAll(async () => {
        for (const [who, key] of keys) await removeTenant(store, userOf(who), key);
      }, TIMEOUT_MILLISECONDS);

      for (const [rule, cells] of Object.entries(TABLE)) {
        test.each(cells)(`a tenant ${rule}: %s %s`, async (who, text, allowed) => {
          const expected =
            deviationOf(name, who, text) ?? (isAllowed(allowed, dialect, options) ? 'allowed' : 'refused');
          const call = names.inStore(parseCall(text));
          expect(await makeCall(store, keys.get(who), call, userOf('alice-2'))).toBe(expected);
        });
      }

      test.each(DETOURS)('a tenant gets nowhere by $way', async ({call}) => {
        const foreign = `/${names.artifacts}/private-artifacts/alice-2/a`;
        await must(callS3(store, store.admin, {method: 'PUT', path: foreign, body: FOREIGN}));
        const {body} = await callS3(store, keys.get('alice'), call(`/${names.artifacts}`));
        const left = await callS3(store, store.admin, {method: 'GET', path: foreign});
        const copy = await callS3(store, store.admin, {method: 'GET', path: `/${names.artifacts}/${COPY}`});
        expect({isSeen: isForeign(body) || isForeign(copy.body), left: left.body}).toEqual({
          isSeen: false,
          left: FOREIGN,
        });
      });
    });
  });
}

async function createBuckets(store: LiveStore, buckets: readonly string[]): Promise<void> {
  for (const bucket of buckets) await must(callS3(store, store.admin, {method: 'PUT', path: `/${bucket}`}));
}

async function removeBuckets(store: LiveStore, buckets: readonly string[]): Promise<void> {
  for (const bucket of buckets) {
    const {body} = await callS3(store, store.admin, {
      method: 'GET',
      path: `/${bucket}`,
      query: 'list-type=2',
    });
    for (const [, key] of body.matchAll(/<Key>([^<]*)</g))
      await callS3(store, store.admin, {method: 'DELETE', path: `/${bucket}/${key}`});
    await callS3(store, store.admin, {method: 'DELETE', path: `/${bucket}`});
  }
}

/** Whether an answer has another tenant's object or its name; an error names what was asked for. */
function isForeign(body: string): boolean {
  return body.includes(FOREIGN) || (!body.includes('<Error>') && /<Key>[^<]*alice-2/.test(body));
}

/** Names that no other run has, for buckets and users. */
function createNames() {
  const run = randomBytes(4).toString('hex');
  const bucketOf = (bucket: string) => (bucket === '' ? '' : `${bucket}-${run}`);
  return {
    artifacts: bucketOf('artifacts'),
    records: bucketOf('records'),
    userOf: (who: string, setting: number) => `ps-${run}-${setting}-${who}`,
    inStore: (call: Call): Call => ({
      ...call,
      bucket: bucketOf(call.bucket),
      ...(call.source && {source: {...call.source, bucket: bucketOf(call.source.bucket)}}),
    }),
  };
}

/** Makes a user with one key and the policy. */
async function createTenant(store: LiveStore, user: string, policy: object): Promise<Key> {
  await must(callIam(store, store.admin, 'CreateUser', {UserName: user}));
  const {body} = await must(callIam(store, store.admin, 'CreateAccessKey', {UserName: user}));
  const PolicyDocument = JSON.stringify(policy);
  await must(
    callIam(store, store.admin, 'PutUserPolicy', {UserName: user, PolicyName: POLICY_NAME, PolicyDocument}),
  );
  return {id: textOf(body, 'AccessKeyId'), secret: textOf(body, 'SecretAccessKey')};
}

async function removeTenant(store: LiveStore, UserName: string, {id}: Key): Promise<void> {
  await callIam(store, store.admin, 'DeleteAccessKey', {UserName, AccessKeyId: id});
  await callIam(store, store.admin, 'DeleteUserPolicy', {UserName, PolicyName: POLICY_NAME});
  await must(callIam(store, store.admin, 'DeleteUser', {UserName}));
}

async function must(answer: ReturnType<typeof callS3>): ReturnType<typeof callS3> {
  const {status, body} = await answer;
  if (status >= 300) throw new Error(`the store answered ${status}: ${body.slice(0, 300)}`);
  return {status, body};
}

function textOf(xml: string, element: string): string {
  const [, text] = new RegExp(`<${element}>([^<]*)<`).exec(xml) ?? [];
  if (text === undefined) throw new Error(`the answer has no ${element}`);
  return text;
}
