import {describe, expect, test} from 'vitest';
import {CelError, createCompiler, elementOf, type Shapes, toCelVariables} from '../../src/template/cel.ts';

const SECRET = 'sEcReT0123';

const shapes: Shapes = {
  profile: {
    fields: {
      metadata: {fields: {name: 'string', labels: {map: 'string'}}},
      spec: {fields: {plugins: {list: {fields: {kind: 'string', spec: {map: 'dyn'}}}}}},
    },
  },
  ns: {fields: {name: 'string', labels: {map: 'string'}}},
  collaborators: {list: {fields: {kind: 'string', name: 'string', role: 'string'}}},
  values: {
    fields: {
      istio: {fields: {enabled: 'bool'}},
      ratio: 'double',
      stores: {map: {fields: {host: 'string'}}},
      custom: {map: 'dyn'},
    },
  },
  credentials: {fields: {generation: 'int', secretKey: 'string'}},
};

const variables = toCelVariables({
  profile: {
    metadata: {name: 'alice', labels: {tier: 'gold', 'app/name': 'x', constructor: 'c'}},
    spec: {plugins: [{kind: 'Irsa', spec: {arn: 'a'}}]},
  },
  ns: {name: 'alice', labels: {}},
  collaborators: [
    {kind: 'User', name: 'bob', role: 'edit'},
    {kind: 'User', name: 'eve', role: 'view'},
  ],
  values: {
    istio: {enabled: true},
    ratio: 0.5,
    stores: {main: {host: 'minio'}},
    custom: {half: 0.5, count: 3, none: null, peers: [{b: 'x'}], key: SECRET},
  },
  credentials: {generation: 4711, secretKey: SECRET},
});

const compiler = createCompiler(shapes);
const evaluate = (source: string) => compiler.compile(source).evaluate(variables);

describe('what expressions yield, whichever library evaluates them', () => {
  test.each<[string, unknown]>([
    ['profile.metadata.name + "-artifacts"', 'alice-artifacts'],
    ['profile.metadata.labels.tier', 'gold'],
    ['profile.metadata.labels["app/name"]', 'x'],
    ['profile.metadata.labels.constructor', 'c'],
    ['has(profile.metadata.labels.team)', false],
    ['"tier" in profile.metadata.labels', true],
    ['profile.metadata.labels.?team.orValue("none")', 'none'],
    ['profile.metadata.labels[?"tier"].orValue("none")', 'gold'],
    ['profile.metadata.labels.?team', undefined],
    ['optional.of(1)', 1],
    ['values.custom.none', undefined],
    ['values.istio.enabled ? "on" : null', 'on'],
    ['!values.istio.enabled ? "on" : null', undefined],
    ['values.istio.enabled ? null : {"a": 1}', undefined],
    ['values.stores.main.host', 'minio'],
    ['values.custom.count + 1', 4],
    ['values.ratio * 2.0', 1],
    ['values.custom.half', 0.5],
    ['double(values.custom.count) / 2.0', 1.5],
    ['int(values.ratio * 3.0)', 1],
    ['1 + size(collaborators)', 3],
    ['string(credentials.generation)', '4711'],
    ['-7 / 2', -3],
    ['5u', 5],
    ['collaborators.filter(c, c.role == "edit").map(c, {"n": c.name})', [{n: 'bob'}]],
    ['collaborators.map(c, c.role == "view", c.name)', ['eve']],
    ['collaborators.exists(c, c.name == "eve") && collaborators.all(c, c.kind == "User")', true],
    ['collaborators.exists_one(c, c.kind == "User")', false],
    ['collaborators.map(c, c.name).join(",")', 'bob,eve'],
    ['collaborators[0]', {kind: 'User', name: 'bob', role: 'edit'}],
    ['profile.metadata.labels.map(key, key)', ['tier', 'app/name', 'constructor']],
    ['cel.bind(m, profile.metadata, m.name + m.name)', 'alicealice'],
    ['[1, "a", null, {"b": [true]}]', [1, 'a', null, {b: [true]}]],
    ['{"a": optional.none(), "b": optional.of(1), "c": [optional.none()]}', {b: 1, c: []}],
    ['[{"a": 1}] + values.custom.peers', [{a: 1}, {b: 'x'}]],
    [
      'bytes("{\\"__proto__\\": 1, \\"constructor\\": 2}").json()',
      JSON.parse('{"__proto__": 1, "constructor": 2}'),
    ],
    ['"a,b".split(",")', ['a', 'b']],
    ['" Ab ".trim().lowerAscii().startsWith("a")', true],
    ['"a.b.c".replace(".", "$&")', 'a$&b$&c'],
    ['"ab".replace("", "-")', '-a-b-'],
    ['hash("alice@example.com")', 'ff8d9819fc0e12bf0d24'],
    ['slug("Alice.Smith@Example.com!")', 'alice-smith-example-com'],
    ['slug("0123456789012345678901234567890123456789-x")', '0123456789012345678901234567890123456789'],
    ['slug("012345678901234567890123456789012345678-x")', '012345678901234567890123456789012345678'],
    ['slug("…")', 'x'],
    ['base64.encode("hé")', 'aMOp'],
    ['base64.decode("aMOp") + base64.decode("YQ")', 'héa'],
    [
      'json({"b": [1, 0.5, null], "a": {"d": "\\"", "c": true}})',
      '{"a":{"c":true,"d":"\\""},"b":[1,0.5,null]}',
    ],
    ['string(timestamp("2026-01-02T03:04:05Z"))', '2026-01-02T03:04:05Z'],
    ['bytes("x").base64()', 'eA=='],
    ['"}" + r\'\\d{2}\' + """a"b"""', '}\\d{2}a"b'],
    ['dyn(1) == 1.0', true],
  ])('%s', (source, value) => {
    expect(evaluate(source)).toEqual(value);
  });
});

