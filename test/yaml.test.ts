import {describe, expect, test} from 'vitest';
import {formatProblem} from '../src/errors.ts';
import {nodeAt, parseYaml, positionAt, toJson, YamlError, type YamlNode} from '../src/yaml.ts';

describe('parseYaml', () => {
  test.each([
    {
      what: 'the scalars of the core schema',
      source: 'a: 1\nb: 0.5\nc: true\nd: null\ne:\nf: "1"\ng: yes\n',
      json: {a: 1, b: 0.5, c: true, d: null, e: null, f: '1', g: 'yes'},
    },
    {
      what: 'lists and maps of both styles',
      source: 'a:\n- b: [1, {c: 2}]\n-\n',
      json: {a: [{b: [1, {c: 2}]}, null]},
    },
    {
      what: 'a key that is a name of JavaScript',
      source: '__proto__: {constructor: 1}',
      json: JSON.parse('{"__proto__": {"constructor": 1}}'),
    },
    {what: 'a quoted key that looks like a number', source: '"1": a\n', json: {1: 'a'}},
    {what: 'an anchor that nothing refers to', source: 'a: &b 1', json: {a: 1}},
  ])('reads $what', ({source, json}) => {
    expect(toJson(only(source))).toEqual(json);
  });

  test.each([
    {what: 'no document', source: '', documents: []},
    {what: 'no document but a comment', source: '# nothing\n', documents: []},
    {what: 'several documents', source: 'a: 1\n---\n- 2\n---\n3\n', documents: [{a: 1}, [2], 3]},
  ])('reads $what', ({source, documents}) => {
    expect(parseYaml(source, 'f.yaml').documents.map(toJson)).toEqual(documents);
  });

  test.each([
    {
      what: 'a map as the value of a key',
      source: 'a: b\n c: d\n',
      problem: '2:3: cannot read YAML: bad indentation of a mapping entry',
    },
    {
      what: 'a key twice',
      source: 'a: ${x}\nb: 2\na: 3\n',
      problem: '3:1: cannot read YAML: duplicated mapping key',
    },
    {
      what: 'a tab as indentation',
      source: 'a:\n\tb: 1\n',
      problem: '2:1: cannot read YAML: tab characters must not be used in indentation',
    },
    {
      what: 'a quote that nothing ends',
      source: 'a: "x',
      problem: '1:6: cannot read YAML: unexpected end of the stream within a double quoted scalar',
    },
    {
      what: 'a wrong escape after a CRLF',
      source: 'a: 1\r\nb: "\\q"\r\n',
      problem: '2:6: cannot read YAML: unknown escape sequence',
    },
    {what: 'a tag', source: 'a: !env HOME\n', problem: '1:4: cannot read YAML: unknown scalar tag !<!env>'},
    {
      what: 'a map as a key',
      source: '? {a: 1}\n: b\n',
      problem: '1:1: cannot read YAML: object-based map does not support complex keys',
    },
    {
      what: 'a number as a key whose text differs',
      source: 'a: 1\n0x10: b\n',
      problem: '2:1: cannot read YAML: a key that is a number or null must be quoted',
    },
    {
      what: 'nothing as a key',
      source: 'a:\n  ? \n  : b\n',
      problem: '2:3: cannot read YAML: a key that is a number or null must be quoted',
    },
    {
      what: 'what is nested more than 40 deep',
      source: '['.repeat(41),
      problem: '1:40: cannot read YAML: nesting exceeded maxDepth (40)',
    },
    {
      what: 'a null byte',
      source: 'a: "\0"',
      problem: '1:5: cannot read YAML: null byte is not allowed in input',
    },
  ])('refuses $what at its place', ({source, problem}) => {
    expect(refusal(source)).toBe(`f.yaml:${problem}`);
  });

  test.each([
    {what: 'an alias', source: 'a: &b 1\nc: *b\n', place: '2:4'},
    {what: 'an alias to the map around it', source: 'a: &b {c: *b}\n', place: '1:11'},
    {what: 'a merge key', source: 'a: &b {c: 1}\nd:\n  <<: *b\n', place: '3:7'},
  ])('refuses $what: it could make a cycle, or a map of exponential size', ({source, place}) => {
    expect(refusal(source)).toBe(
      `f.yaml:${place}: cannot read YAML: aliases are not supported (write the value out, or quote a text that starts with *)`,
    );
  });

  test('asks to quote an asterisk', () => {
    expect(refusal('a: *\n')).toBe(
      'f.yaml:1:5: cannot read YAML: name of an alias node must contain at least one character (quote a text that starts with *)',
    );
  });

  test.each([
    {what: 'a condition', source: 'a: ${x ? "b" : "c"}', place: '1:14'},
    {what: 'a map', source: 'a: ${ {"b": 1} }', place: '1:11'},
    {what: 'an expression over two lines', source: 'a: ${x ?\n  {"b": 1} : 2}', place: '2:7'},
    {what: 'an expression in a flow list', source: 'a: [${x}]', place: '1:6'},
    {what: 'an expression in a flow map', source: 'a: {b: ${x}}', place: '1:9'},
    {what: 'an expression behind text', source: 'a: b-${x}\nc: ${"d: e"}', place: '2:8'},
  ])('asks to quote $what', ({source, place}) => {
    const problem = refusal(source);
    expect(problem).toContain(`f.yaml:${place}: cannot read YAML: `);
    expect(problem).toContain(' (quote this expression)');
  });

  test('does not ask to quote what is quoted', () => {
    expect(refusal('a: "${x}"\n b: c')).not.toContain('quote this');
  });

  test('passes errors on that are not about YAML', () => {
    expect(() => parseYaml(1 as unknown as string, 'f.yaml')).toThrow(TypeError);
  });
});

