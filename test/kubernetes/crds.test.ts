import {describe, expect, test} from 'vitest';
import {type CustomKind, compileCrd} from '../../src/kubernetes/crds.ts';
import type {Json, JsonObject} from '../../src/kubernetes/object.ts';

const VERSION = {name: 'v1', served: true, storage: true};

/** A definition whose objects have this schema of `spec.x`. */
function definition(x: JsonObject, spec: JsonObject = {}): JsonObject {
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: {name: 'widgets.example.com'},
    spec: {
      group: 'example.com',
      scope: 'Namespaced',
      names: {kind: 'Widget', plural: 'widgets'},
      versions: [{...VERSION, schema: {openAPIV3Schema: schemaOf(x)}}],
      ...spec,
    },
  };
}

function schemaOf(x: JsonObject): JsonObject {
  return {type: 'object', properties: {spec: {type: 'object', properties: {x}}}};
}

/** What is wrong with an object of that definition, a line each. */
function problemsOf(x: JsonObject, value: Json): string[] {
  const {kinds, problems} = compileCrd(definition(x));
  expect(problems).toEqual([]);
  return check(kinds.get('Widget.example.com/v1'), {spec: {x: value}});
}

function check(kind: CustomKind | undefined, fields: JsonObject): string[] {
  const object = {apiVersion: 'example.com/v1', kind: 'Widget', metadata: {name: 'x'}, ...fields};
  if (!kind) return ['no such kind'];
  return kind.problems(object).map(({field, message}) => `${field}: ${message}`);
}

describe('a definition', () => {
  test('tells scope and plural of each version that is served', () => {
    const versions = [
      {...VERSION, schema: {openAPIV3Schema: schemaOf({type: 'string'})}},
      {name: 'v2', served: true, storage: false, schema: {openAPIV3Schema: schemaOf({type: 'integer'})}},
      {name: 'v0', served: false, storage: false, schema: {openAPIV3Schema: schemaOf({type: 'integer'})}},
    ];
    const {kinds} = compileCrd(definition({}, {scope: 'Cluster', versions}));
    expect([...kinds.keys()]).toEqual(['Widget.example.com/v1', 'Widget.example.com/v2']);
    expect(kinds.get('Widget.example.com/v2')).toMatchObject({scope: 'Cluster', plural: 'widgets'});
    expect(check(kinds.get('Widget.example.com/v1'), {spec: {x: 'a'}})).toEqual([]);
    expect(check(kinds.get('Widget.example.com/v2'), {spec: {x: 'a'}})).toEqual([
      'spec.x: must be an integer, not a string',
    ]);
  });

  test.each<{rule: string; change: JsonObject; problem: string}>([
    {
      rule: 'of another kind',
      change: {kind: 'ConfigMap'},
      problem: 'kind: must be CustomResourceDefinition of apiextensions.k8s.io/v1',
    },
    {
      rule: 'of an older version',
      change: {apiVersion: 'apiextensions.k8s.io/v1beta1'},
      problem: 'kind: must be CustomResourceDefinition of apiextensions.k8s.io/v1',
    },
    {rule: 'without a spec', change: {spec: null}, problem: 'spec: must be a map, not null'},
    {
      rule: 'with an unknown field',
      change: {speck: {}},
      problem: 'speck: unknown field "speck", did you mean "spec"?',
    },
    {
      rule: "of Kubernetes' own group",
      change: definition({type: 'string'}, {group: 'networking.k8s.io'}),
      problem: "spec.group: must be other than Kubernetes' own groups",
    },
    {
      rule: 'of a group without a dot',
      change: definition({type: 'string'}, {group: 'apps'}),
      problem: "spec.group: must be other than Kubernetes' own groups",
    },
    {
      rule: 'of another scope',
      change: definition({type: 'string'}, {scope: 'Global'}),
      problem: 'spec.scope: must be one of Cluster, Namespaced',
    },
    {
      rule: 'that serves nothing',
      change: definition(
        {},
        {versions: [{...VERSION, served: false, schema: {openAPIV3Schema: schemaOf({type: 'string'})}}]},
      ),
      problem: 'spec.versions: must have a version that is served',
    },
    {
      rule: 'without a schema',
      change: definition({}, {versions: [VERSION]}),
      problem: 'spec.versions[0].schema.openAPIV3Schema: required field is missing',
    },
    {
      rule: 'that keeps unknown fields',
      change: definition({type: 'string'}, {preserveUnknownFields: true}),
      problem: 'spec.preserveUnknownFields: must be false',
    },
  ])('$rule is none', ({change, problem}) => {
    const {kinds, problems} = compileCrd({...definition({type: 'string'}), ...change});
    expect(problems.map(({field, message}) => `${field}: ${message}`)).toEqual([problem]);
    expect(kinds.size).toBe(0);
  });

  test('may be of a group that is called like one of Kubernetes', () => {
    expect(compileCrd(definition({type: 'string'}, {group: 'gateway.networking.k8s.io'})).problems).toEqual(
      [],
    );
  });

  test('of which one version is broken has no kind at all', () => {
    const versions = [
      {...VERSION, schema: {openAPIV3Schema: schemaOf({type: 'string'})}},
      {name: 'v2', served: true, storage: false, schema: {openAPIV3Schema: schemaOf({})}},
    ];
    const {kinds, problems} = compileCrd(definition({}, {versions}));
    expect(kinds.size).toBe(0);
    expect(problems.map(({field}) => field)).toEqual([
      'spec.versions[1].schema.openAPIV3Schema.properties.spec.properties.x.type',
    ]);
  });
});

