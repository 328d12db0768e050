import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import type {JsonObject} from '../../src/kubernetes/object.ts';
import {outcomeOf} from './apply-model.ts';
import {objects} from './apply-objects.ts';
import {APPLY_ROWS, APPLY_STRATEGIES} from './apply-rows.ts';
import {isAccepted} from './apply-verdict.ts';

describe.each(APPLY_STRATEGIES)('under %s', strategy => {
  test.each(APPLY_ROWS)('the lint judges as the cluster does: $what', row => {
    expect(isAccepted(row.object, strategy)).toBe(row[strategy] === 'quiet');
  });

  test('what the lint accepts is quiet and complete, what it refuses is not', () => {
    fc.assert(
      fc.property(objects(), object => {
        const outcome = outcomeOf(object as JsonObject, strategy);
        expect({accepted: isAccepted(object, strategy), outcome}).toEqual({
          accepted: outcome === 'quiet',
          outcome,
        });
      }),
      {numRuns: 1000},
    );
  });
});