/** `offset: reason (hint)` */
function failure(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (!(error instanceof CelError)) throw error;
    return `${error.offset}: ${error.message}${error.hint ? ` (${error.hint})` : ''}`;
  }
  return 'nothing';
}

describe('what cannot be compiled', () => {
  test.each<[string, string]>([
    ['profile.metadata.nmae', '17: unknown field "nmae" of profile.metadata (did you mean "name"?)'],
    ['profile.name', '8: unknown field "name" of profile (did you mean "metadata.name"?)'],
    ['has(profile.metadata.nmae)', '21: unknown field "nmae" of profile.metadata (did you mean "name"?)'],
    ['has(profile.metdata.name)', '12: unknown field "metdata" of profile (did you mean "metadata"?)'],
    ['profile.?metdata.orValue(1)', '9: unknown field "metdata" of profile (did you mean "metadata"?)'],
    ['profile.?metadata.?nmae', '19: unknown field "nmae" of profile.metadata (did you mean "name"?)'],
    ['profile["metdata"]', '8: unknown field "metdata" of profile (did you mean "metadata"?)'],
    ['profile[?"metdata"]', '9: unknown field "metdata" of profile (did you mean "metadata"?)'],
    ['collaborators.map(c, c.nmae)', '23: unknown field "nmae" of collaborators[] (did you mean "name"?)'],
    [
      'collaborators.filter(c, has(c.nmae))',
      '30: unknown field "nmae" of collaborators[] (did you mean "name"?)',
    ],
    [
      'cel.bind(m, profile.metadata, has(m.nmae))',
      '36: unknown field "nmae" of profile.metadata (did you mean "name"?)',
    ],
    ['has(values.stores.main.hots)', '23: unknown field "hots" of values.stores{} (did you mean "host"?)'],
    ['profil.metadata', '0: unknown variable "profil" (did you mean "profile"?)'],
    ['"x" + metadata.name', '6: unknown variable "metadata" (did you mean "profile.metadata"?)'],
    ['item.name', '0: unknown variable "item" (item stands for an element beside a for-each)'],
    ['namespace', '0: "namespace" is reserved (namespace is reserved in CEL, write ns.name)'],
    ['package', '0: "package" is reserved'],
    ['hsh("a")', '0: unknown function "hsh" (did you mean "hash"?)'],
    ['"a".lowerAsci()', '4: unknown function "lowerAsci" (did you mean "lowerAscii"?)'],
    ['"a".startsWith(1)', '4: no such overload: string.startsWith(int) (use string.startsWith(string))'],
    ['hash()', '0: no such overload: hash() (use hash(string))'],
    ['"a".hash()', '4: no such overload: string.hash() (use hash(string))'],
    ['ns.name + 1', '8: no such overload: string + int (use string(…))'],
    ['1 + 0.5', '2: no such overload: int + double (use double(…) or int(…))'],
    ['ns.name == null', '8: no such overload: string == null (use has(…), or wrap the other side in dyn(…))'],
    ['profile.?metadata.name + "x"', '23: no such overload: optional<string> + string (use .orValue(…))'],
    ['true && ns.name', "8: logical operator requires bool operands, got 'string'"],
    ['ns.name ? 1 : 2', "3: ternary condition must be bool, got 'string'"],
    [
      'true ? "a" : 1',
      "0: ternary branches must have the same type, got 'string' and 'int' (wrap one of them in dyn(…))",
    ],
    [
      'profile.?metadata.orValue({})',
      '26: the optional is profile.metadata, but its default map<dyn, dyn> (wrap one of them in dyn(…))',
    ],
    ['ns.name.x', "8: cannot index type 'string'"],
    ['[].all(e, e > 0)', '0: its types cannot be decided (wrap an operand in dyn(…))'],
    ['{1: "a"}', '1: the key of a map is int, not string (use string(…))'],
    ['{"__proto__": "a"}', '1: the key "__proto__" is not available'],
    ['1 +', '3: it ends too early'],
    ['(1', '2: expected ")", got the end'],
    ['1 ? )', '4: unexpected ")"'],
    ['values.in', '7: expected a name, got "in" (write a key that is a word of CEL as ["…"])'],
    ['"abc', '0: unterminated string'],
    ['ns.name # x', '8: unexpected character: #'],
    ['"\\q"', '1: invalid escape sequence: \\q'],
    [
      '"a".matches("(a+)+$")',
      '4: matches is not available (use startsWith, endsWith, contains, indexOf or split)',
    ],
  ])('%s', (source, text) => {
    const [, offset, reason] = /^(\d+: )(.*)$/.exec(text) as unknown as [string, string, string];
    expect(failure(() => compiler.compile(source))).toBe(`${offset}cannot compile expression: ${reason}`);
  });
});

