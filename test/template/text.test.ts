import {describe, expect, test} from 'vitest';
import {CelError, createCompiler, toCelVariables} from '../../src/template/cel.ts';
import {compileText, TextError} from '../../src/template/text.ts';

const compiler = createCompiler({
  name: 'string',
  replicas: 'int',
  ratio: 'double',
  enabled: 'bool',
  peers: {list: 'string'},
  labels: {map: 'string'},
  tenant: {fields: {name: 'string'}},
  any: 'dyn',
});

const variables = toCelVariables({
  name: 'alice',
  replicas: 2,
  ratio: 0.5,
  enabled: true,
  peers: ['bob', 'carol'],
  labels: {team: 'red'},
  tenant: {name: 'alice'},
  any: 'x',
});

describe('compileText', () => {
  test.each([
    {rule: 'leaves plain text alone', text: 'plain', value: 'plain'},
    {rule: 'leaves no text alone', text: '', value: ''},
    {rule: 'leaves a dollar alone', text: 'a$b $ {c} $', value: 'a$b $ {c} $'},
    {rule: 'joins text and expressions', text: 'ns-${name}-${replicas}.', value: 'ns-alice-2.'},
    {rule: 'joins expressions without text between them', text: '${name}${replicas}', value: 'alice2'},
    {
      rule: 'writes numbers and booleans as JSON does',
      text: '${ratio} ${replicas} ${enabled}',
      value: '0.5 2 true',
    },
    {rule: 'takes $${ for a literal ${', text: 'echo $${HOME}', value: 'echo ${HOME}'},
    {rule: 'takes $${ at the start and the end', text: '$${a}$${', value: '${a}${'},
    {rule: 'takes only the last dollar before ${ for the escape', text: '$$${HOME}', value: '$${HOME}'},
    {rule: 'takes $${ behind an expression', text: '${name}$${HOME}', value: 'alice${HOME}'},
    {rule: 'takes an expression behind $${', text: '$${HOME}/${name}', value: '${HOME}/alice'},
  ])('$rule: $text', ({text, value}) => {
    expect(evaluate(text)).toBe(value);
  });

  test.each([
    {type: 'string', text: '${name}', value: 'alice'},
    {type: 'int', text: '${replicas}', value: 2},
    {type: 'double', text: '${ratio}', value: 0.5},
    {type: 'bool', text: '${enabled}', value: true},
    {type: 'list', text: '${peers}', value: ['bob', 'carol']},
    {type: 'map', text: '${labels}', value: {team: 'red'}},
    {type: 'null', text: '${null}', value: undefined},
    {type: 'optional', text: '${labels.?none}', value: undefined},
    {type: 'optional that is there', text: '${labels.?team}', value: 'red'},
  ])('keeps the type of a lone expression: $type', ({text, value}) => {
    expect(evaluate(text)).toEqual(value);
    expect(compileText(text, compiler).lone).toBe(true);
  });

  test.each(['x${name}', '${name} ', '${name}${name}', '$${name}', 'name'])(
    '%j is not a lone expression',
    text => {
      expect(compileText(text, compiler).lone).toBe(false);
    },
  );

  test('knows the text where there is no expression', () => {
    expect(compileText('$${HOME}', compiler).literal).toBe('${HOME}');
    expect(compileText('${name}', compiler).literal).toBeUndefined();
    expect(compileText('x ${name}', compiler).literal).toBeUndefined();
  });

  test('knows its expressions in their order', () => {
    const {expressions} = compileText('${name}-${ replicas }', compiler);
    expect(expressions.map(({source}) => source)).toEqual(['name', ' replicas ']);
    expect(compileText('${name}', compiler).expressions.map(({source}) => source)).toEqual(['name']);
    expect(compileText('$${name}', compiler).expressions).toEqual([]);
  });

  test.each([
    {braces: 'of a map', text: '${{"a": {"b": name}}}', value: {a: {b: 'alice'}}},
    {braces: 'of a map, set off by spaces', text: '${ {"a": 1} }', value: {a: 1}},
    {braces: 'in a string', text: '${"}" + name}', value: '}alice'},
    {braces: 'in a single-quoted string', text: "${'}{' + name}", value: '}{alice'},
    {braces: 'behind an escaped quote', text: '${"\\"}" + name}', value: '"}alice'},
    {braces: 'behind an escaped single quote', text: "${'\\'}' + name}", value: "'}alice"},
    {braces: 'behind a quote of the other kind', text: `\${"'}" + name}`, value: "'}alice"},
    {braces: 'in a triple-quoted string', text: '${"""a"}b""" + name}', value: 'a"}balice'},
    {braces: 'in a triple single-quoted string', text: "${'''a'}b''' + name}", value: "a'}balice"},
    {
      braces: 'behind an escaped quote in a triple-quoted string',
      text: '${"""\\"""}""" + name}',
      value: '"""}alice',
    },
    {braces: 'in a raw string', text: "${r'\\}' + name}", value: '\\}alice'},
    {braces: 'in a raw triple-quoted string', text: '${R"""\\d}""" + name}', value: '\\d}alice'},
    {braces: 'of bytes', text: '${string(b"}") + name}', value: '}alice'},
    {braces: 'of ${ in a string', text: '${"${x}" + name}', value: '${x}alice'},
    {braces: 'in a comment', text: "${name // it's }\n}", value: 'alice'},
  ])('is not misled by braces $braces', ({text, value}) => {
    expect(evaluate(text)).toEqual(value);
    expect(evaluate(`${text}!`.replace('${', '<${'))).toBe(
      typeof value === 'string' ? `<${value}!` : undefined,
    );
  });

  test.each([
    {
      wrong: 'no end',
      text: 'ab ${name',
      index: 3,
      message: 'cannot read expression: no } ends it',
      hint: 'quote this expression, or write $${ for a literal ${',
    },
    {
      wrong: 'no end because of a brace',
      text: '${ {name }',
      index: 0,
      message: 'cannot read expression: no } ends it',
      hint: 'quote this expression, or write $${ for a literal ${',
    },
    {wrong: 'no expression', text: '${}', index: 2, message: 'cannot compile expression: it ends too early'},
    {
      wrong: 'an unknown variable in the second expression',
      text: '${name}-${nmae}',
      index: 10,
      message: 'cannot compile expression: unknown variable "nmae"',
      hint: 'did you mean "name"?',
    },
    {
      wrong: 'the reserved word namespace',
      text: '${namespace}',
      index: 2,
      message: 'cannot compile expression: "namespace" is reserved',
      hint: 'namespace is reserved in CEL, write ns.name',
    },
    {
      wrong: 'item outside a for-each',
      text: '${item.name}',
      index: 2,
      message: 'cannot compile expression: unknown variable "item"',
      hint: 'item stands for an element beside a for-each',
    },
  ])('refuses $wrong where it stands: $text', ({text, index, message, hint}) => {
    expect(refusal(() => compileText(text, compiler))).toEqual({message, index, hint});
  });

  const JOIN = 'text takes strings, numbers and booleans: use json(…) or .join(…)';

  test.each([
    {what: 'a list', expression: 'peers', hint: JOIN},
    {what: 'a map', expression: 'labels', hint: JOIN},
    {what: 'a map', expression: 'tenant', hint: JOIN},
    {what: 'null', expression: 'null', hint: JOIN},
    {what: 'an optional value', expression: 'labels.?team', hint: 'use .orValue("…")'},
  ])(
    'refuses before anything is rendered to join $what into text: $expression',
    ({what, expression, hint}) => {
      expect(refusal(() => compileText(`is \${${expression}}`, compiler))).toEqual({
        message: `cannot join ${what} into text`,
        index: 5,
        hint,
      });
    },
  );

  test.each([
    {what: 'a list', any: ['x']},
    {what: 'a map', any: {a: 1}},
    {what: 'nothing', any: null},
  ])('refuses to join $what into text where only the value tells', ({what, any}) => {
    const text = compileText('is ${any}', compiler);
    expect(refusal(() => text.evaluate({...variables, ...toCelVariables({any})}))).toEqual({
      message: `cannot join ${what} into text`,
      index: 5,
      hint: JOIN,
    });
  });

  test('places an error of an evaluation in the whole text', () => {
    const text = compileText('is ${labels.none}', compiler);
    expect(refusal(() => text.evaluate(variables))).toMatchObject({
      index: 12,
      message: 'cannot evaluate expression: no such key "none"',
    });
  });

  test('refuses a text longer than 1 MiB before all of it is made', () => {
    const half = '${name.replace("a", any)}';
    const text = compileText(half.repeat(1000), compiler);
    const long = toCelVariables({any: 'x'.repeat(600_000)});
    expect(refusal(() => text.evaluate({...variables, ...long}))).toMatchObject({
      message: 'cannot join text: it is longer than 1048576 characters',
      index: half.length + 2,
    });
  });

  test('allows a text of 1 MiB', () => {
    const long = toCelVariables({any: 'x'.repeat(1024 * 1024 - 5)});
    const text = compileText('${name}${string(any)}', compiler);
    expect(text.evaluate({...variables, ...long})).toHaveLength(1024 * 1024);
  });

  test('passes errors on that are not about the text', () => {
    const broken = {
      compile: () => {
        throw new RangeError('a bug');
      },
    };
    expect(() => compileText('${name}', broken)).toThrow(RangeError);
  });
});

function evaluate(text: string) {
  try {
    return compileText(text, compiler).evaluate(variables);
  } catch (error) {
    // A map has no place in text.
    if (error instanceof TextError) return undefined;
    throw error;
  }
}

function refusal(work: () => unknown) {
  try {
    work();
  } catch (error) {
    expect(error).not.toBeInstanceOf(CelError);
    const {message, index, hint} = error as TextError;
    return {message, index, hint};
  }
  return 'nothing is refused';
}
