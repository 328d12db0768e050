import fastify, {type FastifyInstance, type FastifyReply, type FastifyRequest} from 'fastify';
import type {Logger} from 'pino';
import {RequestError} from './errors.ts';
import {type AnswerCache, type Call, createAnswerCache} from './server/answer-cache.ts';
import {closeSparesWith, refuseConnection} from './server/connections.ts';
import {createErrorSender, type ErrorSender, milliseconds} from './server/error.ts';
import {HOOK_PATHS, type HookPath, readQuestion} from './server/hook.ts';
import type {Metrics} from './server/metrics.ts';
import type {TokenCheck} from './server/token.ts';
import type {Dependencies} from './sync.ts';

export interface ServerOptions extends Dependencies {
  readonly log: Logger;
  readonly metrics: Metrics;
  /** Lets a hook request through by its Authorization header; without it all pass. */
  readonly isAllowed?: TokenCheck;
  readonly limits?: Partial<typeof LIMITS>;
  /** Whether `/readyz` may say so, and why not; ready where it is not given. */
  readonly readiness?: () => {readonly isReady: boolean; readonly reason: string};
}

/** The HTTP side of the hook. It never listens by itself. */
export interface Server {
  readonly app: FastifyInstance;
  /** From now on `/readyz` answers 503, and each answer ends its connection. */
  readonly drain: () => void;
  /** Stops listening, and answers what has been asked. */
  readonly close: () => Promise<void>;
  /** Forgets remembered answers: templates or values have changed. */
  readonly forgetAnswers: () => void;
}

const LIMITS = {
  /** Requests of large tenants are about 100 kB; this is what one with many huge ConfigMaps takes. */
  bodyBytes: 16 * 1024 * 1024,
  /** For a whole request to arrive, looked at every third of it. Metacontroller gives up after 10 s by default. */
  requestMilliseconds: 15_000,
  /** For requests that are under way when the server closes; whoever sends so slowly is no Metacontroller. */
  closeMilliseconds: 10_000,
};

/** Longer than Go's 90 s: Metacontroller must be the one to close, for Go does not repeat a POST that meets a closed connection. */
const KEEP_ALIVE_MILLISECONDS = 120_000;

const READY = {isReady: true, reason: ''};

/** What the hook routes share. */
interface HookContext extends ServerOptions {
  readonly cache: AnswerCache;
  readonly sendError: ErrorSender;
}

/** Builds the server: routes, limits, errors. */
export function buildServer(options: ServerOptions): Server {
  const limits = {...LIMITS, ...options.limits};
  const cache = createAnswerCache();
  const sendError = createErrorSender(options.log);
  let isDraining = false;
  const app = createApp(limits, sendError);
  // Or else its connection would stay open for the next request.
  app.addHook('onSend', (_request, reply, payload, done) => {
    if (isDraining) reply.header('connection', 'close');
    done(null, payload);
  });
  addProbes(app, options, () => isDraining);
  app.register(async hooks => addHooks(hooks, {...options, cache, sendError}));
  const drain = () => {
    isDraining = true;
  };
  const close = async () => {
    drain();
    const timer = setTimeout(() => app.server.closeAllConnections(), limits.closeMilliseconds);
    await app.close();
    clearTimeout(timer);
  };
  return {app, drain, close, forgetAnswers: () => cache.clear()};
}

function createApp(limits: typeof LIMITS, sendError: ErrorSender): FastifyInstance {
  const app = fastify({
    bodyLimit: limits.bodyBytes,
    keepAliveTimeout: KEEP_ALIVE_MILLISECONDS,
    requestTimeout: limits.requestMilliseconds,
    http: {
      // Node takes the longer of the two for the whole request, whatever its name; by default this one is a minute.
      headersTimeout: limits.requestMilliseconds,
      connectionsCheckingInterval: limits.requestMilliseconds / 3,
    },
    forceCloseConnections: 'idle',
    clientErrorHandler: refuseConnection,
    frameworkErrors: (error, request, reply) => sendError(request, reply, error),
  });
  closeSparesWith(app);
  app.removeAllContentTypeParsers();
  // The raw bytes: what is the same to the byte as before need not be parsed again.
  app.addContentTypeParser('application/json', {parseAs: 'buffer'}, (_request, body, done) =>
    done(null, body),
  );
  app.setErrorHandler((error, request, reply) => sendError(request, reply, error));
  // A notFoundHandler would run only after the body has been read, whoever sends it.
  app.addHook('onRequest', async request => {
    if (request.is404) throw new RequestError('cannot find this path', 404);
  });
  return app;
}

function addProbes(
  app: FastifyInstance,
  {metrics, readiness = () => READY}: ServerOptions,
  isDraining: () => boolean,
): void {
  app.get('/healthz', async () => ({status: 'ok'}));
  app.get('/readyz', async (_request, reply) => {
    if (isDraining()) return await reply.code(503).send({error: 'shutting down'});
    const {isReady, reason} = readiness();
    if (!isReady) return await reply.code(503).send({error: reason});
    return {status: 'ready'};
  });
  app.get(
    '/metrics',
    async (_request, reply) => await reply.type(metrics.contentType).send(await metrics.text()),
  );
}

function addHooks(app: FastifyInstance, context: HookContext): void {
  const {isAllowed, metrics} = context;
  // Before the body is read: whoever may POST a Profile reads that tenant's key in the answer.
  app.addHook('onRequest', async request => {
    if (isAllowed && !isAllowed(request.headers.authorization)) {
      throw new RequestError('cannot answer: the token is missing or wrong', 401);
    }
  });
  for (const path of HOOK_PATHS) {
    app.post(path, {
      handler: async (request, reply) => await answerHook(path, request, reply, context),
      // The route's path, not the request's: labels must not grow with what a sender writes.
      onResponse: async (_request, reply) =>
        metrics.observe(path.slice(1), reply.statusCode, reply.elapsedTime),
    });
  }
}

async function answerHook(
  path: HookPath,
  request: FastifyRequest,
  reply: FastifyReply,
  context: HookContext,
): Promise<FastifyReply> {
  const {cache, sendError} = context;
  const bytes = request.body as Buffer | undefined;
  if (!bytes || bytes.length === 0) throw new RequestError('cannot read request: the body is empty');
  const key = cache.keyOf(path, bytes);
  const remembered = cache.get(key);
  if (remembered) return send(remembered);
  const question = readQuestion(path, bytes);
  try {
    const call = await question.answer(context);
    if (path === '/finalize') cache.forget(call.uid);
    else cache.remember(key, call);
    return send(call);
  } catch (error) {
    return sendError(request, reply, error, question);
  }

  function send(call: Call): FastifyReply {
    const {profile, mode, children, body} = call;
    const facts = {hook: path.slice(1), profile, mode, children, remembered: call === remembered};
    context.log.info({...facts, milliseconds: milliseconds(reply)}, 'answered');
    return reply.type('application/json').send(body);
  }
}
