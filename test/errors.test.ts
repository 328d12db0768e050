import {expect, test} from 'vitest';
import {formatProblem} from '../src/errors.ts';

test.each([
  {rule: 'the reason alone', problem: {message: 'cannot read x: gone'}, line: 'cannot read x: gone'},
  {
    rule: 'file, line and column as editors take them',
    problem: {file: 'a.yaml', line: 3, column: 7, message: 'cannot x: y'},
    line: 'a.yaml:3:7: cannot x: y',
  },
  {
    rule: 'the field before the reason, the hint behind it',
    problem: {file: 'a.yaml', line: 3, column: 7, field: 'spec.x', message: 'cannot x: y', hint: 'do z'},
    line: 'a.yaml:3:7: spec.x: cannot x: y (do z)',
  },
])('a problem reads as one line: $rule', ({problem, line}) => {
  expect(formatProblem(problem)).toBe(line);
});
