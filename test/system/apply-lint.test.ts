import {createServer, type Server} from 'node:http';
import type {AddressInfo} from 'node:net';
import {isDeepStrictEqual} from 'node:util';
import fc from 'fast-check';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {canonical} from '../../src/kubernetes/canonical.ts';
import {
  isJsonObject,
  type Json,
  type JsonObject,
  type KubernetesObject,
} from '../../src/kubernetes/object.ts';
import {resourceOf} from '../../src/kubernetes/resource.ts';
import {objects} from '../metacontroller/apply-objects.ts';
import {
  APPLY_ROWS,
  APPLY_STRATEGIES,
  type ApplyRow,
  type ApplyStrategy,
  type Outcome,
} from '../metacontroller/apply-rows.ts';
import {stored} from '../metacontroller/apply-server.ts';
import {isAccepted} from '../metacontroller/apply-verdict.ts';
import type {Call} from '../support/metacontroller/cluster.ts';
import {openAudit, writesOf} from './audit.ts';
import {METACONTROLLER} from './control-plane/start.ts';
import {type Driver, startReal} from './metacontroller.ts';
import {NAMESPACE, PROFILE} from './objects.ts';
import {type Cluster, startCluster, until} from './system.ts';

const BINARY = process.env.METACONTROLLER;

/** Where an admin makes each object once, to see what the API server makes of it. */
const REFERENCE = 'reference';

/** Objects of which nobody knows beforehand what they come to; the same in every run. */
const RANDOM = fc.sample(objects(), {seed: 1, numRuns: 150}).map((object, index) => ({
  what: `random object ${index}`,
  object: {...object, metadata: {...object.metadata, name: `random-${index}`}},
}));

const ALL: readonly Subject[] = [...APPLY_ROWS, ...RANDOM];

type Subject = Pick<ApplyRow, 'what' | 'object'>;

/** Syncs until everything that comes to rest has done so, and syncs that are looked at. */
const SYNCS = 5;

describe.skipIf(!BINARY)('what Metacontroller makes of objects', () => {
  const syncs = new Map<string, number>();
  let cluster: Cluster;
  let hook: Server;
  let drivers: Driver[] = [];
  const outcomes = new Map<string, Outcome>();

  beforeAll(async () => {
    cluster = await startCluster();
    hook = await startRowHook(syncs);
    await install(cluster, hook);
    const audit = openAudit(cluster.controlPlane.auditLog);
    drivers = await Promise.all(
      APPLY_STRATEGIES.map(applyStrategy =>
        startReal(BINARY as string, cluster.controlPlane, {
          applyStrategy,
          targetLabelSelector: `strategy=${applyStrategy}`,
        }),
      ),
    );
    await untilSynced(syncs);
    audit.read();
    await untilSynced(syncs);
    const writes = writesOf(audit.read());
    for (const strategy of APPLY_STRATEGIES)
      for (const row of ALL)
        outcomes.set(keyOf(row, strategy), await outcomeOf(cluster, row, strategy, writes));
  });

  afterAll(async () => {
    for (const driver of drivers) await driver.stop();
    hook?.close();
    hook?.closeAllConnections();
    await cluster?.stop();
  });

  test.each(APPLY_STRATEGIES)('%s: every row comes to what it says', strategy => {
    const found = APPLY_ROWS.map(row => [row.what, outcomes.get(keyOf(row, strategy))]);
    expect(found).toEqual(APPLY_ROWS.map(row => [row.what, row[strategy]]));
  });

  test.each(APPLY_STRATEGIES)(
    '%s: a random object is quiet if and only if the lint accepts it',
    async strategy => {
      const judged = [];
      for (const row of RANDOM) {
        const outcome = outcomes.get(keyOf(row, strategy));
        const accepted = isAccepted(row.object, strategy);
        // A random object may be wrong in many ways, which are not the lint's business: nobody can create it.
        if (accepted && outcome === 'refused' && !(await reference(cluster, row.object))) continue;
        judged.push(row.object);
        expect({accepted, outcome, object: row.object}).toEqual({
          accepted: outcome === 'quiet',
          outcome,
          object: row.object,
        });
      }
      expect(judged.length).toBeGreaterThan(RANDOM.length / 2);
    },
  );

  test("the model's API server keeps what the real one does", async () => {
    for (const {what, object} of APPLY_ROWS) {
      const real = await reference(cluster, object);
      if (real)
        expect({what, ...contentOf(real)}).toMatchObject({
          what,
          ...contentOf(stored(sent(object, REFERENCE))),
        });
    }
  });
});

