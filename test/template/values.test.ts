import {describe, expect, test} from 'vitest';
import type {JsonObject} from '../../src/kubernetes/object.ts';
import {createValues} from '../../src/template/values.ts';
import {parseYaml} from '../../src/yaml.ts';
import {compile, complaints, configMap, valuesOf} from './support.ts';

/** A schema as closed as the shipped one, but small. */
const SCHEMA: JsonObject = {
  type: 'object',
  additionalProperties: false,
  required: ['store', 'peers'],
  properties: {
    store: {
      type: 'object',
      additionalProperties: false,
      required: ['host'],
      properties: {
        host: {type: 'string', pattern: '\\.', description: 'A host name.'},
        port: {type: 'integer'},
        ssl: {type: 'boolean'},
        ratio: {type: 'number'},
        'x/y~z': {type: 'string'},
      },
    },
    peers: {type: 'array', items: {type: 'string', enum: ['a', 'b']}},
    overrides: {type: 'array'},
    custom: {type: 'object', additionalProperties: true},
    limits: {type: 'object', additionalProperties: {type: 'integer'}},
    mixed: {type: ['string', 'null']},
  },
};

const IMAGE =
  '# image\nstore:\n  host: a.b\n  port: 1\npeers: [a]\noverrides: []\ncustom: {m: {x: 1, y: 2}, l: [1, 2], n: ~}\n';

describe('values are merged', () => {
  test.each([
    {rule: 'none: the image alone', operator: '', changed: {}},
    {rule: 'null alone changes nothing', operator: '~\n', changed: {}},
    {rule: 'a comment alone changes nothing', operator: '# later\n', changed: {}},
    {rule: 'maps merge', operator: 'store: {port: 2}', changed: {store: {host: 'a.b', port: 2}}},
    {rule: 'lists replace', operator: 'peers: [b]', changed: {peers: ['b']}},
    {rule: 'an empty list replaces', operator: 'peers: []', changed: {peers: []}},
    {rule: 'an empty map changes nothing', operator: 'store: {}', changed: {}},
    {rule: 'null deletes', operator: 'store: {port: ~}', changed: {store: {host: 'a.b'}}},
    {rule: 'null deletes a whole map', operator: 'custom: ~', changed: {custom: undefined}},
    {rule: 'null deletes nothing where nothing is', operator: 'custom: {z: ~}', changed: {}},
    {
      rule: 'a map replaces a list',
      operator: 'custom: {l: {a: 1}}',
      changed: {custom: {m: {x: 1, y: 2}, l: {a: 1}, n: null}},
    },
    {
      rule: 'a text replaces a map',
      operator: 'custom: {m: a}',
      changed: {custom: {m: 'a', l: [1, 2], n: null}},
    },
    {
      rule: 'nulls in a new map delete nothing',
      operator: 'custom: {o: {a: ~, b: 1}}',
      changed: {custom: {m: {x: 1, y: 2}, l: [1, 2], n: null, o: {b: 1}}},
    },
    {
      rule: 'nulls in a list stay',
      operator: 'custom: {l: [~]}',
      changed: {custom: {m: {x: 1, y: 2}, l: [null], n: null}},
    },
    {
      rule: 'names of JavaScript are keys',
      operator: 'custom: {__proto__: {a: 1}}',
      changed: {custom: JSON.parse('{"m": {"x": 1, "y": 2}, "l": [1, 2], "n": null, "__proto__": {"a": 1}}')},
    },
  ])('$rule', ({operator, changed}) => {
    const {values} = create(operator).base;
    expect(JSON.parse(JSON.stringify(values))).toEqual(
      JSON.parse(
        JSON.stringify({
          store: {host: 'a.b', port: 1},
          peers: ['a'],
          custom: {m: {x: 1, y: 2}, l: [1, 2], n: null},
          ...changed,
        }),
      ),
    );
  });

  test('without an operator', () => {
    const image = parseYaml(IMAGE, 'image.yaml');
    expect(createValues(SCHEMA, image).base.values.peers).toEqual(['a']);
  });
});

