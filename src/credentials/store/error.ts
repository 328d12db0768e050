/** Why a call to the store did not succeed. */
export type StoreFailure =
  /** Nobody listens, the name is unknown, or the connection broke before an answer. */
  | 'unreachable'
  /** No answer in time. */
  | 'timeout'
  /** 429, 503 or `SlowDown`. */
  | 'throttled'
  /** Our admin key is unknown, wrong or too weak. */
  | 'denied'
  /** The store's clock and ours differ too much for signatures. */
  | 'clock'
  /** The user has as many keys as the store allows. */
  | 'limit'
  /** The bucket is not there. */
  | 'no-bucket'
  /** A conditional write lost: somebody else wrote in between. */
  | 'conflict'
  /** Any other error, or an answer that cannot be read. */
  | 'failed';

/**
 * A call to the store that did not succeed. The message is for people and holds no secret: it has the call's name, the
 * store's error code and status, never a body.
 */
export class StoreError extends Error {
  override readonly name = 'StoreError';
  readonly failure: StoreFailure;
  /** Whether the store may have done what was asked, or may still do it. */
  readonly isOutcomeUnknown: boolean;

  constructor(failure: StoreFailure, message: string, isOutcomeUnknown = false) {
    super(message);
    this.failure = failure;
    this.isOutcomeUnknown = isOutcomeUnknown;
  }
}

/** Whether an error is the store's, of one of these kinds; of any kind where none are named. */
export function isStoreError(error: unknown, ...failures: readonly StoreFailure[]): error is StoreError {
  return error instanceof StoreError && (failures.length === 0 || failures.includes(error.failure));
}
