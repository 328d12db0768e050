import type {Json, JsonObject, KubernetesObject} from '../../../src/kubernetes/object.ts';

/** A hook of a controller's definition. */
export type HookName = 'sync' | 'finalize' | 'customize';

/** Calls hooks by the urls of a controller's definition. */
export interface Hooks {
  readonly has: (name: HookName) => boolean;
  /** Throws for any status but 200, with the body, as Metacontroller does. */
  readonly call: (name: HookName, request: JsonObject) => Promise<JsonObject>;
}

export function createHooks({spec}: KubernetesObject): Hooks {
  const hooks = (spec as {hooks?: {[name in HookName]?: {webhook: {url: string}}}}).hooks ?? {};
  return {
    has: name => hooks[name] !== undefined,
    call: async (name, request) => await post(new URL(hooks[name]?.webhook.url as string), request),
  };
}

// User information in a url is sent as Basic, as Go's client does.
async function post(url: URL, request: Json): Promise<JsonObject> {
  const credentials = Buffer.from(`${url.username}:${url.password}`).toString('base64');
  url.username = '';
  url.password = '';
  const response = await fetch(url, {
    method: 'POST',
    headers: {'content-type': 'application/json', authorization: `Basic ${credentials}`},
    body: JSON.stringify(request),
    signal: AbortSignal.timeout(10_000),
  });
  const text = await response.text();
  if (response.status !== 200) throw new Error(`unsupported status code: ${response.status} body: ${text}`);
  return JSON.parse(text) as JsonObject;
}
