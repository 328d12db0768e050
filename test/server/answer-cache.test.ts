import {afterEach, beforeEach, describe, expect, test, vi} from 'vitest';
import {type Call, createAnswerCache} from '../../src/server/answer-cache.ts';

let now = 1;

// The cache's clock is the object that `performance` was when it was loaded, which fake timers replace.
beforeEach(() => {
  vi.useFakeTimers({toFake: ['setTimeout']});
  vi.spyOn(performance, 'now').mockImplementation(() => now);
});

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe('an answer is remembered', () => {
  test('for the same path and bytes alone', () => {
    const cache = createAnswerCache();
    const key = cache.keyOf('/sync', Buffer.from('a'));
    cache.remember(key, call());
    expect(cache.get(cache.keyOf('/sync', Buffer.from('a')))).toEqual(call());
    expect(cache.get(cache.keyOf('/sync', Buffer.from('b')))).toBeUndefined();
    expect(cache.get(cache.keyOf('/finalize', Buffer.from('a')))).toBeUndefined();
  });

  test.each([
    {rule: 'for as long as it is fresh', freshForSeconds: 60, afterSeconds: 59, isKnown: true},
    {rule: 'no longer', freshForSeconds: 60, afterSeconds: 61, isKnown: false},
    {rule: 'for ever, if it is fresh for ever', freshForSeconds: Infinity, afterSeconds: 1e6, isKnown: true},
    {rule: 'never, if it is fresh for no time', freshForSeconds: 0, afterSeconds: 0, isKnown: false},
  ])('$rule', ({freshForSeconds, afterSeconds, isKnown}) => {
    const cache = createAnswerCache();
    cache.remember('key', call({freshForSeconds}));
    advance(afterSeconds * 1000);
    expect(cache.get('key') !== undefined).toBe(isKnown);
  });

  test('until too many or too much came after it', () => {
    const cache = createAnswerCache();
    cache.remember('first', call());
    for (let count = 0; count < 10_000; count++) cache.remember(`small ${count}`, call());
    expect(cache.get('first')).toBeUndefined();
    expect(cache.get('small 9999')).toBeDefined();
    for (let count = 0; count < 32; count++)
      cache.remember(`large ${count}`, call({body: Buffer.alloc(2 ** 20)}));
    expect(cache.get('small 9999')).toBeUndefined();
    expect(cache.get('large 31')).toBeDefined();
    expect(cache.get('large 0')).toBeUndefined();
  });

  test('unless it alone is larger than all that may be kept', () => {
    const cache = createAnswerCache();
    cache.remember('other', call());
    cache.remember('huge', call({body: Buffer.alloc(33 * 2 ** 20)}));
    expect(cache.get('huge')).toBeUndefined();
    expect(cache.get('other')).toBeDefined();
  });
});

describe('an answer is forgotten', () => {
  test('with its Profile, whose name another may have by now', () => {
    const cache = createAnswerCache();
    cache.remember('old', call({uid: 'old'}));
    cache.remember('new', call({uid: 'new'}));
    cache.forget('old');
    expect(cache.get('old')).toBeUndefined();
    expect(cache.get('new')).toBeDefined();
  });

  test('with all others when templates change, also one that was still being worked out then', () => {
    const cache = createAnswerCache();
    const key = () => cache.keyOf('/sync', Buffer.from('a'));
    const before = key();
    cache.remember('other', call());
    cache.clear();
    cache.remember(before, call());
    expect(cache.get('other')).toBeUndefined();
    expect(cache.get(key())).toBeUndefined();
  });
});

function advance(milliseconds: number): void {
  now += milliseconds;
  vi.advanceTimersByTime(milliseconds);
}

function call(changes: Partial<Call> = {}): Call {
  const body = Buffer.from('{}');
  return {profile: 'alice', uid: 'a', mode: 'companion', children: 1, body, freshForSeconds: 60, ...changes};
}
