import {pino} from 'pino';
import {onTestFinished} from 'vitest';
import {createObserver} from '../../src/credentials/backend.ts';
import {createIamProvisioner} from '../../src/credentials/iam.ts';
import {createRecords} from '../../src/credentials/records.ts';
import {DIALECTS} from '../../src/credentials/store/dialects.ts';
import {createForeignLedger} from '../../src/foreign-ledger.ts';
import type {JsonObject, KubernetesObject} from '../../src/kubernetes/object.ts';
import {createMetrics} from '../../src/server/metrics.ts';
import {buildServer, type ServerOptions} from '../../src/server.ts';
import {createFakeStore} from '../support/fake-store.ts';
import {childrenOf, dependencies} from '../support/hook.ts';
import {DELETING, namespaceObject, profileObject, related, UID} from '../support/requests.ts';
import {type StoreServer, startStoreServer} from '../support/store-server.ts';
import {type FaultRow, HANG} from './fault-table.ts';
import {BUCKET, policyOf, RECORDS, SEAL, SETTINGS} from './iam-setup.ts';
import {connectTo} from './store/broken-server.ts';

/** As long as the clients of the tests wait for one answer. */
const TIMEOUT_MILLISECONDS = 800;

const SECONDS = 1000;
export const DAY_SECONDS = 24 * 3600;

/** A condition of the Profile's status, as an answer has it. */
interface Condition {
  readonly type: string;
  readonly status: string;
  readonly message: string;
}

/** What Metacontroller and the tenant see of one answer. */
export interface Seen {
  readonly status: number;
  readonly key?: string;
  readonly generation?: number;
  /** Whether what restarts with the key is there. */
  readonly hasConsumer: boolean;
  /** How many other children there are. */
  readonly others: number;
  readonly condition?: Pick<Condition, 'status' | 'message'>;
  readonly resyncAfterSeconds?: number;
  readonly finalized?: boolean;
  readonly body: string;
}

export type FaultHook = Awaited<ReturnType<typeof startFaultHook>>;

/** The whole hook in front of a fake store over HTTP, with a clock that stands still. */
export async function startFaultHook({keysPerUser = 2} = {}) {
  const store = createFakeStore({keysPerUser});
  for (const bucket of [BUCKET, RECORDS.bucket]) store.buckets.set(bucket, new Map());
  const server = await startStoreServer(store);
  const clock = {now: Date.parse('2026-01-01T00:00:00Z')};
  const settings = {current: SETTINGS};
  const lines: string[] = [];
  const log = pino({level: 'trace', base: null}, {write: (line: string) => lines.push(line)});
  const metrics = createMetrics();
  const clients = clientsOf(server, store.adminKey);
  const records = createRecords(clients.objects, SEAL, RECORDS);
  const wait = (seconds: number) => {
    clock.now += seconds * SECONDS;
  };

  /** A hook process as it starts: it remembers nothing. */
  function start(options: Partial<ServerOptions> = {}) {
    const provisioner = createIamProvisioner({
      ...clients,
      records,
      adminKeyId: () => store.adminKey.id,
      settings: () => settings.current,
      policyOf,
      observer: createObserver(log, metrics),
      now: () => clock.now,
    });
    const {templates} = dependencies({values: {credentials: {bucket: BUCKET}}});
    const hook = buildServer({
      log,
      metrics,
      templates,
      provisioner,
      foreignLedger: createForeignLedger(() => clock.now),
      ...options,
    });
    onTestFinished(async () => await hook.close());
    const post = async (path: string, request: JsonObject, authorization = ''): Promise<Seen> => {
      hook.forgetAnswers();
      const headers = {'content-type': 'application/json', authorization};
      const payload = JSON.stringify(request);
      const {statusCode, body} = await hook.app.inject({method: 'POST', url: path, headers, payload});
      return readAnswer(statusCode, body);
    };
    return {
      post,
      sync: async (attachments: JsonObject = {}, authorization?: string) =>
        await post('/sync', {...COMPANION, attachments}, authorization),
      finalize: async (authorization?: string) => await post('/finalize', FINALIZE, authorization),
    };
  }

  return {store, server, clock, settings, wait, lines, metrics, start};
}