// Each is the schema of spec.x.
describe('a schema that is not structural is refused:', () => {
  const TYPES = 'must be one of array, boolean, integer, number, object, string';
  const PATTERN = 'must be a pattern that means the same here and in Kubernetes';

  test.each<{rule: string; x: JsonObject; at: string; message: string}>([
    {rule: 'no type', x: {}, at: 'type', message: TYPES},
    {rule: 'an unknown type', x: {type: 'null'}, at: 'type', message: TYPES},
    {rule: 'no type of items', x: {type: 'array', items: {}}, at: 'items.type', message: TYPES},
    {rule: 'no items', x: {type: 'array'}, at: 'items', message: 'must be a map'},
    {rule: 'several items', x: {type: 'array', items: []}, at: 'items', message: 'must be a map'},
    {
      rule: 'no type of a field',
      x: {type: 'object', properties: {y: {}}},
      at: 'properties.y.type',
      message: TYPES,
    },
    {
      rule: 'no type of values',
      x: {type: 'object', additionalProperties: {}},
      at: 'additionalProperties.type',
      message: TYPES,
    },
    {
      rule: 'fields and values',
      x: {type: 'object', properties: {}, additionalProperties: {type: 'string'}},
      at: 'additionalProperties',
      message: 'must not stand beside properties',
    },
    {
      rule: 'no values',
      x: {type: 'object', additionalProperties: false},
      at: 'additionalProperties',
      message: 'must not be false',
    },
    {rule: 'a reference', x: {type: 'string', $ref: '#/a'}, at: '["$ref"]', message: 'must be left out'},
    {rule: 'a broken pattern', x: {type: 'string', pattern: '('}, at: 'pattern', message: PATTERN},
    {rule: 'a pattern of RE2 alone', x: {type: 'string', pattern: '(?i)a'}, at: 'pattern', message: PATTERN},
    {
      rule: 'a default in a branch',
      x: {type: 'string', anyOf: [{default: 'a'}]},
      at: 'anyOf[0].default',
      message: 'must be left out here',
    },
    {
      rule: 'open fields in a field of a branch',
      x: {type: 'object', oneOf: [{properties: {y: {'x-kubernetes-preserve-unknown-fields': true}}}]},
      at: 'oneOf[0].properties.y.x-kubernetes-preserve-unknown-fields',
      message: 'must be left out here',
    },
    {
      rule: 'a pattern in a branch of a branch',
      x: {type: 'string', allOf: [{not: {pattern: '['}}]},
      at: 'allOf[0].not.pattern',
      message: PATTERN,
    },
    {
      rule: 'a pattern of items in a branch',
      x: {type: 'array', items: {type: 'string'}, allOf: [{items: {pattern: '['}}]},
      at: 'allOf[0].items.pattern',
      message: PATTERN,
    },
  ])('$rule', ({x, at, message}) => {
    const {problems} = compileCrd(definition(x));
    const start = 'spec.versions[0].schema.openAPIV3Schema.properties.spec.properties.x';
    const place = at.startsWith('[') ? at : `.${at}`;
    expect(problems.map(problem => `${problem.field}: ${problem.message}`)).toEqual([
      `${start}${place}: ${message}`,
    ]);
  });

  test('a root that is no map', () => {
    const versions = [{...VERSION, schema: {openAPIV3Schema: {type: 'string'}}}];
    expect(compileCrd(definition({}, {versions})).problems.map(({message}) => message)).toEqual([
      'must be object',
    ]);
  });
});

