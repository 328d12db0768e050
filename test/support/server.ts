import type {AddressInfo} from 'node:net';
import {pino} from 'pino';
import {onTestFinished} from 'vitest';
import type {JsonObject} from '../../src/kubernetes/object.ts';
import {createMetrics} from '../../src/server/metrics.ts';
import {buildServer, type ServerOptions} from '../../src/server.ts';
import {dependencies, SMALL_FOLDERS} from './hook.ts';

type Options = Partial<ServerOptions> & {readonly level?: string};

/** A server over a handful of templates, which ends with the test, and what it logs. */
export function createServer({level = 'trace', ...options}: Options = {}) {
  const lines: string[] = [];
  const log = pino({level, base: null}, {write: (line: string) => lines.push(line)});
  const metrics = createMetrics();
  const server = buildServer({log, metrics, ...dependencies({folders: SMALL_FOLDERS}), ...options});
  onTestFinished(async () => await server.close());
  return {
    ...server,
    metrics,
    lines,
    logged: () => lines.map(line => JSON.parse(line) as JsonObject),
    listen: async () => {
      await server.app.listen({host: '127.0.0.1', port: 0});
      return (server.app.server.address() as AddressInfo).port;
    },
    post: async (path: string, payload: object | string | Buffer, headers: Record<string, string> = {}) =>
      await server.app.inject({
        method: 'POST',
        url: path,
        headers: {'content-type': 'application/json', ...headers},
        payload: typeof payload === 'object' && !Buffer.isBuffer(payload) ? JSON.stringify(payload) : payload,
      }),
  };
}

const UID = '6a1c5a7e-0000-4000-8000-000000000001';

/** The Profile `alice`, changed. */
export function profile({metadata, ...rest}: JsonObject = {}): JsonObject {
  return {
    apiVersion: 'kubeflow.org/v1',
    kind: 'Profile',
    metadata: {name: 'alice', uid: UID, generation: 1, ...(metadata as JsonObject)},
    spec: {owner: {kind: 'User', name: 'alice@example.com'}},
    ...rest,
  };
}

/** A companion's sync for Profile `alice`, whose Namespace is ready; changed. */
export function syncRequest(changes: JsonObject = {}): JsonObject {
  return {
    controller: {},
    object: profile(),
    attachments: {'ConfigMap.v1': {}, 'Deployment.apps/v1': {}},
    related: related('alice'),
    finalizing: false,
    ...changes,
  };
}

/** What the customize hook asked for: the Namespace of `alice`'s uid under another name, too. */
export function related(name: string): JsonObject {
  const owner = {apiVersion: 'kubeflow.org/v1', kind: 'Profile', name, uid: UID, controller: true};
  const namespace = {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: {name, ownerReferences: [owner]},
    status: {phase: 'Active'},
  };
  return {'Namespace.v1': {[name]: namespace}, 'RoleBinding.rbac.authorization.k8s.io/v1': {}};
}
