import fastify, {type FastifyInstance, type FastifyReply, type FastifyRequest} from 'fastify';
import type {Logger} from 'pino';
import {type AnswerCache, type Call, createAnswerCache} from './answer-cache.ts';
import {readJson} from './body.ts';
import {RefusedError, RequestError, TemplateError} from './errors.ts';
import {customize} from './metacontroller/customize.ts';
import {parseCustomizeRequest, parseHookRequest} from './metacontroller/request.ts';
import {encodeAnswer} from './metacontroller/response.ts';
import type {Metrics} from './metrics.ts';
import {parseIdentity} from './profile/profile.ts';
import {type Dependencies, finalize, sync} from './sync.ts';
import type {TokenCheck} from './token.ts';

export interface ServerOptions extends Dependencies {
  readonly log: Logger;
  readonly metrics: Metrics;
  /** Lets a hook request through by its Authorization header; without it all pass. */
  readonly isAllowed?: TokenCheck;
  readonly bodyLimitBytes?: number;
}

/** The HTTP side of the hook. It never listens by itself. */
export interface Server {
  readonly app: FastifyInstance;
  /** From now on `/readyz` answers 503, while requests are still served. */
  readonly drain: () => void;
  /** Forgets remembered answers: templates or values have changed. */
  readonly forgetAnswers: () => void;
}

/** Requests of large tenants are about 100 kB; this is what one with many huge ConfigMaps takes. */
const BODY_LIMIT_BYTES = 16 * 1024 * 1024;

/** Longer than Go's 90 s: Metacontroller must be the one to close, for Go does not repeat a POST that meets a closed connection. */
const KEEP_ALIVE_MILLISECONDS = 120_000;

/** Kubernetes cuts an Event's message at 1 kB. */
const MAX_ERROR_LENGTH = 1000;

/** Builds the server: routes, limits, errors. */
export function buildServer(options: ServerOptions): Server {
  const {log, metrics, isAllowed, bodyLimitBytes = BODY_LIMIT_BYTES} = options;
  const cache = createAnswerCache();
  let isDraining = false;
  const app = fastify({
    bodyLimit: bodyLimitBytes,
    keepAliveTimeout: KEEP_ALIVE_MILLISECONDS,
    forceCloseConnections: 'idle',
  });

  app.removeAllContentTypeParsers();
  // The raw bytes: what is the same to the byte as before need not be parsed again.
  app.addContentTypeParser('application/json', {parseAs: 'buffer'}, (_request, body, done) =>
    done(null, body),
  );
  app.setErrorHandler((error, request, reply) => sendError(reply, request.url, error, log));
  app.setNotFoundHandler((request, reply) =>
    sendError(reply, request.url, new RequestError('cannot find this path', 404), log),
  );

  app.get('/healthz', async () => ({status: 'ok'}));
  app.get('/readyz', async (_request, reply) => {
    if (isDraining) return await reply.code(503).send({error: 'shutting down'});
    return {status: 'ready'};
  });
  app.get(
    '/metrics',
    async (_request, reply) => await reply.type(metrics.contentType).send(await metrics.text()),
  );

  app.register(async hooks => {
    // Before the body is read: whoever may POST a Profile reads that tenant's key in the answer.
    hooks.addHook('onRequest', async request => {
      if (isAllowed && !isAllowed(request.headers.authorization)) {
        throw new RequestError('cannot answer: the token is missing or wrong', 401);
      }
    });
    hooks.addHook('onResponse', async (request, reply) =>
      metrics.observe(request.url, reply.statusCode, reply.elapsedTime),
    );
    for (const path of ['/sync', '/finalize', '/customize'] as const) {
      hooks.post(path, async (request, reply) => await answerHook(path, request, reply, options, cache));
    }
  });
  return {
    app,
    drain: () => {
      isDraining = true;
    },
    forgetAnswers: () => cache.clear(),
  };
}

type HookPath = '/sync' | '/finalize' | '/customize';

async function answerHook(
  path: HookPath,
  request: FastifyRequest,
  reply: FastifyReply,
  options: ServerOptions,
  cache: AnswerCache,
) {
  const bytes = request.body as Buffer | undefined;
  if (!bytes || bytes.length === 0) throw new RequestError('cannot read request: the body is empty');
  const key = cache.keyOf(path, bytes);
  const known = cache.get(key);
  const call = known ?? (await compute(path, bytes, options));
  if (path === '/finalize') cache.forget(call.uid);
  else if (!known) cache.remember(key, call);
  options.log.info(
    {
      hook: path.slice(1),
      profile: call.profile,
      mode: call.mode,
      children: call.children,
      milliseconds: Math.round(reply.elapsedTime * 100) / 100,
      remembered: known !== undefined,
    },
    'answered',
  );
  return await reply.type('application/json').send(call.body);
}

async function compute(path: HookPath, bytes: Buffer, options: Dependencies): Promise<Call> {
  const body = readJson(bytes);
  if (path === '/customize') {
    const {name, uid} = parseIdentity(parseCustomizeRequest(body).parent);
    return {profile: name, uid, children: 0, body: encode(customize(name)), freshForSeconds: 0};
  }
  const request = parseHookRequest(body);
  const {name, uid} = parseIdentity(request.parent);
  const {answer, freshForSeconds} =
    path === '/sync'
      ? await sync(request, options)
      : {answer: await finalize(request, options), freshForSeconds: 0};
  const {mode} = request;
  return {
    profile: name,
    uid,
    mode,
    children: answer.children.length,
    body: encode(encodeAnswer(answer, mode)),
    freshForSeconds,
  };
}

function encode(answer: object): Buffer {
  return Buffer.from(JSON.stringify(answer));
}

function sendError(reply: FastifyReply, path: string, error: unknown, log: Logger): FastifyReply {
  const {status, message} = describeError(error);
  if (status === 401) reply.header('www-authenticate', 'Bearer, Basic realm="profile-sync"');
  const isOurs =
    error instanceof RequestError || error instanceof RefusedError || error instanceof TemplateError;
  // The stack of a bug goes to the log alone: the answer ends in an Event that users read.
  log[status >= 500 ? 'error' : 'warn'](
    {path, status, ...(!isOurs && status >= 500 && {stack: (error as Error).stack})},
    message,
  );
  return reply.code(status).type('application/json').send({error: message});
}

function describeError(error: unknown): {status: number; message: string} {
  if (error instanceof RequestError || error instanceof RefusedError || error instanceof TemplateError) {
    return {status: error.statusCode, message: error.message.slice(0, MAX_ERROR_LENGTH)};
  }
  const {statusCode = 500, code} = error as {statusCode?: number; code?: string};
  if (statusCode === 413) return {status: 413, message: 'cannot read request: the body is too large'};
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE')
    return {status: 400, message: 'cannot read request: the content type is not application/json'};
  if (statusCode < 500) return {status: 400, message: 'cannot read request: it is not valid HTTP'};
  return {status: 500, message: 'cannot answer: an internal error, which the log of profile-sync describes'};
}