describe('what cannot be evaluated', () => {
  test.each<[string, string]>([
    ['ns.labels.tier', '10: no such key "tier" (use .?tier.orValue(…), or has(…))'],
    ['ns.labels["ti" + "er"]', '10: no such key ["ti" + "er"] (use [?…].orValue(…))'],
    ['collaborators[7]', '14: index out of the range of the list'],
    ['"abc".substring(7)', '6: index out of the range of the string'],
    ['optional.none().value()', '16: the optional has no value (use .orValue(…))'],
    ['values.custom.half + 1', '19: no such overload: double + int (use double(…) or int(…))'],
    ['values.custom.key.join(",")', '18: no such overload: string.join(string)'],
    ['values.custom.key && true', "14: logical operator requires bool operands, got 'string'"],
    ['values.custom.count ? 1 : 2', "14: ternary condition must be bool, got 'int'"],
    ['1 / 0', '2: division by zero'],
    ['9223372036854775807 + 1', '20: integer out of range'],
    ['9007199254740992', '0: the integer is too large for JSON (use string(…))'],
    ['0.0 / 0.0', '0: the result is not a finite number'],
    ['bytes("x")', '0: the result is bytes (use .base64() or string(…))'],
    ['timestamp("2026-01-02T03:04:05Z")', '0: the result is a timestamp (use string(…))'],
    ['duration("1h")', '0: the result is a duration (use string(….getSeconds()))'],
    ['[type(1)]', '0: the result is a type (compare it: type(x) == string)'],
    ['base64', '0: the result is a namespace of functions (call one of them)'],
    ['json(bytes("x"))', '0: json: the result is bytes'],
    ['base64.decode("a$")', '7: base64.decode: not base64'],
    ['base64.decode("/w==")', '7: base64.decode: what it encodes is not UTF-8'],
  ])('%s', (source, text) => {
    const [, offset, reason] = /^(\d+: )(.*)$/.exec(text) as unknown as [string, string, string];
    expect(failure(() => evaluate(source))).toBe(`${offset}cannot evaluate expression: ${reason}`);
  });

  test('names a variable that has no value', () => {
    const {evaluate} = compiler.compile('ns.name');
    expect(failure(() => evaluate({}))).toBe('0: cannot evaluate expression: variable "ns" has no value');
  });
});

