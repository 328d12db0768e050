import {describe, expect, test} from 'vitest';
import {compile, complaints, configMap, inputFor, problemsOf} from './support.ts';

const INCLUDE_WHEN = 'profile-sync.kubeflow.org/include-when';
const FOR_EACH = 'profile-sync.kubeflow.org/for-each';
const USERS_MAY_EXTEND = 'profile-sync.kubeflow.org/users-may-extend';

describe('a template is refused with', () => {
  test.each([
    {
      wrong: 'nothing in it',
      template: '',
      problem: '1:1: cannot use template: it holds no Kubernetes object',
    },
    {wrong: 'a list', template: '- a\n', problem: '1:1: cannot use template: it holds no Kubernetes object'},
    {
      wrong: 'a text',
      template: '\n  a\n',
      problem: '2:3: cannot use template: it holds no Kubernetes object',
    },
    {
      wrong: 'two documents',
      template: `${configMap('')}---\n${configMap('')}`,
      problem: '6:1: cannot use template: a file holds one object (move this one into a file of its own)',
    },
    {
      wrong: 'no kind',
      template: 'apiVersion: v1\nmetadata:\n  name: a\n',
      problem: '1:1: kind: cannot use template: kind is missing',
    },
    {
      wrong: 'an empty kind',
      template: 'apiVersion: v1\nkind: ""\nmetadata:\n  name: a\n',
      problem: '2:1: kind: cannot use template: kind must be plain text, without an expression',
    },
    {
      wrong: 'an expression as its kind',
      template: 'apiVersion: v1\nkind: ${"ConfigMap"}\nmetadata:\n  name: a\n',
      problem: '2:1: kind: cannot use template: kind must be plain text, without an expression',
    },
    {
      wrong: 'an expression in its apiVersion',
      template: 'apiVersion: v${1}\nkind: ConfigMap\nmetadata:\n  name: a\n',
      problem: '1:1: apiVersion: cannot use template: apiVersion must be plain text, without an expression',
    },
    {
      wrong: 'a map as its kind',
      template: 'apiVersion: v1\nkind: {a: b}\nmetadata:\n  name: a\n',
      problem: '2:1: kind: cannot use template: kind must be plain text, without an expression',
    },
    {
      wrong: 'no metadata',
      template: 'apiVersion: v1\nkind: ConfigMap\n',
      problem: '1:1: metadata: cannot use template: metadata.name is missing',
    },
    {
      wrong: 'no name',
      template: 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  labels: {}\n',
      problem: '3:1: metadata: cannot use template: metadata.name is missing',
    },
    {
      wrong: 'an expression as its metadata',
      template: 'apiVersion: v1\nkind: ConfigMap\nmetadata: ${values.custom}\n',
      problem: '3:1: metadata: cannot use template: metadata.name is missing',
    },
    {
      wrong: 'an expression in a key',
      template: configMap('data:\n  ${ns.name}: b\n'),
      problem:
        '6:3: data: cannot use expression: it stands in a key (quote it if it is a value; a map of computed keys is made by one expression)',
    },
    {
      wrong: 'an unquoted map in a list',
      template: configMap('data:\n  - ${ {"a": 1} }\n'),
      problem:
        '6:5: data[0]: cannot use expression: it stands in a key (quote it if it is a value; a map of computed keys is made by one expression)',
    },
    {
      wrong: 'the key __proto__',
      template: configMap('data:\n  __proto__: b\n'),
      problem: '6:3: data: cannot use key __proto__: no Kubernetes object has it',
    },
    {
      wrong: 'the word namespace',
      template: configMap('data:\n  a: ${namespace.name}\n'),
      problem:
        '6:8: data.a: cannot compile expression: "namespace" is reserved (namespace is reserved in CEL, write ns.name)',
    },
    {
      wrong: 'a misspelt field of the values',
      template: configMap('data:\n  a: ${values.istio.principals.gatway}\n'),
      problem:
        '6:32: data.a: cannot compile expression: unknown field "gatway" of values.istio.principals (did you mean "gateway"?)',
    },
    {
      wrong: 'a misspelt field inside has(…)',
      template: configMap('data:\n  a: ${has(owner.nmae)}\n'),
      problem:
        '6:18: data.a: cannot compile expression: unknown field "nmae" of owner (did you mean "name"?)',
    },
    {
      wrong: 'an expression that nothing ends',
      template: configMap('data:\n  a: x ${ns.name\n'),
      problem:
        '6:8: data.a: cannot read expression: no } ends it (quote this expression, or write $${ for a literal ${)',
    },
    {
      wrong: 'a mistake below lists and maps',
      template: configMap('data:\n  a:\n    - b\n    - app.kubernetes.io/c: "${\\x22x}"\n'),
      problem: '8:31: data.a[1]["app.kubernetes.io/c"]: cannot compile expression: unterminated string',
    },
  ])('$wrong', ({template, problem}) => {
    expect(complaints(() => compile({'t.yaml': template}))).toEqual([`t.yaml:${problem}`]);
  });

  test('a place without a field, where the whole file is wrong', () => {
    expect(problemsOf(() => compile({'t.yaml': '- a\n'}))).toEqual([
      {file: 't.yaml', line: 1, column: 1, message: 'cannot use template: it holds no Kubernetes object'},
    ]);
  });

  test('each mistake in it, however many', () => {
    const template = 'kind: ConfigMap\nmetadata:\n  labels:\n    a: ${x}\n    b: ${y}\n';
    expect(complaints(() => compile({'t.yaml': template}))).toEqual([
      't.yaml:1:1: apiVersion: cannot use template: apiVersion is missing',
      't.yaml:4:10: metadata.labels.a: cannot compile expression: unknown variable "x"',
      't.yaml:5:10: metadata.labels.b: cannot compile expression: unknown variable "y"',
      't.yaml:2:1: metadata: cannot use template: metadata.name is missing',
    ]);
  });

  test('the mistakes of the files around it', () => {
    const files = {
      'a.yaml': configMap('data: ${x}\n'),
      'b.yaml': configMap(''),
      'c.yaml': configMap('data: ${y}\n'),
    };
    expect(complaints(() => compile(files))).toEqual([
      'a.yaml:5:9: data: cannot compile expression: unknown variable "x"',
      'c.yaml:5:9: data: cannot compile expression: unknown variable "y"',
    ]);
  });
});