describe('values are refused', () => {
  test.each([
    {
      wrong: 'an unknown key',
      operator: '# mine\nstroe: {}\n',
      problem: 'operator.yaml:2:1: stroe: cannot use values: unknown key "stroe" (did you mean "store"?)',
    },
    {
      wrong: 'an unknown key like no other',
      operator: 'zzzzzzz: 1\n',
      problem: 'operator.yaml:1:1: zzzzzzz: cannot use values: unknown key "zzzzzzz"',
    },
    {
      wrong: 'an unknown key below',
      operator: 'store:\n  prot: 1\n',
      problem: 'operator.yaml:2:3: store.prot: cannot use values: unknown key "prot" (did you mean "port"?)',
    },
    {
      wrong: 'a wrong type',
      operator: 'store:\n  port: "1"\n',
      problem: 'operator.yaml:2:3: store.port: cannot use values: must be integer',
    },
    {
      wrong: 'text of another form, with what it means',
      operator: 'store: {host: a}\n',
      problem: 'operator.yaml:1:9: store.host: cannot use values: must match pattern "\\." (A host name.)',
    },
    {
      wrong: 'another word than the allowed ones',
      operator: 'peers:\n  - a\n  - c\n',
      problem: 'operator.yaml:3:5: peers[1]: cannot use values: must be one of a, b',
    },
    {
      wrong: 'a key that must be there, deleted',
      operator: 'store:\n  host: ~\n',
      problem: 'operator.yaml:2:3: store.host: cannot use values: required key is missing',
    },
    {
      wrong: 'a map in place of a list',
      operator: '\npeers: {}\n',
      problem: 'operator.yaml:2:1: peers: cannot use values: must be array',
    },
    {
      wrong: 'a value of an odd key',
      operator: 'store:\n  "x/y~z": 1\n',
      problem: 'operator.yaml:2:4: store["x/y~z"]: cannot use values: must be string',
    },
    {wrong: 'a list', operator: '- a\n', problem: 'operator.yaml:1:1: cannot read values: not one YAML map'},
    {wrong: 'a text', operator: 'a\n', problem: 'operator.yaml:1:1: cannot read values: not one YAML map'},
    {
      wrong: 'two documents',
      operator: 'store: {}\n---\nstore: {}\n',
      problem: 'operator.yaml:1:1: cannot read values: not one YAML map',
    },
  ])('$wrong, at its place', ({operator, problem}) => {
    expect(complaints(() => create(operator))).toEqual([problem]);
  });

  test('each mistake in them', () => {
    const problems = complaints(() => create('store: {port: x}\npeers: a\nb: 1\n'));
    expect(problems.map(problem => problem.split(': ')[0]).sort()).toEqual([
      'operator.yaml:1:9',
      'operator.yaml:2:1',
      'operator.yaml:3:1',
    ]);
  });

  test('at the place in the image, where the operator does not set them', () => {
    const work = (image: string) => () =>
      createValues(SCHEMA, parseYaml(image, 'image.yaml'), parseYaml('peers: [a]', 'operator.yaml'));
    expect(complaints(work('# image\nstore: {host: 1}\n'))).toEqual([
      'image.yaml:2:9: store.host: cannot use values: must be string (A host name.)',
    ]);
    expect(complaints(work(''))).toEqual([
      'operator.yaml:1:1: store: cannot use values: required key is missing',
    ]);
  });

  test('at the start of an image that is empty', () => {
    expect(complaints(() => createValues(SCHEMA, parseYaml('', 'image.yaml')))).toContain(
      'image.yaml:1:1: store: cannot use values: required key is missing',
    );
  });
});

test('the type of the values is as closed as their schema', () => {
  expect(create('').shape).toEqual({
    fields: {
      store: {fields: {host: 'string', port: 'int', ssl: 'bool', ratio: 'dyn', 'x/y~z': 'string'}},
      peers: {list: 'string'},
      custom: {map: 'dyn'},
      limits: {map: 'int'},
      mixed: 'dyn',
    },
  });
});

describe('templates are checked against the values', () => {
  test.each([
    {type: 'string', expression: 'values.store.host.nope()', reason: 'unknown function "nope"'},
    {type: 'int', expression: '"a" + values.store.port', reason: 'no such overload: string + int'},
    {type: 'bool', expression: '"a" + values.store.ssl', reason: 'no such overload: string + bool'},
    {
      type: 'list of strings',
      expression: '"a" + values.imagePullSecrets',
      reason: 'no such overload: string + list<string>',
    },
    {type: 'map', expression: '"a" + values.custom', reason: 'no such overload: string + map<string, dyn>'},
    {
      type: 'closed map',
      expression: 'values.istio.principals.gatway',
      reason: 'unknown field "gatway" of values.istio.principals (did you mean "gateway"?)',
    },
    {
      type: 'list of closed maps',
      expression: 'values.adopt[0].nmae',
      reason: 'unknown field "nmae" of values.adopt[] (did you mean "name"?)',
    },
    {
      type: 'overrides, which are no values',
      expression: 'values.overrides',
      reason: 'unknown field "overrides" of values',
    },
  ])('by their type: $type', ({expression, reason}) => {
    const [problem] = complaints(() => compile({'t.yaml': configMap(`data: '\${${expression}}'\n`)}));
    expect(problem).toMatch(/^t\.yaml:5:\d+: data: cannot compile expression: /);
    expect(problem).toContain(reason);
  });

  test('by their content where custom is open: a missing key has its place', () => {
    expect(complaints(() => compile({'t.yaml': configMap('data:\n  a: ${values.custom.tier}\n')}))).toEqual([
      't.yaml:6:22: data.a: cannot evaluate expression: no such key "tier" (use .?tier.orValue(…), or has(…))',
    ]);
    expect(
      complaints(() =>
        compile({'t.yaml': configMap('data:\n  a: ${values.custom.tier}\n')}, {values: 'custom: {tier: x}'}),
      ),
    ).toEqual([]);
  });
});

test('the shipped values are valid', () => {
  expect(complaints(() => valuesOf())).toEqual([]);
});

function create(operator: string) {
  return createValues(SCHEMA, parseYaml(IMAGE, 'image.yaml'), parseYaml(operator, 'operator.yaml'));
}