test.each([
  {offset: 0, position: {line: 1, column: 1}},
  {offset: 2, position: {line: 1, column: 3}},
  {offset: 3, position: {line: 2, column: 1}},
  {offset: 5, position: {line: 3, column: 1}},
  {offset: 8, position: {line: 4, column: 1}},
])('counts lines and columns from one, whatever ends the lines: offset $offset', ({offset, position}) => {
  expect(positionAt('ab\nc\rd\r\ne', offset)).toEqual(position);
});

test.each([
  {path: [], source: 'all'},
  {path: ['a'], source: 'a list'},
  {path: ['a', 1], source: 'an item'},
  {path: ['a', '1'], source: 'an item'},
  {path: ['a', 0, 'b'], source: 'below an item'},
  {path: ['a', 5], source: 'a list'},
  {path: ['a', 1, 'c', 'd'], source: 'an item'},
  {path: ['z'], source: 'all'},
])('nodeAt finds the node at $path, or the deepest above it', ({path, source}) => {
  const root = only('a:\n  - b: 1\n  - 2\n');
  const offsets: {[name: string]: number} = {all: 0, 'a list': 5, 'an item': 16, 'below an item': 10};
  expect(nodeAt(root, path).offset).toBe(offsets[source]);
});

test.each([
  {what: 'nothing behind a key', source: 'a: 1\nbc:\n', path: ['bc'], offset: 5},
  {what: 'nothing in a list', source: 'a:\n  -\n', path: ['a', 0], offset: 5},
])('$what stands where its parent says so', ({source, path, offset}) => {
  expect(nodeAt(only(source), path).offset).toBe(offset);
});

function only(source: string): YamlNode {
  return parseYaml(source, 'f.yaml').documents[0] as YamlNode;
}

function refusal(source: string): string {
  try {
    parseYaml(source, 'f.yaml');
  } catch (error) {
    if (error instanceof YamlError) return formatProblem(error.problem);
    throw error;
  }
  return 'nothing is refused';
}
