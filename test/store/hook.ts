import {pino} from 'pino';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {buildIamBackend} from '../../src/credentials/backend.ts';
import {createSeal} from '../../src/credentials/seal.ts';
import {createForeignLedger} from '../../src/foreign-ledger.ts';
import type {JsonObject, KubernetesObject} from '../../src/kubernetes/object.ts';
import {createMetrics} from '../../src/server/metrics.ts';
import {buildServer} from '../../src/server.ts';
import {describeConformance} from '../credentials/conformance.ts';
import {childrenOf, dependencies} from '../support/hook.ts';
import {namespaceObject, profileObject, related} from '../support/requests.ts';
import {draw, patience} from './contract.ts';
import type {LiveStore} from './live-store.ts';
import {until} from './process.ts';

const BUCKET = 'mlpipeline';
const SECRET = 'mlpipeline-minio-artifact';
const SEAL = createSeal([Buffer.alloc(32, 3)]);

interface Tenant {
  readonly name: string;
  readonly uid: string;
}

const ALICE = {name: 'alice', uid: '6a1c5a7e-0000-4000-8000-00000000000a'};
const BOB = {name: 'bob', uid: '6a1c5a7e-0000-4000-8000-00000000000b'};

/** The hook in front of a real store: what Metacontroller and a tenant see. */
export function testHook(start: () => LiveStore, isIsolating: boolean): void {
  describe('the hook', () => {
    let store: LiveStore;
    let hook: Hook;
    beforeAll(async () => {
      store = start();
      await store.objects.createBucket(BUCKET, patience());
      hook = await startHook(store);
    });
    afterAll(async () => await hook?.close());

    test('gives each tenant a key that opens its own prefix', async () => {
      for (const tenant of [ALICE, BOB]) {
        const {objects} = store.withKey(await hook.keyOf(tenant));
        const own = `private-artifacts/${tenant.name}/model`;
        await until(
          async () => await isAllowed(objects.putObject(BUCKET, own, bytes('own'), undefined, patience())),
        );
        expect(text((await objects.getObject(BUCKET, own, patience()))?.body)).toBe('own');
        expect(
          (await objects.listObjects(BUCKET, `private-artifacts/${tenant.name}/`, 10, patience())).keys,
        ).toEqual([own]);
      }
    });

    test.runIf(isIsolating)('lets no tenant reach another one, nor our records', async () => {
      const {objects, iam} = store.withKey(await hook.keyOf(ALICE));
      const foreign = 'private-artifacts/bob/model';
      const record = `test/${BOB.uid}`;
      const attempts = [
        objects.getObject(BUCKET, foreign, patience()),
        objects.putObject(BUCKET, foreign, bytes('mine'), undefined, patience()),
        objects.deleteObject(BUCKET, foreign, patience()),
        objects.listObjects(BUCKET, 'private-artifacts/bob/', 10, patience()),
        objects.listObjects(BUCKET, '', 10, patience()),
        objects.getObject('profile-sync-records', record, patience()),
        objects.putObject('profile-sync-records', record, bytes('mine'), undefined, patience()),
        objects.listObjects('profile-sync-records', '', 10, patience()),
        iam.listUsers('', patience()),
        iam.createAccessKey('kubeflow-admin', patience()),
      ];
      expect(await Promise.all(attempts.map(isAllowed))).toEqual(attempts.map(() => false));
      expect(text((await store.objects.getObject(BUCKET, foreign, patience()))?.body)).toBe('own');
    });

    test('keeps one key over equal syncs, a planted Secret, and a restart', async () => {
      const key = await hook.keyOf(ALICE);
      const planted = {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: {name: SECRET, namespace: 'alice'},
        type: 'Opaque',
        data: {accesskey: 'cGxhbnRlZA==', secretkey: 'cGxhbnRlZA=='},
      };
      const observed = {'Secret.v1': {[`alice/${SECRET}`]: planted}};
      for (let round = 0; round < 3; round++) expect(await hook.keyOf(ALICE, observed)).toEqual(key);
      const restarted = await startHook(store);
      expect(await restarted.keyOf(ALICE)).toEqual(key);
      await restarted.close();
      const users = await store.iam.listUsers('ps-test-alice-', patience());
      expect(users).toHaveLength(1);
      expect(await store.iam.listAccessKeys(users[0] as string, patience())).toEqual([key.id]);
    });

    test("does no harm for a Profile called like the store's admin", async () => {
      const tenant = {name: 'kubeflow-admin', uid: '6a1c5a7e-0000-4000-8000-00000000000c'};
      await hook.keyOf(tenant);
      await hook.finalize(tenant);
      expect(await store.iam.isUser('nobody', patience())).toBe(false);
      expect(await store.iam.listUsers('ps-test-kubeflow-admin-', patience())).toEqual([]);
    });

    test('takes everything back when a Profile goes, in the first call', async () => {
      const key = await hook.keyOf(BOB);
      const {objects} = store.withKey(key);
      expect(await hook.finalize(BOB)).toMatchObject({finalized: true, attachments: []});
      expect(await store.iam.listUsers('ps-test-bob-', patience())).toEqual([]);
      if (isIsolating)
        await until(
          async () =>
            !(await isAllowed(objects.listObjects(BUCKET, 'private-artifacts/bob/', 1, patience()))),
        );
      expect(await store.objects.getObject(BUCKET, 'private-artifacts/bob/model', patience())).toBeDefined();
    });

    test('gives no key for a name used again, and says what would', async () => {
      const heir = {name: 'bob', uid: '6a1c5a7e-0000-4000-8000-0000000000bb'};
      const {children, conditions} = await hook.sync(heir);
      expect(children.some(({kind}) => kind === 'Secret')).toBe(false);
      expect(children.some(({kind}) => kind === 'Deployment')).toBe(false);
      expect(conditions.find(({type}) => type === 'Credentials')?.message).toContain(
        'values.reuse has to name this one',
      );
    });

    test('says nothing of a key or of the admin in its log and metrics', async () => {
      const {id, secret} = await hook.keyOf(ALICE);
      const said = [...hook.lines, await hook.metrics()].join('\n');
      for (const word of [id, secret, store.adminKey.accessKeyId, store.adminKey.secretAccessKey])
        expect(said).not.toContain(word);
      expect(said).toContain('profile_sync_tenant_keys_total{event="minted"}');
    });
  });
}

