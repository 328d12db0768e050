import {pino} from 'pino';
import {afterEach, beforeEach, expect, onTestFinished, test, vi} from 'vitest';
import {createReadiness} from '../../src/credentials/readiness.ts';
import type {StoreReadiness} from '../../src/credentials/store/self-test.ts';
import {createServer} from '../support/server.ts';

const RETRY_MILLISECONDS = 5000;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A server whose store is found to be so, one finding a test. */
function startWith(...findings: readonly StoreReadiness[]) {
  const lines: string[] = [];
  const log = pino({base: null}, {write: (line: string) => lines.push(line)});
  const test = vi.fn(
    async () => findings[Math.min(test.mock.calls.length, findings.length) - 1] as StoreReadiness,
  );
  const readiness = createReadiness(test, log);
  onTestFinished(() => readiness.stop());
  const {app} = createServer({readiness: readiness.state});
  const ready = async () => {
    const {statusCode, body} = await app.inject('/readyz');
    return [statusCode, (JSON.parse(body) as {error?: string}).error];
  };
  return {readiness, ready, test, lines};
}

const no = (reason: string): StoreReadiness => ({isReady: false, reason});

test('readyz says why not until the store is ready, and then nobody tests it again', async () => {
  const {readiness, ready, test, lines} = startWith(
    no('nobody answers there'),
    no('nobody answers there'),
    no('the admin key is wrong'),
    {isReady: true},
  );
  expect(await ready()).toEqual([503, 'the store is being tested']);
  readiness.start();
  await vi.advanceTimersByTimeAsync(0);
  expect(await ready()).toEqual([503, 'nobody answers there']);
  await vi.advanceTimersByTimeAsync(RETRY_MILLISECONDS);
  expect(await ready()).toEqual([503, 'nobody answers there']);
  await vi.advanceTimersByTimeAsync(RETRY_MILLISECONDS);
  expect(await ready()).toEqual([503, 'the admin key is wrong']);
  await vi.advanceTimersByTimeAsync(RETRY_MILLISECONDS);
  expect(await ready()).toEqual([200, undefined]);
  await vi.advanceTimersByTimeAsync(10 * RETRY_MILLISECONDS);
  expect(test).toHaveBeenCalledTimes(4);
  expect(lines.map(line => (JSON.parse(line) as {msg: string}).msg)).toEqual([
    'no credentials yet: nobody answers there',
    'no credentials yet: the admin key is wrong',
    'the store is ready',
  ]);
});

test('a test that takes long is over before the next begins', async () => {
  const {readiness, test} = startWith(no('slow'));
  test.mockImplementationOnce(
    async () => await new Promise(resolve => setTimeout(resolve, 9000, no('slow'))),
  );
  readiness.start();
  await vi.advanceTimersByTimeAsync(13_999);
  expect(test).toHaveBeenCalledTimes(1);
  await vi.advanceTimersByTimeAsync(1);
  expect(test).toHaveBeenCalledTimes(2);
});

test('a bug in the test of the store does not end the hook: it is tested again', async () => {
  const {readiness, ready, test, lines} = startWith({isReady: true});
  test.mockRejectedValueOnce(new TypeError('cannot read PLANTED'));
  readiness.start();
  await vi.advanceTimersByTimeAsync(0);
  expect(await ready()).toEqual([
    503,
    'the store cannot be tested: an internal error, which the log of profile-sync describes',
  ]);
  expect(lines.join('')).toContain('TypeError');
  expect(lines.join('')).not.toContain('PLANTED');
  await vi.advanceTimersByTimeAsync(RETRY_MILLISECONDS);
  expect(await ready()).toEqual([200, undefined]);
});

test('nothing is tested after it was stopped', async () => {
  const {readiness, test} = startWith(no('down'));
  readiness.start();
  await vi.advanceTimersByTimeAsync(0);
  readiness.stop();
  await vi.advanceTimersByTimeAsync(10 * RETRY_MILLISECONDS);
  expect(test).toHaveBeenCalledTimes(1);
});
