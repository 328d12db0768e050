import fc from 'fast-check';
import {DEFAULT_SCALAR_STYLE_RULES, dump, SCALAR_STYLE} from 'js-yaml';
import {describe, expect, test} from 'vitest';
import {parseYaml, positionAt, type YamlNode} from '../src/yaml.ts';

describe('the place of an expression', () => {
  test.each([
    {style: 'a plain scalar', source: 'a: x ${b}', places: ['1:6']},
    {
      style: 'a plain scalar over several lines',
      source: 'a: x\n  y ${b}\n\n  ${c}\n',
      places: ['2:5', '4:3'],
    },
    {style: 'a single-quoted scalar', source: "a: 'it''s ${b}\n\n  ${c}'", places: ['1:11', '3:3']},
    {style: 'a double-quoted scalar', source: 'a: "x\n\n  ${b}"', places: ['3:3']},
    {style: 'a double-quoted scalar with escapes', source: 'a: "\\t\\x41\\u00e9\\" ${b}"', places: ['1:20']},
    {style: 'an escape beyond the first plane', source: 'a: "\\U0001F600${b}"', places: ['1:15']},
    {style: 'an escape of eight digits within it', source: 'a: "\\U00000041${b}"', places: ['1:15']},
    {style: 'an escaped line break', source: 'a: "x\\\n    \\  ${b}"', places: ['2:8']},
    {style: 'an escaped dollar', source: 'a: "\\x24{b} \\u0024{c}"', places: ['1:5', '1:13']},
    {
      style: 'a folded scalar',
      source: 'a: >\n  ${b}\n  ${c}\n\n    ${d}\n  ${e}\n',
      places: ['2:3', '3:3', '5:5', '6:3'],
    },
    {style: 'a folded scalar, stripped', source: 'a: >-\n  x\n  ${b}\n', places: ['3:3']},
    {style: 'a folded scalar, kept', source: 'a: >+\n  x\n  ${b}\n\n', places: ['3:3']},
    {style: 'a literal scalar', source: 'a: |\n  x\n\n  y ${b}\n', places: ['4:5']},
    {style: 'a literal scalar, stripped', source: 'a: |-\n  ${b}\n', places: ['2:3']},
    {style: 'a literal scalar, kept', source: 'a: |+\n  ${b}\n\n', places: ['2:3']},
    {
      style: 'a literal scalar of a given indentation',
      source: 'a: |2\n    x ${b}\n  ${c}\n',
      places: ['2:7', '3:3'],
    },
    {
      style: 'a scalar after a comment',
      source: 'a: > # $ no\n  ${b}\nc: # $ no\n  ${d} # $ no\n',
      places: ['2:3', '4:3'],
    },
    {
      style: 'a file with CRLF',
      source: 'a: "q\r\n  ${b}"\r\nc: |\r\n  x\r\n  ${d}\r\n',
      places: ['2:3', '5:3'],
    },
    {style: 'text with tabs', source: 'a:\t"x\ty\t${b}"', places: ['1:9']},
    {
      style: 'text with astral characters, two columns each',
      source: 'a: 😀 ${b}\nc: "😀 ${d}"',
      places: ['1:7', '2:8'],
    },
    {
      style: 'text with white space that YAML does not fold',
      source: 'a: >\n  \u00a0 ${b}\nc: \u2003 ${d}',
      places: ['2:5', '3:6'],
    },
    {style: 'an anchored scalar', source: 'a: &b ${c}', places: ['1:7']},
    {style: 'a list', source: '- ${b}\n- "${c}"\n', places: ['1:3', '2:4']},
    {style: 'the second document', source: 'a: ${b}\n---\nc: ${d}\n', places: ['1:4', '3:4']},
    {style: 'a flow map', source: 'a: {b: "${c}", d: ["${e}"]}', places: ['1:9', '1:21']},
  ])('is known in $style', ({source, places}) => {
    expect(placesOfDollars(source)).toEqual(places);
  });

  test('ends with its scalar: what is missing behind it is looked for there', () => {
    const [root] = parseYaml('a: "x${"\nb: 1', 'f.yaml').documents;
    const scalar = root?.kind === 'mapping' ? root.entries[0]?.value : undefined;
    expect(scalar?.kind === 'scalar' && scalar.offsetOf(3)).toBe(7);
  });
});

const STYLES = Object.entries(SCALAR_STYLE);

test.each(STYLES)('any string dumped as %s keeps the place of each `${`', (_, style) => {
  const forced = [
    forceStyle(style),
    DEFAULT_SCALAR_STYLE_RULES.quoteInvalidPlain,
    DEFAULT_SCALAR_STYLE_RULES.fallbackToDoubleQuoted,
  ];
  fc.assert(
    fc.property(texts(), fc.boolean(), fc.constantFrom(-1, 20), (text, crlf, lineWidth) => {
      const dumped = dump({a: [text]}, {scalarStyleRules: forced, lineWidth});
      const source = crlf ? dumped.replaceAll('\n', '\r\n') : dumped;
      for (const {value, index, at} of dollars(source)) {
        expect(value.slice(index, index + 2)).toBe('${');
        expect(source.slice(at, at + 2)).toBe('${');
      }
      expect(dollars(source).length).toBe(text.split('${').length - 1);
    }),
    {numRuns: 300},
  );
});

function forceStyle(
  style: number,
): NonNullable<NonNullable<Parameters<typeof dump>[1]>['scalarStyleRules']>[0] {
  return layout => {
    if (layout.allowedStylesMask & (1 << style)) layout.style = style as typeof layout.style;
  };
}

function texts() {
  const piece = fc.constantFrom(
    '${x}',
    'a',
    ' ',
    '\n',
    '\t',
    '  ',
    '\n\n',
    "'",
    '"',
    '\\',
    '#',
    ': ',
    '- ',
    '😀',
    'é',
    '\u00a0',
    '\u0085',
    '\u2028',
    '\r',
    '\u0007',
    '{',
    '|',
    '>',
    '%',
    '$',
  );
  return fc.array(piece, {maxLength: 24}).map(pieces => pieces.join(''));
}

function placesOfDollars(source: string): string[] {
  return dollars(source).map(({at}) => {
    const {line, column} = positionAt(source, at);
    return `${line}:${column}`;
  });
}

/** Each `${` in the strings of a file: the string, the index in it and the offset in the file. */
function dollars(source: string): {value: string; index: number; at: number}[] {
  return parseYaml(source, 'f.yaml')
    .documents.flatMap(scalars)
    .flatMap(({value, offsetOf}) =>
      [...String(value).matchAll(/\$\{/g)].map(({index}) => ({
        value: String(value),
        index,
        at: offsetOf(index),
      })),
    );
}

function scalars(node: YamlNode): Extract<YamlNode, {kind: 'scalar'}>[] {
  if (node.kind === 'scalar') return [node];
  if (node.kind === 'sequence') return node.items.flatMap(scalars);
  return node.entries.flatMap(({value}) => scalars(value));
}