const REST = {
  controller: {},
  related: related(namespaceObject()) as unknown as JsonObject,
  finalizing: false,
};
const COMPANION: JsonObject = {...REST, object: profileObject()};
const FINALIZE: JsonObject = {
  ...REST,
  parent: profileObject({metadata: DELETING}),
  children: {},
  finalizing: true,
};

function clientsOf({iamEndpoint, s3Endpoint}: StoreServer, {id, secret}: {id: string; secret: string}) {
  const options = {
    dialect: DIALECTS.seaweedfs,
    credentials: () => ({accessKeyId: id, secretAccessKey: secret}),
    timeoutMilliseconds: TIMEOUT_MILLISECONDS,
  };
  const {iam} = connectTo(Number(iamEndpoint.port), options);
  const {objects} = connectTo(Number(s3Endpoint.port), options);
  return {iam, objects};
}

function readAnswer(status: number, body: string): Seen {
  const answer = JSON.parse(body) as JsonObject & {
    resyncAfterSeconds?: number;
    finalized?: boolean;
    status?: {conditions?: Condition[]};
  };
  const children = childrenOf(answer);
  const secret = children.find(({kind}) => kind === 'Secret');
  const isConsumer = (child: KubernetesObject) => JSON.stringify(child).includes(`"${GENERATION}"`);
  const consumer = children.find(isConsumer);
  const conditions = answer.status?.conditions ?? [];
  const condition =
    conditions.find(({type}) => type === 'Credentials') ?? conditions.find(({type}) => type === 'Ready');
  return {
    status,
    body,
    hasConsumer: consumer !== undefined,
    others: children.filter(child => child !== secret && child !== consumer).length,
    ...(secret && {key: keyOf(secret)}),
    ...(consumer && {generation: generationOf(consumer)}),
    ...(condition && {condition}),
    ...(answer.resyncAfterSeconds !== undefined && {resyncAfterSeconds: answer.resyncAfterSeconds}),
    ...(answer.finalized !== undefined && {finalized: answer.finalized}),
  };
}

const GENERATION = 'credentials.profile-sync.kubeflow.org/generation';

function keyOf({data}: KubernetesObject): string {
  return Buffer.from((data as {accesskey: string}).accesskey, 'base64').toString();
}

function generationOf(consumer: KubernetesObject): number {
  return Number(JSON.stringify(consumer).split(`"${GENERATION}":"`)[1]?.split('"')[0]);
}

/** Lets the store do badly what the row says. */
export async function misbehave(
  {server}: FaultHook,
  {call, nth, at = 'before', answer = HANG, closed}: Partial<FaultRow>,
): Promise<void> {
  if (closed) return await server.refuse(closed);
  let count = 0;
  server.onRequest = name => {
    if (name !== call || (++count !== nth && nth !== undefined)) return undefined;
    return {at, answer};
  };
}

/** Lets the store do well what it is asked. */
export async function recover({server}: FaultHook): Promise<void> {
  server.onRequest = () => undefined;
  for (const api of ['iam', 's3'] as const) await server.accept(api);
}

/** What is left in the store, in words. */
export async function leftIn({store}: FaultHook): Promise<{users: string[]; records: string[]}> {
  return {
    users: [...store.users].map(([name, {keys, policies}]) =>
      [name.replace(/-[0-9a-f]{8}$/, ''), ...keys.keys(), ...policies.keys()].join(' '),
    ),
    records: [...(store.buckets.get(RECORDS.bucket)?.keys() ?? [])].map(key =>
      key.replace(`${RECORDS.clusterId}/`, '').replace(UID, 'record'),
    ),
  };
}
