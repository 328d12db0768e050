import {createInterface} from 'node:readline';
import type {JsonObject, KubernetesObject} from '../../../src/kubernetes/object.ts';
import {groupOf} from '../../../src/kubernetes/resource.ts';
import {type Client, objectOf, pathOf, readObject} from '../../system/client.ts';
import {type Call, type Cluster, ClusterError, type Resource, type WatchEvent} from './cluster.ts';

const MANAGER = 'metacontroller';

/** A real API server as the simulated Metacontroller's cluster. Each call is told to `onCall`. */
export function createApiServerCluster(client: Client, onCall: (call: Call) => void): Cluster {
  const discovered = new Map<string, Promise<Resource[]>>();

  async function call(
    verb: string,
    resource: Resource & {subresource?: string},
    target: {namespace?: string | undefined; name?: string | undefined},
    request: {method: string; query?: string; body?: JsonObject; contentType?: string},
  ): Promise<KubernetesObject> {
    const {apiVersion, resource: plural, subresource} = resource;
    const path = pathOf(apiVersion, plural, target) + (subresource ? `/${subresource}` : '');
    const url = `${path}${request.query ?? ''}`;
    const response = await client.request(request.method, url, request.body, request.contentType);
    tell(verb, resource, target, response.status, response.body);
    if (response.status >= 300) throw new ClusterError(response.status, String(response.body.message));
    return objectOf(response);
  }

  function tell(
    verb: string,
    {apiVersion, resource, subresource}: Resource & {subresource?: string},
    {namespace, name}: {namespace?: string | undefined; name?: string | undefined},
    status: number,
    body?: JsonObject,
  ): void {
    onCall({
      verb,
      group: groupOf(apiVersion),
      resource: subresource ? `${resource}/${subresource}` : resource,
      ...(namespace && {namespace}),
      ...(name && {name}),
      status,
      ...(status >= 300 && {message: String(body?.message)}),
    });
  }

  const scopeOf = ({metadata}: KubernetesObject) => ({name: metadata.name, namespace: metadata.namespace});

  return {
    findResource: async (apiVersion, name) => {
      const known = discovered.get(apiVersion) ?? discover(client, apiVersion);
      discovered.set(apiVersion, known);
      const found = (await known).find(candidate =>
        'resource' in name ? candidate.resource === name.resource : candidate.kind === name.kind,
      );
      if (found) return found;
      throw new Error(`cannot find resource of ${apiVersion}: ${JSON.stringify(name)}`);
    },
    list: async resource => {
      const list = await call('list', resource, {}, {method: 'GET'});
      const items = (list.items as unknown as KubernetesObject[]).map(item => ({
        ...item,
        apiVersion: resource.apiVersion,
        kind: resource.kind,
      }));
      return {items, resourceVersion: String(list.metadata.resourceVersion)};
    },
    watch: async (resource, resourceVersion, onEvent, signal) => {
      const query = `?watch=true&resourceVersion=${resourceVersion}&timeoutSeconds=3600`;
      const response = await client.stream(pathOf(resource.apiVersion, resource.resource) + query);
      const status = response.statusCode as number;
      const refusal = status === 200 ? {} : await readObject(response);
      tell('watch', resource, {}, status, refusal);
      if (status !== 200) throw new ClusterError(status, String(refusal.message));
      signal.addEventListener('abort', () => response.destroy(), {once: true});
      // Destroyed by the signal: that is an end, not an error.
      response.on('error', () => {});
      for await (const line of createInterface({input: response})) {
        const event = JSON.parse(line) as {
          type: WatchEvent['type'] | 'ERROR' | 'BOOKMARK';
          object: KubernetesObject;
        };
        if (event.type === 'ERROR') return;
        if (event.type !== 'BOOKMARK') onEvent({type: event.type, object: event.object});
      }
    },
    get: async (resource, name, namespace) => await call('get', resource, {name, namespace}, {method: 'GET'}),
    update: async (resource, object, subresource) =>
      await call('update', {...resource, ...(subresource && {subresource})}, scopeOf(object), {
        method: 'PUT',
        body: object as JsonObject,
      }),
    apply: async (resource, object) =>
      await call('patch', resource, scopeOf(object), {
        method: 'PATCH',
        query: `?fieldManager=${MANAGER}&force=true`,
        body: object as JsonObject,
        contentType: 'application/apply-patch+yaml',
      }),
    delete: async (resource, object) => {
      const body = {
        apiVersion: 'v1',
        kind: 'DeleteOptions',
        propagationPolicy: 'Background',
        preconditions: {uid: object.metadata.uid as string},
      };
      await call('delete', resource, scopeOf(object), {method: 'DELETE', body});
    },
    createEvent: async event =>
      await call('create', EVENTS, {namespace: 'default'}, {method: 'POST', body: event}),
    patchEvent: async (event, patch) =>
      await call('patch', EVENTS, scopeOf(event), {
        method: 'PATCH',
        body: patch,
        contentType: 'application/merge-patch+json',
      }),
  };
}

const EVENTS: Resource = {apiVersion: 'v1', resource: 'events', kind: 'Event', isNamespaced: true};

async function discover(client: Client, apiVersion: string): Promise<Resource[]> {
  const {status, body} = await client.request('GET', pathOf(apiVersion, '').replace(/\/$/, ''));
  if (status !== 200) throw new ClusterError(status, `cannot discover ${apiVersion}`);
  const resources = body.resources as {name: string; kind: string; namespaced: boolean}[];
  return resources
    .filter(({name}) => !name.includes('/'))
    .map(({name, kind, namespaced}) => ({apiVersion, resource: name, kind, isNamespaced: namespaced}));
}
