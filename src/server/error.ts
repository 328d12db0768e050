import type {FastifyReply, FastifyRequest} from 'fastify';
import type {Logger} from 'pino';
import {DamagedRecordError, RefusedError, RequestError, TemplateError} from '../errors.ts';
import {traceOf} from '../trace.ts';
import type {Question} from './hook.ts';

/** Answers a request with an error and logs it, with whom it was about as far as that is known. */
export type ErrorSender = (
  request: FastifyRequest,
  reply: FastifyReply,
  error: unknown,
  question?: Question,
) => FastifyReply;

/** Kubernetes cuts an Event's message at 1 kB. */
const MAX_ERROR_LENGTH = 1000;

/** Every violation of a few dozen templates; a line of a log is to be read by a person. */
const MAX_LOGGED_LENGTH = 64 * 1024;

const MAX_PATH_LENGTH = 200;

export function createErrorSender(log: Logger): ErrorSender {
  return (request, reply, error, question) => {
    const {status, message, ...bug} = describeError(error);
    const facts = {...whereOf(request), profile: question?.profile, mode: question?.mode, status};
    log[status >= 500 ? 'error' : 'warn']({...facts, milliseconds: milliseconds(reply), ...bug}, message);
    if (status === 401) reply.header('www-authenticate', 'Bearer, Basic realm="profile-sync"');
    // Of a body that is too large the rest is read and dropped: where the connection is closed at once, Go's client
    // reports a broken pipe more often than this answer.
    reply.removeHeader('connection');
    return reply
      .code(status)
      .type('application/json')
      .send({error: shortened(message)});
  };
}

/** How long a request has taken so far, as logs show it. */
export function milliseconds(reply: FastifyReply): number {
  return Math.round(reply.elapsedTime * 100) / 100;
}

/** As many whole lines as fit, and where the rest is. */
function shortened(message: string): string {
  if (message.length <= MAX_ERROR_LENGTH) return message;
  const lines = message.split('\n');
  const more = (count: number) => `and ${count} more, which the log of profile-sync has`;
  let kept = lines.length - 1;
  const text = () => [...lines.slice(0, kept), more(lines.length - kept)].join('\n');
  while (kept > 1 && text().length > MAX_ERROR_LENGTH) kept--;
  return kept > 0 ? text().slice(0, MAX_ERROR_LENGTH) : message.slice(0, MAX_ERROR_LENGTH);
}

// A path that is no route of ours can be anything: without its query, and cut.
function whereOf({routeOptions, url}: FastifyRequest): {hook: string} | {path: string} {
  if (routeOptions.url) return {hook: routeOptions.url.slice(1)};
  return {path: (url.split('?')[0] as string).slice(0, MAX_PATH_LENGTH)};
}

function isTold(error: unknown): error is Error & {statusCode: number} {
  return (
    error instanceof RequestError ||
    error instanceof RefusedError ||
    error instanceof TemplateError ||
    error instanceof DamagedRecordError
  );
}

function describeError(error: unknown): {status: number; message: string} {
  if (isTold(error)) {
    return {status: error.statusCode, message: error.message.slice(0, MAX_LOGGED_LENGTH)};
  }
  const {statusCode = 500, code} = error as {statusCode?: number; code?: string};
  if (statusCode === 413) return {status: 413, message: 'cannot read request: the body is too large'};
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE')
    return {status: 400, message: 'cannot read request: the content type is not application/json'};
  if (statusCode < 500) return {status: 400, message: 'cannot read request: it is not valid HTTP'};
  const message = 'cannot answer: an internal error, which the log of profile-sync describes';
  return {status: 500, message, ...traceOf(error)};
}
