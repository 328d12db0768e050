import type {IncomingMessage} from 'node:http';
import {Agent, request as send} from 'node:https';
import type {Json, JsonObject, KubernetesObject} from '../../src/kubernetes/object.ts';

/** Whom to ask, and as whom. */
export interface Access {
  readonly url: string;
  readonly ca: string;
  readonly token: string;
  /** Sent with every request, such as `impersonate-user`. */
  readonly headers?: {readonly [name: string]: string | string[]};
}

/** What the API server answered, whatever the status. */
export interface Response {
  readonly status: number;
  readonly body: JsonObject;
}

/** A client that hides nothing: a test of permissions looks at the status of each single call. */
export interface Client {
  /** Never throws for a status. `contentType` is `application/json` unless given. */
  readonly request: (
    method: string,
    path: string,
    body?: Json,
    contentType?: string,
    headers?: {readonly [name: string]: string},
  ) => Promise<Response>;
  /** Opens a response without an end, such as a watch. */
  readonly stream: (path: string) => Promise<IncomingMessage>;
  readonly close: () => void;
}

export function createClient({url, ca, token, headers: own}: Access): Client {
  const agent = new Agent({ca, keepAlive: true, maxSockets: 50});
  const open = (
    method: string,
    path: string,
    body?: Json,
    contentType = 'application/json',
    extra: {readonly [name: string]: string} = {},
  ) =>
    new Promise<IncomingMessage>((resolve, reject) => {
      const payload = body === undefined ? undefined : JSON.stringify(body);
      const headers = {
        ...own,
        ...extra,
        authorization: `Bearer ${token}`,
        accept: 'application/json',
        ...(payload && {'content-type': contentType, 'content-length': Buffer.byteLength(payload)}),
      };
      const outgoing = send(new URL(path, url), {method, agent, headers}, resolve);
      outgoing.on('error', reject);
      outgoing.end(payload);
    });
  return {
    request: async (...call) => {
      const response = await open(...call);
      return {status: response.statusCode as number, body: await readObject(response)};
    },
    stream: path => open('GET', path),
    close: () => agent.destroy(),
  };
}

/** The path of a kind's collection, or of one object in it. */
export function pathOf(
  apiVersion: string,
  resource: string,
  {namespace, name}: {namespace?: string | undefined; name?: string | undefined} = {},
): string {
  const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const scope = namespace ? `/namespaces/${encodeURIComponent(namespace)}` : '';
  return `${root}${scope}/${resource}${name ? `/${encodeURIComponent(name)}` : ''}`;
}

/** The body as an object, for callers that have looked at the status. */
export function objectOf({body}: Response): KubernetesObject {
  return body as unknown as KubernetesObject;
}

/** A response to its end. Health endpoints answer plain text. */
export async function readObject(response: IncomingMessage): Promise<JsonObject> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString('utf8');
  try {
    return JSON.parse(text) as JsonObject;
  } catch {
    return {text};
  }
}
