import {expect, test} from 'vitest';
import {durationMilliseconds} from '../src/duration.ts';

test.each([
  ['0s', 0],
  ['250ms', 250],
  ['90s', 90_000],
  ['10m', 600_000],
  ['2h', 7_200_000],
  ['90d', 7_776_000_000],
] as const)('%s is %i ms', (duration, milliseconds) => {
  expect(durationMilliseconds(duration)).toBe(milliseconds);
});