describe('an object of a custom kind', () => {
  test.each<{rule: string; x: JsonObject; good: Json[]; bad: [Json, ...string[]][]}>([
    {
      rule: 'has the types of its fields',
      x: {type: 'integer'},
      good: [1, -1],
      bad: [
        [1.5, 'spec.x: must be an integer'],
        ['1', 'spec.x: must be an integer, not a string'],
      ],
    },
    {
      rule: 'has no other fields',
      x: {type: 'object', properties: {size: {type: 'string'}}},
      good: [{}, {size: 'a'}],
      bad: [
        [{sise: 'a'}, 'spec.x.sise: unknown field "sise", did you mean "size"?'],
        [{a: {b: 1}, size: 1}, 'spec.x.a: unknown field "a"', 'spec.x.size: must be a string, not a number'],
      ],
    },
    {
      rule: 'has no fields where none are named',
      x: {type: 'object'},
      good: [{}],
      bad: [[{a: 1}, 'spec.x.a: unknown field "a"']],
    },
    {
      rule: 'has any fields where unknown ones are kept',
      x: {type: 'object', 'x-kubernetes-preserve-unknown-fields': true, properties: {a: {type: 'string'}}},
      good: [{b: {c: []}}],
      bad: [[{a: 1}, 'spec.x.a: must be a string, not a number']],
    },
    {
      rule: 'has anything where neither type nor fields are told',
      x: {'x-kubernetes-preserve-unknown-fields': true},
      good: [1, 'a', [1], {a: {}}],
      bad: [],
    },
    {
      rule: 'has any keys of a map, and values of its type',
      x: {type: 'object', additionalProperties: {type: 'string'}},
      good: [{a: 'b'}],
      bad: [[{a: 1}, 'spec.x.a: must be a string, not a number']],
    },
    {
      rule: 'has any values of an open map',
      x: {type: 'object', additionalProperties: true},
      good: [{a: 1}],
      bad: [],
    },
    {
      rule: 'has integers or texts',
      x: {'x-kubernetes-int-or-string': true, anyOf: [{type: 'integer'}, {type: 'string'}]},
      good: [1, 'a'],
      bad: [[true, 'spec.x: must be an integer or a string, not a boolean']],
    },
    {
      rule: 'has one of some words',
      x: {type: 'string', enum: ['Small', 'Large']},
      good: ['Small'],
      bad: [['small', 'spec.x: must be one of Small, Large, did you mean "Small"?']],
    },
    {
      rule: 'has texts that match a pattern, anywhere',
      x: {type: 'string', pattern: 'a+\\-'},
      good: ['xaa-x'],
      bad: [['xaax', 'spec.x: must match a+\\-']],
    },
    {
      rule: 'has two patterns at two places',
      x: {
        type: 'object',
        properties: {a: {type: 'string', pattern: '^a$'}, b: {type: 'string', pattern: '^b$'}},
      },
      good: [{a: 'a', b: 'b'}],
      bad: [[{a: 'b', b: 'a'}, 'spec.x.a: must match ^a$', 'spec.x.b: must match ^b$']],
    },
    {
      rule: 'has numbers of a range, its ends included',
      x: {type: 'number', minimum: 1, maximum: 2},
      good: [1, 1.5, 2],
      bad: [
        [0.9, 'spec.x: must be at least 1'],
        [2.1, 'spec.x: must be at most 2'],
      ],
    },
    {
      rule: 'has numbers of a range, its ends excluded',
      x: {type: 'number', minimum: 1, exclusiveMinimum: true, maximum: 2, exclusiveMaximum: true},
      good: [1.5],
      bad: [
        [1, 'spec.x: must be more than 1'],
        [2, 'spec.x: must be less than 2'],
      ],
    },
    {
      rule: 'has multiples',
      x: {type: 'integer', multipleOf: 4},
      good: [8],
      bad: [[6, 'spec.x: must be a multiple of 4']],
    },
    {
      rule: 'has texts of a length',
      x: {type: 'string', minLength: 2, maxLength: 3},
      good: ['ab', 'abc', '😀😀😀'],
      bad: [
        ['a', 'spec.x: must have at least 2 characters'],
        ['abcd', 'spec.x: must have at most 3 characters'],
      ],
    },
    {
      rule: 'has lists of a length',
      x: {type: 'array', items: {type: 'string'}, minItems: 1, maxItems: 2},
      good: [['a'], ['a', 'b']],
      bad: [
        [[], 'spec.x: must have at least 1 items'],
        [['a', 'b', 'c'], 'spec.x: must have at most 2 items'],
        [[1], 'spec.x[0]: must be a string, not a number'],
      ],
    },
    {
      rule: 'has maps of a size',
      x: {type: 'object', additionalProperties: {type: 'string'}, minProperties: 1, maxProperties: 1},
      good: [{a: 'b'}],
      bad: [
        [{}, 'spec.x: must have at least 1 keys'],
        [{a: 'b', c: 'd'}, 'spec.x: must have at most 1 keys'],
      ],
    },
    {
      rule: 'has the required fields',
      x: {type: 'object', required: ['a'], properties: {a: {type: 'string'}}},
      good: [{a: 'b'}],
      bad: [[{}, 'spec.x.a: required field is missing']],
    },
    {
      rule: 'meets one of several schemas, told of in one line',
      x: {
        type: 'object',
        properties: {a: {type: 'string'}, b: {type: 'string'}},
        oneOf: [{required: ['a']}, {required: ['b']}],
      },
      good: [{a: 'x'}, {b: 'x'}],
      bad: [
        [{}, 'spec.x: must be as exactly one of the alternatives in oneOf'],
        [{a: 'x', b: 'x'}, 'spec.x: must be as exactly one of the alternatives in oneOf'],
      ],
    },
    {
      rule: 'meets all of several schemas, and not another',
      x: {
        type: 'object',
        properties: {a: {type: 'array', items: {type: 'integer'}}},
        allOf: [{properties: {a: {items: {maximum: 5}}}}],
        not: {required: ['a'], properties: {a: {maxItems: 0}}},
      },
      good: [{}, {a: [5]}],
      bad: [
        [{a: [6]}, 'spec.x.a[0]: must be at most 5'],
        [{a: []}, 'spec.x: must be other than what stands in not'],
      ],
    },
    {
      rule: 'embeds whole objects',
      x: {
        type: 'object',
        'x-kubernetes-embedded-resource': true,
        'x-kubernetes-preserve-unknown-fields': true,
      },
      good: [{apiVersion: 'v1', kind: 'A', metadata: {labels: {a: 'b'}}, spec: {}}],
      bad: [
        [{kind: 'A'}, 'spec.x.apiVersion: required field is missing'],
        [
          {apiVersion: 'v1', kind: 'A', metadata: {label: {}}},
          'spec.x.metadata.label: unknown field "label", did you mean "labels"?',
        ],
      ],
    },
    {
      rule: 'is told all at once',
      x: {type: 'object', properties: {anyOf: {type: 'string'}}, anyOf: [{required: ['a']}]},
      good: [],
      bad: [
        [
          {anyOf: 1},
          'spec.x.anyOf: must be a string, not a number',
          'spec.x: must be as one of the alternatives in anyOf',
        ],
      ],
    },
  ])('$rule', ({x, good, bad}) => {
    for (const value of good) expect(problemsOf(x, value)).toEqual([]);
    for (const [value, ...lines] of bad) expect(problemsOf(x, value).sort()).toEqual(lines.sort());
  });

  const {kinds} = compileCrd(definition({type: 'string'}));
  const widget = kinds.get('Widget.example.com/v1');

  test.each<{rule: string; fields: JsonObject; lines: string[]}>([
    {rule: 'has a name', fields: {metadata: {}}, lines: ['metadata.name: required field is missing']},
    {
      rule: 'has labels that are texts',
      fields: {metadata: {name: 'x', labels: {a: 1}}},
      lines: ['metadata.labels.a: must be a string, not a number'],
    },
    {rule: 'has no field beside its schema', fields: {status: {}}, lines: ['status: unknown field "status"']},
    {rule: 'needs no spec that its schema does not want', fields: {}, lines: []},
  ])('$rule', ({fields, lines}) => {
    expect(check(widget, fields)).toEqual(lines);
  });

  test('has a name as its schema wants it', () => {
    const root = {
      type: 'object',
      properties: {metadata: {type: 'object', properties: {name: {type: 'string', maxLength: 3}}}},
    };
    const versions = [{...VERSION, schema: {openAPIV3Schema: root}}];
    const custom = compileCrd(definition({}, {versions})).kinds.get('Widget.example.com/v1');
    expect(check(custom, {metadata: {name: 'abcd'}})).toEqual([
      'metadata.name: must have at most 3 characters',
    ]);
    expect(check(custom, {metadata: {name: 'abc'}})).toEqual([]);
  });

  test('has the fields that its root requires', () => {
    const root = {...schemaOf({type: 'string'}), required: ['spec']};
    const versions = [{...VERSION, schema: {openAPIV3Schema: root}}];
    const custom = compileCrd(definition({}, {versions})).kinds.get('Widget.example.com/v1');
    expect(check(custom, {})).toEqual(['spec: required field is missing']);
  });

  test('is a map', () => {
    expect(widget?.problems('x').map(({message}) => message)).toContain('must be a map, not a string');
  });

  test('is refused for a text that is too long for a pattern, in no time', () => {
    const x = {type: 'string', pattern: '^(a+)+$'};
    expect(problemsOf(x, 'a'.repeat(2000))).toEqual([]);
    expect(problemsOf(x, `${'a'.repeat(2000)}b`)).toEqual(['spec.x: must have at most 2000 characters']);
  });

  test('is told of without its values', () => {
    const lines = problemsOf({type: 'string', pattern: '^a$', enum: ['a']}, 'sEcReT');
    expect(lines).toHaveLength(2);
    expect(lines.join()).not.toContain('sEcReT');
  });
});