describe('messages', () => {
  test.each([
    'values.custom[credentials.secretKey]',
    'has(values.custom.x) || {"a": 1}[credentials.secretKey] == 1',
    'int(credentials.secretKey)',
    'bool(credentials.secretKey)',
    'double(credentials.secretKey)',
    'timestamp(credentials.secretKey)',
    'duration(credentials.secretKey)',
    'timestamp("2026-01-02T03:04:05Z").getHours(credentials.secretKey)',
    'base64.decode(credentials.secretKey)',
    'values.custom.key + 1',
    'values.custom.key.nope',
    'credentials.secretKey.substring(99)',
    '[1][int(credentials.generation)]',
  ])('hold no data of the variables: %s', source => {
    const text = failure(() => evaluate(source));
    expect(text).toContain('cannot evaluate expression');
    expect(text).not.toContain(SECRET);
    expect(text).not.toContain('4711');
  });

  test('are one line', () => {
    expect(failure(() => compiler.compile('"a" +\n  1'))).not.toContain('\n');
    expect(failure(() => evaluate('ns.labels["a" +\n"b"]'))).not.toContain('\n');
  });
});

describe('reads', () => {
  test.each<[string, string[]]>([
    ['"a"', []],
    ['profile.metadata.name + ns.name + ns.name', ['ns.name', 'profile.metadata.name']],
    ['profile.?metadata["labels"].tier', ['profile.metadata.labels.tier']],
    ['profile.metadata.labels["app/name"]', ['profile.metadata.labels']],
    ['profile.metadata.labels[ns.name]', ['ns.name', 'profile.metadata.labels']],
    ['has(values.custom.x) && values.custom.x', ['values.custom.x']],
    ['collaborators.map(c, c.name + ns.name)', ['collaborators', 'ns.name']],
    ['collaborators.map(ns, ns.name)', ['collaborators']],
    ['cel.bind(c, credentials, c.secretKey)', ['credentials']],
    ['cel.bind(ns, ns.name, ns)', ['ns.name']],
    ['base64.encode(credentials.secretKey)', ['credentials.secretKey']],
    ['values.istio.enabled ? {"a": [profile]} : null', ['profile', 'values.istio.enabled']],
  ])('%s', (source, reads) => {
    expect(compiler.compile(source).reads).toEqual(reads);
  });
});

describe('type', () => {
  test.each([
    ['ns.name', 'string'],
    ['ns', 'map'],
    ['collaborators', 'list<map>'],
    ['profile.metadata.labels', 'map<string, string>'],
    ['[]', 'list'],
    ['{}', 'map'],
    ['[1, "a"]', 'list'],
    ['values.custom.x', 'dyn'],
    ['values.custom.?x', 'optional<dyn>'],
    ['optional.none()', 'optional<dyn>'],
    ['true ? 1 : null', 'dyn'],
  ])('%s is %s', (source, type) => {
    expect(compiler.compile(source).type).toBe(type);
  });
});

