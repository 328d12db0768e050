import type {Logger} from 'pino';
import {traceOf} from '../trace.ts';
import type {StoreReadiness} from './store/self-test.ts';

/** Whether the store has shown that it can be used. */
export interface Readiness {
  readonly state: () => {readonly isReady: boolean; readonly reason: string};
  /** Tests until it is ready; then no more, for what happens to the store later is each sync's to tell. */
  readonly start: () => void;
  readonly stop: () => void;
}

const RETRY_MILLISECONDS = 5000;

/** One test of the store takes no longer. */
const TEST_MILLISECONDS = 10_000;

const UNFORESEEN = 'the store cannot be tested: an internal error, which the log of profile-sync describes';

/** Tests the store from the start on, again and again until it can be used. */
export function createReadiness(
  test: (signal: AbortSignal) => Promise<StoreReadiness>,
  log: Logger,
  retryMilliseconds = RETRY_MILLISECONDS,
): Readiness {
  let state = {isReady: false, reason: 'the store is being tested'};
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;

  async function look(): Promise<void> {
    const result = await testOnce();
    if (isStopped) return;
    if (result.isReady) {
      state = {isReady: true, reason: ''};
      log.info('the store is ready');
      return;
    }
    // Once, and not every five seconds.
    if (result.reason !== state.reason) log.error(`no credentials yet: ${result.reason}`);
    state = {isReady: false, reason: result.reason};
    timer = setTimeout(() => void look(), retryMilliseconds).unref();
  }

  // Ending the hook for it would leave every tenant without an answer.
  async function testOnce(): Promise<StoreReadiness> {
    try {
      return await test(AbortSignal.timeout(TEST_MILLISECONDS));
    } catch (error) {
      log.error(traceOf(error), 'cannot test the store');
      return {isReady: false, reason: UNFORESEEN};
    }
  }

  return {
    state: () => state,
    start: () => void look(),
    stop: () => {
      isStopped = true;
      clearTimeout(timer);
    },
  };
}
