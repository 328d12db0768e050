import {describe, expect, test} from 'vitest';
import {compile, complaints, configMap, inputFor, render, renderOne} from './support.ts';

describe('a rendered object', () => {
  test('is in the namespace of its Profile', () => {
    expect(renderOne(configMap('')).metadata).toEqual({name: 'a', namespace: 'alice'});
  });

  test('may name that namespace itself', () => {
    expect(renderOne(configMap('', '  namespace: ${ns.name}\n')).metadata.namespace).toBe('alice');
  });

  test('lacks each field whose lone expression yields nothing', () => {
    const template = configMap('data:\n  a: ${null}\n  b: ${values.custom.?x}\n  c:\n  d: "null"\n  e: x\n');
    expect(renderOne(template)).toMatchObject({data: {d: 'null', e: 'x'}});
    expect(Object.keys(renderOne(template).data as object)).toEqual(['d', 'e']);
  });

  test('keeps a map of which all fields were dropped', () => {
    expect(renderOne(configMap('data:\n  a: ${null}\n')).data).toEqual({});
  });

  test('lacks the list items that yield nothing, and keeps nested lists nested', () => {
    const list = "['${null}', a, ['${null}', b, [c]], '${[\"d\"]}', null]";
    expect(renderOne(configMap(`data: ${list}\n`)).data).toEqual(['a', ['b', ['c']], ['d']]);
  });

  test('keeps empty lists, which others would fill', () => {
    expect(renderOne(configMap("data:\n  ingress: []\n  egress: ['${null}']\n")).data).toEqual({
      egress: [],
      ingress: [],
    });
  });

  test('keeps the types of YAML and of expressions', () => {
    const template = configMap(
      'data:\n  a: 1\n  b: 0.5\n  c: true\n  d: "1"\n  e: ${1}\n  f: ${"1"}\n  g: ${false}\n',
    );
    expect(renderOne(template).data).toEqual({a: 1, b: 0.5, c: true, d: '1', e: 1, f: '1', g: false});
  });

  test('never has the steering annotations', () => {
    const steering = 'profile-sync.kubeflow.org/include-when: ${true}';
    const template = configMap(
      '',
      `  annotations:\n    ${steering}\n    credentials.profile-sync.kubeflow.org/generation: "1"\n`,
    );
    expect(renderOne(template).metadata.annotations).toEqual({
      'credentials.profile-sync.kubeflow.org/generation': '1',
    });
  });

  test.each([
    {why: 'only steering ones were there', annotations: 'profile-sync.kubeflow.org/include-when: ${true}'},
    {why: 'all were dropped', annotations: 'a: ${null}'},
  ])('has no annotations where $why', ({annotations}) => {
    const {metadata} = renderOne(configMap('', `  annotations:\n    ${annotations}\n`));
    expect(metadata).toEqual({name: 'a', namespace: 'alice'});
  });

  test('is canonical: keys sorted, stringData encoded, quantities as the API server writes them', () => {
    const secret = renderOne(
      'kind: Secret\nmetadata:\n  name: a\napiVersion: v1\nstringData:\n  b: x\n  a: ${ns.name}\ndata:\n  c: eA==\n',
    );
    expect(JSON.stringify(secret)).toBe(
      '{"apiVersion":"v1","data":{"a":"YWxpY2U=","b":"eA==","c":"eA=="},"kind":"Secret","metadata":{"name":"a","namespace":"alice"}}',
    );
    const quota = renderOne(
      'apiVersion: v1\nkind: ResourceQuota\nmetadata:\n  name: a\nspec:\n  hard: {cpu: ${4}, memory: 1024Mi}\n'.replace(
        '${4}',
        '"4000m"',
      ),
    );
    expect(quota.spec).toEqual({hard: {cpu: '4', memory: '1Gi'}});
  });
});