/** The contract of backends, kept by `iam` over a real store. */
export function testConformance(name: string, start: () => LiveStore): void {
  const bucket = draw('conformance');
  beforeAll(async () => await start().objects.createBucket(bucket, patience()));
  const values = dependencies({values: {credentials: {clusterId: 'conformance', bucket}}}).templates(
    'companion',
  ).values.base.values;
  describeConformance(`iam over ${name}`, () => ({
    bucket,
    start: async () => {
      const {provisioner, readiness} = buildIamBackend(
        settingsFor(start()),
        () => values,
        SILENT,
        createMetrics(),
      );
      readiness?.start();
      await until(async () => readiness?.state().isReady === true);
      return provisioner;
    },
  }));
}

type Hook = Awaited<ReturnType<typeof startHook>>;

const SILENT = pino({level: 'silent'});

function settingsFor({iamEndpoint, s3Endpoint, dialect, adminKey}: LiveStore) {
  return {iamEndpoint, s3Endpoint, dialect, region: 'us-east-1', adminKey: () => adminKey, seal: SEAL};
}

async function startHook(store: LiveStore) {
  const lines: string[] = [];
  const log = pino({level: 'trace', base: null}, {write: (line: string) => lines.push(line)});
  const metrics = createMetrics();
  const options = {values: {credentials: {clusterId: 'test', bucket: BUCKET}}};
  const {templates} = dependencies(options);
  const values = () => templates('companion').values.base.values;
  const {provisioner, readiness} = buildIamBackend(settingsFor(store), values, log, metrics);
  readiness?.start();
  await until(async () => readiness?.state().isReady === true);
  const foreignLedger = createForeignLedger(() => 0);
  const server = buildServer({log, metrics, templates, provisioner, foreignLedger});

  async function post(path: string, request: JsonObject): Promise<JsonObject> {
    const {statusCode, body} = await server.app.inject({
      method: 'POST',
      url: path,
      headers: {'content-type': 'application/json'},
      payload: JSON.stringify(request),
    });
    if (statusCode !== 200) throw new Error(`${statusCode}: ${body}`);
    return JSON.parse(body) as JsonObject;
  }

  async function sync(tenant: Tenant, attachments: JsonObject = {}) {
    const answer = await post('/sync', requestFor(tenant, {attachments}));
    const {conditions} = (answer.status ?? {}) as {conditions?: {type: string; message: string}[]};
    return {children: childrenOf(answer), conditions: conditions ?? []};
  }

  return {
    lines,
    sync,
    metrics: async () => await metrics.text(),
    close: async () => {
      readiness?.stop();
      await server.close();
    },
    keyOf: async (tenant: Tenant, attachments: JsonObject = {}) => {
      const {children} = await sync(tenant, attachments);
      const secret = children.find(({kind}) => kind === 'Secret');
      if (!secret) throw new Error(`there is no Secret for ${tenant.name}`);
      const {accesskey, secretkey} = secret.data as {accesskey: string; secretkey: string};
      return {id: decode(accesskey), secret: decode(secretkey)};
    },
    finalize: async (tenant: Tenant) => {
      const metadata = {deletionTimestamp: '2026-01-01T00:00:00Z'};
      return await post('/finalize', {...requestFor(tenant, {metadata}), finalizing: true});
    },
  };
}

function requestFor(
  {name, uid}: Tenant,
  {attachments = {}, metadata = {}}: {attachments?: JsonObject; metadata?: JsonObject},
): JsonObject {
  const namespace = namespaceObject({controller: uid, metadata: {name}}) as KubernetesObject;
  return {
    controller: {},
    object: profileObject({name, metadata: {uid, ...metadata}}),
    attachments,
    related: related(namespace) as unknown as JsonObject,
    finalizing: false,
  };
}

async function isAllowed(call: Promise<unknown>): Promise<boolean> {
  return await call.then(
    () => true,
    () => false,
  );
}

function bytes(content: string): Buffer {
  return Buffer.from(content);
}

function text(content: Uint8Array | undefined): string {
  return Buffer.from(content ?? []).toString();
}

function decode(base64: string): string {
  return Buffer.from(base64, 'base64').toString();
}
