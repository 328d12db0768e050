import {expect, test} from 'vitest';
import {select} from '../../../src/guard/fields/select.ts';

const VALUE = {a: [{b: 1}, {b: 2}, 'x'], c: {d: 3, e: 4}, f: null};

test.each([
  {rule: 'the value itself', pattern: '', found: [[[], VALUE]]},
  {rule: 'a field', pattern: 'c.d', found: [[['c', 'd'], 3]]},
  {
    rule: 'items of a list',
    pattern: 'a[].b',
    found: [
      [['a', 0, 'b'], 1],
      [['a', 1, 'b'], 2],
    ],
  },
  {
    rule: 'values of a map',
    pattern: 'c[]',
    found: [
      [['c', 'd'], 3],
      [['c', 'e'], 4],
    ],
  },
  {
    rule: 'either field',
    pattern: 'c.e|d|x',
    found: [
      [['c', 'e'], 4],
      [['c', 'd'], 3],
    ],
  },
  {
    rule: 'items of either field',
    pattern: 'x|c[]',
    found: [
      [['c', 'd'], 3],
      [['c', 'e'], 4],
    ],
  },
  {rule: 'null where it is', pattern: 'f', found: [[['f'], null]]},
  {rule: 'nothing of a missing field', pattern: 'x.y', found: []},
  {rule: 'nothing in a text', pattern: 'a[].b.c', found: []},
  {rule: 'no items of null', pattern: 'f[]', found: []},
  {rule: 'nothing that every object inherits', pattern: 'constructor', found: []},
])('select finds $rule: $pattern', ({pattern, found}) => {
  expect(select(VALUE, pattern).map(({path, value}) => [path, value])).toEqual(found);
});