describe('item', () => {
  const item = (source: string) => elementOf(compiler.compile(source));

  test.each([
    ['collaborators', 'string'],
    ['collaborators.filter(c, c.role == "edit")', 'string'],
    ['collaborators + collaborators', 'string'],
    ['optional.of(collaborators)', 'string'],
    ['values.custom.people', 'dyn'],
    ['[]', 'dyn'],
  ])('has the type of an element of %s', (list, type) => {
    expect(compiler.compile('item.name', item(list)).type).toBe(type);
  });

  test.each(['"a"', 'ns', 'ns.labels', 'optional.of(1)'])('is not to be had from %s', source => {
    expect(item(source)).toBeUndefined();
  });

  test('is read and checked as a variable is', () => {
    const people = item('collaborators');
    const expression = compiler.compile('item.name', people);
    expect(expression.reads).toEqual(['item.name']);
    expect(expression.evaluate(toCelVariables({item: {name: 'bob'}}))).toBe('bob');
    expect(failure(() => compiler.compile('has(item.nmae)', people))).toContain('did you mean "name"?');
  });
});

describe('limits', () => {
  const loops = (count: number) => `[1]${'.map(a, a)'.repeat(count)}`;
  const nested = (depth: number): string => (depth === 0 ? '1' : `[1].map(a, ${nested(depth - 1)})`);

  test.each([
    ['2048 characters', `"${'a'.repeat(2046)}"`],
    ['2 loops in each other', nested(2)],
    ['8 loops', loops(8)],
    ['any number of cel.bind', 'cel.bind(a, 1, cel.bind(b, a, cel.bind(c, b, cel.bind(d, c, d))))'],
  ])('allow %s', (_, source) => {
    expect(evaluate(source)).toBeDefined();
  });

  test.each([
    ['2049 characters', `"${'a'.repeat(2047)}"`, '2048: cannot compile expression: it is longer than'],
    ['3 loops in each other', nested(3), '26: cannot compile expression: loops nest more than 2 deep'],
    ['7 loops in each other', nested(7), 'loops nest more than 2 deep'],
    ['loops hidden in a list', '[1].map(a, [1].map(b, [2] + [1].filter(c, true)))', 'loops nest more'],
    ['9 loops', loops(9), 'it has more than 8 loops'],
    ['500 nodes', `[${'1,'.repeat(501)}]`, 'it has more than 500 parts'],
    ['32 levels', `${'('.repeat(40)}1${')'.repeat(40)}`, 'it nests deeper than 32'],
  ])('refuse more: %s', (_, source, text) => {
    expect(failure(() => compiler.compile(source))).toContain(text);
  });

  const long = 'a'.repeat(1024 * 1024);
  const grown = (source: string, value: unknown) =>
    failure(() =>
      createCompiler({x: 'dyn'})
        .compile(source)
        .evaluate(toCelVariables({x: value as string})),
    );

  test('allow a result of 1 MiB', () => {
    expect(grown('x', long)).toBe('nothing');
    expect(grown('x.replace("a", "b")', long)).toBe('nothing');
  });

  test.each<[string, unknown]>([
    ['x', `${long}a`],
    ['x + "a"', long],
    ['size(x + "a")', long],
    ['x.replace("a", "bb").size()', long],
    ['x.replace("", "b").size()', long],
    ['x.join("-").size()', [long, 'a']],
    ['[x, "a"]', long],
    ['{x: "a"}', long],
    ['json(x).size()', long],
    ['size(x + x)', Array(600_000).fill(1)],
    [`cel.bind(a, "a", ${'cel.bind(a, a+a+a+a+a+a+a+a, '.repeat(8)}size(a)${')'.repeat(9)}`, 1],
  ])('refuse a longer one, also on the way: %s', (source, value) => {
    expect(grown(source, value)).toContain('the result is longer than 1048576 characters');
  });
});

describe('toCelVariables', () => {
  test('keeps JSON as it is, through and back', () => {
    const json = JSON.parse(
      '{"__proto__": {"a": 1}, "constructor": null, "n": [1, 0.5, -0, 1e300], "s": "x"}',
    );
    const expression = createCompiler({x: 'dyn'}).compile('x');
    expect(expression.evaluate(toCelVariables({x: json}))).toEqual({...json, n: [1, 0.5, 0, 1e300]});
  });
});
