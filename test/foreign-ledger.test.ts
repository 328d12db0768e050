import {describe, expect, test} from 'vitest';
import {createForeignLedger} from '../src/foreign-ledger.ts';

const MINUTE = 60_000;

/** What happens to one object that may be replaced every ten minutes: after how many minutes, seen as what. */
type Step = readonly [minutes: number, uid: string, seen: 'clean' | 'foreign', action: string];

describe('an object that somebody else added to', () => {
  test.each<{rule: string; steps: readonly Step[]}>([
    {
      rule: 'is replaced at once',
      steps: [
        [0, 'a', 'clean', 'none'],
        [1, 'a', 'foreign', 'replace'],
      ],
    },
    {
      rule: 'is left out as long as it is observed, however long that takes',
      steps: [
        [0, 'a', 'foreign', 'replace'],
        [0, 'a', 'foreign', 'replace'],
        [50, 'a', 'foreign', 'replace'],
      ],
    },
    {
      rule: 'is left out though a stale cache shows it once more',
      steps: [
        [0, 'a', 'foreign', 'replace'],
        [1, 'b', 'clean', 'watch'],
        [2, 'a', 'foreign', 'replace'],
      ],
    },
    {
      rule: 'waits where its successor is added to within the interval',
      steps: [
        [0, 'a', 'foreign', 'replace'],
        [4, 'b', 'foreign', 'wait 360'],
        [9.999, 'b', 'foreign', 'wait 1'],
      ],
    },
    {
      rule: 'waits where it was put right before it was gone, and then added to again',
      steps: [
        [0, 'a', 'foreign', 'replace'],
        [1, 'a', 'clean', 'watch'],
        [2, 'a', 'foreign', 'wait 480'],
      ],
    },
    {
      rule: 'is replaced again once the interval has passed',
      steps: [
        [0, 'a', 'foreign', 'replace'],
        [10, 'b', 'foreign', 'replace'],
        [15, 'c', 'foreign', 'wait 300'],
      ],
    },
    {
      rule: 'is endured after three replacements in a row, for good',
      steps: [
        [0, 'a', 'foreign', 'replace'],
        [10, 'b', 'foreign', 'replace'],
        [20, 'c', 'foreign', 'replace'],
        [20, 'c', 'foreign', 'replace'],
        [21, 'd', 'foreign', 'endure'],
        [2000, 'd', 'foreign', 'endure'],
      ],
    },
    {
      rule: 'is endured though it was clean within the interval',
      steps: [
        [0, 'a', 'foreign', 'replace'],
        [9, 'b', 'clean', 'watch'],
        [10, 'b', 'foreign', 'replace'],
        [19, 'c', 'clean', 'watch'],
        [20, 'c', 'foreign', 'replace'],
        [29, 'd', 'clean', 'watch'],
        [30, 'd', 'foreign', 'endure'],
      ],
    },
    {
      rule: 'is replaced again once it has been clean after the interval',
      steps: [
        [0, 'a', 'foreign', 'replace'],
        [10, 'b', 'foreign', 'replace'],
        [20, 'c', 'foreign', 'replace'],
        [21, 'd', 'foreign', 'endure'],
        [30, 'd', 'clean', 'none'],
        [31, 'd', 'foreign', 'replace'],
        [41, 'e', 'foreign', 'replace'],
      ],
    },
  ])('$rule', ({steps}) => {
    let now = 0;
    const ledger = createForeignLedger(() => now);
    const judged = steps.map(([minutes, uid, seen]) => {
      now = minutes * MINUTE;
      return judge(ledger, {uid, isForeign: seen === 'foreign'});
    });
    expect(judged).toEqual(steps.map(([, , , action]) => action));
  });

  test('has nothing to do with another one', () => {
    const ledger = createForeignLedger(() => 0);
    expect(judge(ledger, {uid: 'a', key: 'x'})).toBe('replace');
    expect(judge(ledger, {uid: 'b', key: 'y'})).toBe('replace');
  });

  test('may be replaced without an interval, in a row as long as nobody saw it clean', () => {
    const ledger = createForeignLedger(() => 0);
    const seen = ['a', 'b', 'c', 'd'].map(uid => judge(ledger, {uid, intervalMilliseconds: 0}));
    expect(seen).toEqual(['replace', 'replace', 'replace', 'endure']);
    expect(judge(ledger, {uid: 'd', isForeign: false, intervalMilliseconds: 0})).toBe('none');
    expect(judge(ledger, {uid: 'd', intervalMilliseconds: 0})).toBe('replace');
  });

  test('is looked at once a day, however long the interval', () => {
    const ledger = createForeignLedger(() => 0);
    judge(ledger, {uid: 'a'});
    expect(judge(ledger, {uid: 'b', intervalMilliseconds: Number.POSITIVE_INFINITY})).toBe('wait 86400');
  });

  test('is forgotten where thousands of others came after it', () => {
    const ledger = createForeignLedger(() => 0);
    judge(ledger, {uid: 'a'});
    for (let other = 0; other < 10_000; other++) judge(ledger, {uid: 'a', key: `${other}`});
    expect(judge(ledger, {uid: 'b'})).toBe('replace');
  });
});

function judge(
  ledger: ReturnType<typeof createForeignLedger>,
  {key = 'key', isForeign = true, intervalMilliseconds = 10 * MINUTE, uid}: Seen,
): string {
  const verdict = ledger.judge(key, {uid, isForeign, intervalMilliseconds});
  return verdict.action === 'wait' ? `wait ${verdict.seconds}` : verdict.action;
}

interface Seen {
  readonly uid: string;
  readonly key?: string;
  readonly isForeign?: boolean;
  readonly intervalMilliseconds?: number;
}