describe('a steering annotation is refused', () => {
  test.each([
    {
      wrong: 'of an unknown name',
      annotation: 'profile-sync.kubeflow.org/inculde-when: ${true}',
      problem:
        '6:5: metadata.annotations: cannot use annotation profile-sync.kubeflow.org/inculde-when: only include-when, for-each and users-may-extend steer (use a prefix of your own)',
    },
    {
      wrong: 'for-each over a text',
      annotation: `${FOR_EACH}: \${ns.name}`,
      problem: `6:41: metadata.annotations["${FOR_EACH}"]: cannot use annotation ${FOR_EACH}: it yields string, not a list`,
    },
    {
      wrong: 'for-each over a map',
      annotation: `${FOR_EACH}: \${values.custom}`,
      problem: `6:41: metadata.annotations["${FOR_EACH}"]: cannot use annotation ${FOR_EACH}: it yields map<string, dyn>, not a list`,
    },
    {
      wrong: 'for-each with text around it',
      annotation: `${FOR_EACH}: x\${collaborators.size()}`,
      problem: `6:41: metadata.annotations["${FOR_EACH}"]: cannot use annotation ${FOR_EACH}: not one expression (write "\${…}")`,
    },
    {
      wrong: 'for-each over a YAML list',
      annotation: `${FOR_EACH}: [a]`,
      problem: `6:41: metadata.annotations["${FOR_EACH}"]: cannot use annotation ${FOR_EACH}: not one expression (write "\${…}")`,
    },
    {
      wrong: 'for-each that is misspelt inside',
      annotation: `${FOR_EACH}: \${colaborators}`,
      problem: `6:43: metadata.annotations["${FOR_EACH}"]: cannot compile expression: unknown variable "colaborators" (did you mean "collaborators"?)`,
    },
    {
      wrong: 'include-when of a text',
      annotation: `${INCLUDE_WHEN}: \${ns.name}`,
      problem: `6:45: metadata.annotations["${INCLUDE_WHEN}"]: cannot use annotation ${INCLUDE_WHEN}: it yields string, not true or false`,
    },
    {
      wrong: 'include-when of an optional',
      annotation: `${INCLUDE_WHEN}: '\${values.custom.?a}'`,
      problem: `6:46: metadata.annotations["${INCLUDE_WHEN}"]: cannot use annotation ${INCLUDE_WHEN}: it yields optional<dyn>, not true or false`,
    },
    {
      wrong: 'include-when without an expression',
      annotation: `${INCLUDE_WHEN}: true`,
      problem: `6:45: metadata.annotations["${INCLUDE_WHEN}"]: cannot use annotation ${INCLUDE_WHEN}: not one expression (write "\${…}")`,
    },
    {
      wrong: 'include-when with text around it',
      annotation: `${INCLUDE_WHEN}: not \${true}`,
      problem: `6:45: metadata.annotations["${INCLUDE_WHEN}"]: cannot use annotation ${INCLUDE_WHEN}: not one expression (write "\${…}")`,
    },
    {
      wrong: 'include-when by item without a for-each',
      annotation: `${INCLUDE_WHEN}: \${item.x}`,
      problem: `6:47: metadata.annotations["${INCLUDE_WHEN}"]: cannot compile expression: unknown variable "item" (item stands for an element beside a for-each)`,
    },
    ...['true', 'false', 'yes', '${true}', '[x]', '~'].map(value => ({
      wrong: `users-may-extend of ${value}`,
      annotation: `${USERS_MAY_EXTEND}: ${value}`,
      problem: `6:49: metadata.annotations["${USERS_MAY_EXTEND}"]: cannot use annotation ${USERS_MAY_EXTEND}: not the text true (write "true")`,
    })),
  ])('$wrong', ({annotation, problem}) => {
    const template = configMap('', `  annotations:\n    ${annotation}\n`);
    expect(complaints(() => compile({'t.yaml': template}))).toEqual([`t.yaml:${problem}`]);
  });

  test('once, where the for-each is wrong that item comes from', () => {
    const template = configMap(
      'data:\n  a: ${item.b}\n',
      `  annotations:\n    ${FOR_EACH}: \${x}\n    ${INCLUDE_WHEN}: \${item.c}\n`,
    );
    expect(complaints(() => compile({'t.yaml': template}))).toEqual([
      `t.yaml:6:43: metadata.annotations["${FOR_EACH}"]: cannot compile expression: unknown variable "x"`,
    ]);
  });

  test.each([
    {
      where: 'among labels',
      template: configMap('', `  labels:\n    ${INCLUDE_WHEN}: \${true}\n`),
      problem: '6:5: metadata.labels',
    },
    {
      where: "among a pod's annotations",
      template: configMap(`spec:\n  annotations:\n    ${FOR_EACH}: \${x}\n`),
      problem: '7:5: spec.annotations',
    },
  ])('$where, where it would do nothing', ({template, problem}) => {
    const [first] = complaints(() => compile({'t.yaml': template}));
    expect(first).toMatch(
      /: it steers only among metadata\.annotations \(move it there, or use a prefix of your own\)$/,
    );
    expect(first).toContain(`t.yaml:${problem}: cannot use key profile-sync.kubeflow.org/`);
  });

  test('below another annotation', () => {
    const template = configMap('', `  annotations:\n    a:\n      ${FOR_EACH}: x\n`);
    expect(complaints(() => compile({'t.yaml': template}))).toEqual([
      `t.yaml:7:7: metadata.annotations.a: cannot use key ${FOR_EACH}: it steers only among metadata.annotations (move it there, or use a prefix of your own)`,
    ]);
  });

  test('never for a prefix that only ends like ours', () => {
    const annotation = 'credentials.profile-sync.kubeflow.org/generation: "1"';
    expect(
      complaints(() => compile({'t.yaml': configMap('', `  annotations:\n    ${annotation}\n`)})),
    ).toEqual([]);
  });
});