describe('render', () => {
  test('sorts by kind and name, however the files are called', () => {
    const named = (kind: string, name: string) =>
      `apiVersion: v1\nkind: ${kind}\nmetadata:\n  name: ${name}\n`;
    const objects = render({
      'a.yaml': named('Service', 'b'),
      'b.yaml': named('Service', 'a'),
      'c.yaml': named('ConfigMap', 'z'),
      'd.yaml': named('Service', 'B'),
    });
    expect(objects.map(({kind, metadata}) => `${kind} ${metadata.name}`)).toEqual([
      'ConfigMap z',
      'Service B',
      'Service a',
      'Service b',
    ]);
  });

  test('gives the same bytes for the same input, and leaves the input alone', () => {
    const set = compile({'t.yaml': configMap('data: ${profile.metadata.labels}\n')});
    const input = deepFreeze(inputFor(set));
    const bytes = () => JSON.stringify(set.render(input).map(({object}) => object));
    expect(bytes()).toBe(bytes());
    expect(bytes()).toContain('{"team":"red"}');
  });

  test('hands out objects that do not share what expressions yield with the variables', () => {
    const set = compile({'t.yaml': configMap('data: ${values.custom}\n')}, {values: 'custom: {a: {b: 1}}'});
    const input = inputFor(set);
    const [first] = set.render(input);
    Object.assign(first?.object.data ?? {}, {a: 2});
    expect(set.render(input)[0]?.object.data).toEqual({a: {b: 1}});
  });

  test('has every variable at hand', () => {
    const expressions = [
      'profile.metadata.name',
      'profile.metadata.uid',
      'profile.metadata.generation',
      'profile.metadata.labels',
      'profile.metadata.annotations',
      'profile.spec.owner',
      'profile.spec.plugins',
      'profile.spec.resourceQuotaSpec',
      'ns',
      'owner',
      'collaborators',
      'credentials',
      'sharing.epoch',
    ];
    const set = compile({
      't.yaml': configMap(
        `data:\n${expressions.map(expression => `  "${expression}": \${${expression}}\n`).join('')}`,
      ).replace('ConfigMap', 'Secret'),
    });
    const [rendered] = set.render(
      inputFor(set, {
        namespaceLabels: {'istio-injection': 'enabled'},
        collaborators: [{kind: 'User', name: 'bob@example.com', role: 'edit'}],
        sharingEpoch: 3,
      }),
    );
    expect(rendered?.object.data).toEqual({
      'profile.metadata.name': 'alice',
      'profile.metadata.uid': 'uid-of-alice',
      'profile.metadata.generation': 1,
      'profile.metadata.labels': {team: 'red'},
      'profile.metadata.annotations': {},
      'profile.spec.owner': {kind: 'User', name: 'alice@example.com', apiGroup: '', namespace: ''},
      'profile.spec.plugins': [],
      'profile.spec.resourceQuotaSpec': {hard: {}, scopes: [], scopeSelector: {}},
      ns: {name: 'alice', labels: {'istio-injection': 'enabled'}},
      owner: {kind: 'User', name: 'alice@example.com'},
      collaborators: [{kind: 'User', name: 'bob@example.com', role: 'edit'}],
      credentials: {
        mode: 'memory',
        accessKey: 'PLACEHOLDER-ACCESS-KEY',
        secretKey: 'placeholder-secret-key',
        generation: 1,
        secretName: 'mlpipeline-minio-artifact',
        bucket: 'artifacts',
        prefix: 'private-artifacts/alice/',
      },
      'sharing.epoch': 3,
    });
  });
});

describe('include-when', () => {
  const conditional = (condition: string) =>
    configMap('', `  annotations:\n    profile-sync.kubeflow.org/include-when: ${condition}\n`);

  test.each([
    {condition: '${owner.kind == "User"}', objects: 1},
    {condition: '${owner.kind == "Group"}', objects: 0},
    {condition: '${values.custom.?x.orValue(true)}', objects: 1},
  ])('$condition leaves $objects objects', ({condition, objects}) => {
    expect(render({'t.yaml': conditional(condition)})).toHaveLength(objects);
  });

  test('is asked before the rest is evaluated', () => {
    const template = `${conditional('${has(values.custom.a)}')}data:\n  a: \${values.custom.a}\n`;
    expect(render({'t.yaml': template})).toEqual([]);
  });

  test.each([{value: '"true"'}, {value: '1'}, {value: '~'}])(
    'refuses what is neither true nor false, for leaving the object out would delete it: $value',
    ({value}) => {
      const work = () =>
        compile(
          {'t.yaml': conditional('${values.custom.?a.orValue(null)}')},
          {values: `custom: {a: ${value}}`},
        );
      expect(complaints(work)).toEqual([
        't.yaml:6:5: metadata.annotations["profile-sync.kubeflow.org/include-when"]: cannot decide on object: the expression yields neither true nor false',
      ]);
    },
  );
});

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) Object.values(Object.freeze(value)).forEach(deepFreeze);
  return value;
}
