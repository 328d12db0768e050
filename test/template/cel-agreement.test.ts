import fc from 'fast-check';
import {expect, test} from 'vitest';
import {createEnvironments} from '../../src/template/cel/environment.ts';
import {fromCel} from '../../src/template/cel/value.ts';
import {createCompiler, type Expression, type Shapes, toCelVariables} from '../../src/template/cel.ts';

const shapes: Shapes = {
  s: 'string',
  n: 'int',
  b: 'bool',
  words: {list: 'string'},
  labels: {map: 'string'},
  thing: {fields: {name: 'string', count: 'int', labels: {map: 'string'}}},
  things: {list: {fields: {name: 'string', on: 'bool'}}},
  any: 'dyn',
};

const word = fc.constantFrom('', 'a', 'b', 'tier', 'x-y');
const labels = fc.dictionary(word, word);
const variables = fc.record({
  s: word,
  n: fc.integer({min: -3, max: 3}),
  b: fc.boolean(),
  words: fc.array(word, {maxLength: 3}),
  labels,
  thing: fc.record({name: word, count: fc.integer({min: 0, max: 3}), labels}),
  things: fc.array(fc.record({name: word, on: fc.boolean()}), {maxLength: 3}),
  any: fc.oneof(word, fc.integer(), fc.boolean(), fc.double({noNaN: true}), labels, fc.constant(null)),
});

type Part = 'string' | 'int' | 'bool' | 'words' | 'any';

/** Fills `<int>`, `<string>` … of a pattern with expressions of that type. */
const {string, int, bool, words, any} = fc.letrec<{[part in Part]: string}>(tie => {
  const fill = (pattern: string) => {
    const pieces = pattern.split(/<(\w+)>/);
    const parts = pieces.map((piece, index) => (index % 2 ? tie(piece as Part) : fc.constant(piece)));
    return fc.tuple(...parts).map(filled => filled.join(''));
  };
  const choose = (leaves: string[], patterns: string[]) =>
    fc.oneof({depthSize: 'small', withCrossShrink: true}, fc.constantFrom(...leaves), ...patterns.map(fill));
  return {
    string: choose(
      ['"a"', '"tier"', 's', 'thing.name', 'labels.tier', 'thing.labels["tier"]', 'words[0]', 'any'],
      [
        '(<string> + <string>)',
        '(<bool> ? <string> : <string>)',
        'string(<int>)',
        'labels.?a.orValue(<string>)',
        'labels[?<string>].orValue(<string>)',
        '<words>.join(<string>)',
        '<string>.replace(<string>, "-")',
        'hash(<string>)',
        'json(<any>)',
        'cel.bind(s, <string>, s + s)',
      ],
    ),
    int: choose(
      ['0', '1', 'n', 'thing.count', 'any'],
      ['(<int> + <int>)', '(<int> / <int>)', '-(<int>)', 'size(<string>)', '<words>.size()', 'size(labels)'],
    ),
    bool: choose(
      ['true', 'b', 'has(labels.tier)', 'has(thing.labels.a)', 'things.exists(t, t.on)', 'any'],
      [
        '(<bool> && <bool>)',
        '(<bool> || <bool>)',
        '!(<bool>)',
        '(<string> == <string>)',
        '(<int> < <int>)',
        '(<any> == <any>)',
        '(<any> != <string>)',
        '(<string> in labels)',
        '(<string> in <words>)',
        'things.exists(t, t.name == <string>)',
        'things.all(t, t.on || <bool>)',
      ],
    ),
    words: choose(
      ['words', '["a", "b"]', '[s]'],
      [
        '(<words> + <words>)',
        '<words>.filter(w, w == <string>)',
        'things.map(t, t.name)',
        'things.map(t, t.on, t.name + <string>)',
        'labels.map(k, k)',
      ],
    ),
    any: choose(
      ['any', 'thing', 'things', 'null', 'labels', '{}'],
      [
        '<string>',
        '<int>',
        '<bool>',
        '<words>',
        '{"a": <any>, <string>: <any>}',
        '[<any>, <any>]',
        'dyn(<any>)',
      ],
    ),
  };
});

// Not compared: `things[0].on`, for typed evaluation wrongly refuses a struct taken from a list by index.
const environments = createEnvironments(shapes);
const compiler = createCompiler(shapes);

test('an expression that checks yields the same with and without static types', () => {
  let compared = 0;
  const property = fc.property(fc.oneof(string, int, bool, words, any), variables, (source, json) => {
    const expression = compile(source);
    if (!expression) return;
    compared++;
    const values = toCelVariables(json);
    const typed = environments.typed.parse(source);
    const expected = outcome(() => fromCel(typed(values)));
    expect(outcome(() => expression.evaluate(values))).toEqual(expected);
  });
  fc.assert(property, {numRuns: 2000});
  expect(compared).toBeGreaterThan(1000);
});

/** Gives up on what does not check or is over a limit; fails on what only one of the two environments takes. */
function compile(source: string): Expression | undefined {
  try {
    return compiler.compile(source);
  } catch (error) {
    const limited = /loops|more|longer/.test(String(error));
    expect(!limited && environments.typed.check(source).valid).toBe(false);
    return undefined;
  }
}

function outcome(work: () => unknown): unknown {
  try {
    return {value: work()};
  } catch {
    return 'an error';
  }
}