/** Answers every sync with all rows, in the namespace that is named like the Profile. */
async function startRowHook(syncs: Map<string, number>): Promise<Server> {
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const {object} = JSON.parse(Buffer.concat(chunks).toString('utf8')) as {object: KubernetesObject};
    const {name} = object.metadata;
    syncs.set(name, (syncs.get(name) ?? 0) + 1);
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({attachments: ALL.map(row => sent(row.object, name))}));
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return server;
}

/** An object as profile-sync answers it. */
function sent(object: KubernetesObject, namespace: string): JsonObject {
  return canonical({...object, metadata: {...object.metadata, namespace}} as JsonObject);
}

async function install({objects}: Cluster, hook: Server): Promise<void> {
  await objects.apply({...NAMESPACE, metadata: {name: REFERENCE}});
  await objects.apply({
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRoleBinding',
    metadata: {name: 'metacontroller'},
    roleRef: {apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin'},
    subjects: [{apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: METACONTROLLER}],
  });
  for (const name of APPLY_STRATEGIES) {
    await objects.apply({...NAMESPACE, metadata: {name}});
    const metadata = {name, labels: {strategy: name}};
    await objects.apply({...PROFILE, metadata, spec: {owner: {kind: 'User', name: 'a'}}});
    await objects.apply(controller(metadata, `http://127.0.0.1:${(hook.address() as AddressInfo).port}`));
  }
}

function controller(metadata: JsonObject, url: string): JsonObject {
  const kinds = new Map(APPLY_ROWS.map(({object}) => [`${object.apiVersion} ${object.kind}`, object]));
  const attachments = [...kinds.values()].map(object => ({
    apiVersion: object.apiVersion,
    resource: resourceOf(object)?.resource as string,
    updateStrategy: {method: 'InPlace'},
  }));
  const labelSelector = {matchLabels: metadata.labels as JsonObject};
  return {
    apiVersion: 'metacontroller.k8s.io/v1alpha1',
    kind: 'DecoratorController',
    metadata,
    spec: {
      resyncPeriodSeconds: 1,
      resources: [{apiVersion: PROFILE.apiVersion, resource: 'profiles', labelSelector}],
      attachments,
      hooks: {sync: {version: 'v2', webhook: {url}}},
    },
  };
}

async function untilSynced(syncs: Map<string, number>): Promise<void> {
  const before = new Map(syncs);
  const isDone = (strategy: string) => (syncs.get(strategy) ?? 0) >= (before.get(strategy) ?? 0) + SYNCS;
  await until(async () => APPLY_STRATEGIES.every(isDone), 'five syncs under both strategies');
  // A sync is counted when it begins, and those of events come fast.
  await new Promise(resolve => setTimeout(resolve, 3000));
}

async function outcomeOf(
  cluster: Cluster,
  {object}: Subject,
  namespace: ApplyStrategy,
  writes: readonly Call[],
): Promise<Outcome> {
  const {resource} = resourceOf(object) as {resource: string};
  const {name} = object.metadata;
  const own = writes.filter(
    call => call.resource === resource && call.namespace === namespace && call.name === name,
  );
  const observed = await cluster.objects.find(object, name, namespace);
  // It takes a conflict for a sync that came too early.
  if (!observed || own.some(({status}) => status >= 400 && status !== 409)) return 'refused';
  if (own.length >= SYNCS - 1) return 'noisy';
  expect(own).toEqual([]);
  const made = (await reference(cluster, object)) as KubernetesObject;
  return isDeepStrictEqual(contentOf(observed), contentOf(made)) ? 'quiet' : 'lossy';
}

/** What the API server makes of an object that is created once; `undefined` if it refuses. */
async function reference(
  {objects}: Cluster,
  object: KubernetesObject,
): Promise<KubernetesObject | undefined> {
  const {name} = object.metadata;
  const known = await objects.find(object, name, REFERENCE);
  if (known) return known;
  try {
    await objects.create(sent(object, REFERENCE) as unknown as KubernetesObject);
    return await objects.get(object, name, REFERENCE);
  } catch {
    return undefined;
  }
}

/** All but metadata, status, and the addresses that the API server draws. */
function contentOf({
  metadata: _,
  status: __,
  apiVersion: ___,
  ...rest
}: JsonObject | KubernetesObject): JsonObject {
  const {spec, ...others} = rest as JsonObject;
  if (!isJsonObject(spec)) return others;
  const {clusterIP, clusterIPs: ____, ...own} = spec;
  return {...others, spec: {...own, ...(clusterIP === 'None' && {clusterIP})}} satisfies {
    [field: string]: Json;
  };
}

function keyOf({what}: Subject, strategy: ApplyStrategy): string {
  return `${strategy} ${what}`;
}
