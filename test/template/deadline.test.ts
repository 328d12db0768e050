import {describe, expect, test} from 'vitest';
import {createCompiler, toCelVariables} from '../../src/template/cel.ts';
import {DeadlineError, runWithDeadline} from '../../src/template/deadline.ts';

describe('runWithDeadline', () => {
  test('returns what the work returns', () => {
    const value = {a: 1};
    expect(runWithDeadline(1000, () => value)).toBe(value);
    expect(runWithDeadline(1000, () => undefined)).toBeUndefined();
  });

  test('passes on what the work throws, unchanged', () => {
    const error = new RangeError('mine');
    const work = () => {
      throw error;
    };
    expect(() => runWithDeadline(1000, work)).toThrow(error);
  });

  test.each([
    ['a loop', forever],
    ['a loop that catches everything', () => untilStopped(() => forever())],
    ['a backtracking regular expression', () => /^(a+)+$/.test(`${'a'.repeat(40)}!`)],
    ['a long evaluation', () => evaluateLong()],
  ])('stops %s', (_, work) => {
    const started = performance.now();
    expect(() => runWithDeadline(50, work)).toThrow(new DeadlineError(50));
    expect(performance.now() - started).toBeLessThan(2000);
  });

  test('works again after it stopped something', () => {
    expect(() => runWithDeadline(20, forever)).toThrow(DeadlineError);
    expect(runWithDeadline(1000, () => 'next')).toBe('next');
  });

  test('the inner of two deadlines stops the inner work alone', () => {
    const outer = runWithDeadline(5000, () => {
      expect(() => runWithDeadline(20, forever)).toThrow(new DeadlineError(20));
      return [runWithDeadline(1000, () => 'inner'), 'outer'];
    });
    expect(outer).toEqual(['inner', 'outer']);
  });

  test('the outer of two deadlines stops the inner work too', () => {
    let caught: unknown;
    const work = () => {
      try {
        runWithDeadline(60_000, forever);
      } catch (error) {
        caught = error;
      }
    };
    expect(() => runWithDeadline(20, work)).toThrow(new DeadlineError(20));
    expect(caught).toBeUndefined();
    expect(runWithDeadline(1000, () => 'next')).toBe('next');
  });
});

function forever(): never {
  for (;;);
}

function untilStopped(work: () => void): void {
  for (;;) {
    try {
      work();
    } catch {}
  }
}

function evaluateLong(): unknown {
  const list = Array.from({length: 20_000}, (_, index) => index);
  const expression = createCompiler({many: {list: 'int'}}).compile('many.all(a, many.all(b, a + b >= 0))');
  return expression.evaluate(toCelVariables({many: list}));
}