test('item is checked like any variable: a misspelt field of a list that is known is refused', () => {
  const template = configMap(
    'data:\n  a: ${item.nmae}\n',
    `  annotations:\n    ${FOR_EACH}: \${collaborators}\n`,
  );
  expect(complaints(() => compile({'t.yaml': template}))).toEqual([
    't.yaml:8:13: data.a: cannot compile expression: unknown field "nmae" of collaborators[] (did you mean "name"?)',
  ]);
});

test.each([
  {expression: 'credentials.accessKey', usesKey: true},
  {expression: 'credentials.secretKey', usesKey: true},
  {expression: 'json(credentials)', usesKey: true},
  {expression: 'ns.name + credentials.secretKey', usesKey: true},
  {expression: 'ns.name}-${credentials.secretKey}-${ns.name', usesKey: true},
  {expression: 'credentials.bucket', usesKey: false},
])('a template that reads $expression uses the key: $usesKey', ({expression, usesKey}) => {
  const secret = configMap(`stringData:\n  a: x-\${${expression}}\n`).replace('ConfigMap', 'Secret');
  const set = compile({'t.yaml': secret});
  expect(set.render(inputFor(set)).map(({template}) => template.usesKey)).toEqual([usesKey]);
});

test.each([
  {metadata: '', usersMayExtend: false},
  {metadata: `  annotations:\n    ${USERS_MAY_EXTEND}: "true"\n`, usersMayExtend: true},
])(
  'users may extend what its template marks, and the mark never leaves: %o',
  ({metadata, usersMayExtend}) => {
    const set = compile({'t.yaml': configMap('', metadata)});
    const [rendered] = set.render(inputFor(set));
    expect(rendered?.template.usersMayExtend).toBe(usersMayExtend);
    expect(rendered?.object.metadata).toEqual({name: 'a', namespace: 'alice'});
  },
);
