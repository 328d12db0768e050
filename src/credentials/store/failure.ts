import {StoreError, type StoreFailure} from './error.ts';

/** What the store said in an answer that is no success. */
export interface Refusal {
  readonly status: number;
  /** The store's error code, where the answer has one. */
  readonly code?: string;
  /** How far the store's clock is from ours, where it tells its time. */
  readonly skewSeconds?: number;
}

/** S3 takes a signature that is off by 15 minutes, AWS's IAM by 5. */
const MAX_SKEW_SECONDS = 5 * 60;

/** The request was turned away at the door: nothing was done, whatever the status. */
const THROTTLED = [
  'SlowDown',
  'Throttling',
  'ThrottlingException',
  'RequestLimitExceeded',
  'TooManyRequests',
];

const FAILURES: {readonly [code: string]: StoreFailure} = {
  ...Object.fromEntries(THROTTLED.map(code => [code, 'throttled' as const])),
  ServiceUnavailable: 'throttled',
  AccessDenied: 'denied',
  AuthFailure: 'denied',
  InvalidAccessKeyId: 'denied',
  InvalidClientTokenId: 'denied',
  SignatureDoesNotMatch: 'denied',
  UnrecognizedClientException: 'denied',
  RequestTimeTooSkewed: 'clock',
  RequestExpired: 'clock',
  LimitExceeded: 'limit',
  NoSuchBucket: 'no-bucket',
  PreconditionFailed: 'conflict',
  ConditionalRequestConflict: 'conflict',
  OperationAborted: 'conflict',
};

/** The connection was never made, so nothing was sent. */
const NOT_SENT = /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT)$/;
const NO_TLS = /^(ERR_TLS_|ERR_SSL_|CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_)/;

/** The error for an answer that is no success. */
export function refusalError(call: string, isMutating: boolean, refusal: Refusal): StoreError {
  const {status, code} = refusal;
  const isOutcomeUnknown = isMutating && status >= 500 && !THROTTLED.includes(code ?? '');
  return new StoreError(
    failureOf(refusal),
    `cannot call ${call}: the store answered ${[status, code].filter(Boolean).join(' ')}`,
    isOutcomeUnknown,
  );
}

// AWS's IAM calls a signature of another time wrong, and the answer to a HEAD says nothing: the store's time does.
function failureOf(refusal: Refusal): StoreFailure {
  const failure = statedFailure(refusal);
  const isSkewed = Math.abs(refusal.skewSeconds ?? 0) > MAX_SKEW_SECONDS;
  return failure === 'denied' && isSkewed ? 'clock' : failure;
}

function statedFailure({status, code}: Refusal): StoreFailure {
  if (code !== undefined && Object.hasOwn(FAILURES, code)) return FAILURES[code] as StoreFailure;
  if (status === 401 || status === 403) return 'denied';
  if (status === 429 || status === 503) return 'throttled';
  return status === 412 ? 'conflict' : 'failed';
}

/** The error for a call that got no answer, or half of one. */
export function connectionError(call: string, isMutating: boolean, error: unknown): StoreError {
  const code = codeOf(error);
  const isSent = !(NOT_SENT.test(code) || NO_TLS.test(code));
  const reason = code ? `the connection failed with ${code}` : 'the connection failed';
  return new StoreError('unreachable', `cannot call ${call}: ${reason}`, isMutating && isSent);
}

// Never the message: it may quote a header.
function codeOf(error: unknown): string {
  const {cause} = error as {cause?: {code?: unknown}};
  return typeof cause?.code === 'string' && /^[A-Z\d_]{1,64}$/.test(cause.code) ? cause.code : '';
}
