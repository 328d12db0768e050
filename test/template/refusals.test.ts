import {describe, expect, test} from 'vitest';
import {type Case, compile, complaints, configMap, inputFor, render} from './support.ts';

const NAMESPACE = 'apiVersion: v1\nkind: Namespace\nmetadata:\n  name: ${ns.name}\n';
const ROLE = 'apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata:\n';

describe('a set is refused that renders', () => {
  test.each([
    {
      wrong: "into somebody else's namespace",
      template: configMap('', '  namespace: bob\n'),
      problem:
        "5:3: metadata.namespace: cannot render ConfigMap: it is not in the tenant's own namespace [tenancy/namespace] (leave metadata.namespace out: it is filled in)",
    },
    {
      wrong: 'into a namespace by expression',
      template: configMap('', '  namespace: x-${ns.name}\n'),
      problem:
        "5:3: metadata.namespace: cannot render ConfigMap: it is not in the tenant's own namespace [tenancy/namespace] (leave metadata.namespace out: it is filled in)",
    },
    {
      wrong: 'a kind that is not allowed',
      template: 'apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: a\n',
      problem:
        '2:1: kind: cannot render Job.batch/v1: this kind is not allowed [tenancy/kind] (values.guards.kinds can allow a namespaced kind, as "Job.batch/v1")',
    },
    {
      wrong: 'a misspelt kind that no sample Profile gets',
      template: configMap(
        '',
        '  annotations: {profile-sync.kubeflow.org/include-when: "${ns.name == \'a\'}"}\n',
      ).replace('ConfigMap', 'ConfgMap'),
      problem:
        '2:1: kind: cannot render ConfgMap.v1: this kind is not allowed [tenancy/kind] (did you mean ConfigMap.v1?)',
    },
    {
      wrong: 'a kind of another version',
      template: 'apiVersion: v2\nkind: ConfigMap\nmetadata:\n  name: a\n',
      problem:
        '2:1: kind: cannot render ConfigMap.v2: this kind is not allowed [tenancy/kind] (did you mean ConfigMap.v1?)',
    },
    {
      wrong: 'the Namespace beside profile-controller',
      template: NAMESPACE,
      problem:
        '2:1: kind: cannot render Namespace: beside profile-controller it is not ours [tenancy/cluster-scoped] (use --mode standalone)',
    },
    {
      wrong: 'no name',
      template: configMap('').replace('name: a', 'name: ${null}'),
      problem: '4:3: metadata.name: cannot render object: metadata.name is not a text',
    },
    {
      wrong: 'a number as its name',
      template: configMap('').replace('name: a', 'name: 1'),
      problem: '4:3: metadata.name: cannot render object: metadata.name is not a text',
    },
    {
      wrong: 'null in a list of an expression',
      template: configMap('data:\n  a: ${[null]}\n').replace('[null]', 'values.custom'),
      values: 'custom: {a: [1, ~]}',
      problem: '6:3: data.a.a[1]: cannot send null in a list',
    },
    {
      wrong: 'what is no quantity',
      template:
        'apiVersion: v1\nkind: ResourceQuota\nmetadata:\n  name: a\nspec:\n  hard:\n    cpu: 4 cores\n',
      problem: '7:5: spec.hard.cpu: cannot read quantity: not a quantity such as 500m or 1Gi',
    },
    {
      wrong: 'steering annotations by expression',
      template: configMap('', '  annotations: ${{"profile-sync.kubeflow.org/for-each": "x"}}\n')
        .replace('${{', "'${{")
        .replace('}}', "}}'"),
      problem:
        '5:3: metadata.annotations: cannot render annotations: an expression makes one under profile-sync.kubeflow.org/ (write it out: steering annotations are read before anything is rendered)',
    },
    {
      wrong: 'a part that no Role gathers',
      template: `${ROLE}  name: a\n  labels:\n    rbac.authorization.kubeflow.org/aggregate-to-kubeflow-vieuw: "true"\n`,
      problem:
        '6:5: metadata.labels["rbac.authorization.kubeflow.org/aggregate-to-kubeflow-vieuw"]: cannot aggregate Role a: no Role selects its label rbac.authorization.kubeflow.org/aggregate-to-kubeflow-vieuw',
    },
    {
      wrong: 'a Role with rules of its own beside those it gathers',
      template: `${ROLE}  name: a\naggregationRule:\n  roleSelectors:\n    - matchLabels: {a: b}\nrules: []\n`,
      problem: '8:1: rules: cannot aggregate Role a: its rules come from its parts; put these into a part',
    },
  ])('$wrong', ({template, values, problem}) => {
    expect(
      complaints(() => compile({'t.yaml': template}, {...(values && {values}), isGuarded: true})),
    ).toEqual([`t.yaml:${problem}`]);
  });

  test('one object twice', () => {
    const files = {'a.yaml': configMap(''), 'b.yaml': configMap(''), 'c.yaml': configMap('')};
    expect(complaints(() => compile(files))).toEqual([
      'b.yaml:4:3: metadata.name: cannot render ConfigMap: a.yaml makes another one of the same name [tenancy/duplicate]',
      'c.yaml:4:3: metadata.name: cannot render ConfigMap: a.yaml makes another one of the same name [tenancy/duplicate]',
    ]);
  });

  test('not for two kinds of one name, nor for two that exclude each other', () => {
    const when = (condition: string) =>
      configMap('', `  annotations:\n    profile-sync.kubeflow.org/include-when: '\${${condition}}'\n`);
    const files = {
      'a.yaml': when('owner.kind == "User"'),
      'b.yaml': when('owner.kind != "User"'),
      'c.yaml': configMap('').replace('ConfigMap', 'Service'),
    };
    expect(render(files).map(({kind}) => kind)).toEqual(['ConfigMap', 'Service']);
  });
});

test('values.guards.kinds allows a kind, visibly', () => {
  const template = 'apiVersion: batch/v1\nkind: Job\nmetadata:\n  name: a\n';
  expect(render({'t.yaml': template}, {values: 'guards: {kinds: [Job.batch/v1]}'})).toMatchObject([
    {kind: 'Job', metadata: {namespace: 'alice'}},
  ]);
});

describe('the Namespace', () => {
  test('is rendered in standalone, without a namespace of its own', () => {
    expect(render({'t.yaml': NAMESPACE}, {mode: 'standalone'})).toEqual([
      {apiVersion: 'v1', kind: 'Namespace', metadata: {name: 'alice'}},
    ]);
  });

  test.each([
    {
      wrong: 'of another name',
      template: NAMESPACE.replace('${ns.name}', 'x-${ns.name}'),
      problem:
        "4:3: metadata.name: cannot render Namespace: it is not the tenant's own [tenancy/cluster-scoped] (write ${ns.name})",
    },
    {
      wrong: 'in a namespace',
      template: `${NAMESPACE}  namespace: \${ns.name}\n`,
      problem:
        "4:3: metadata.name: cannot render Namespace: it is not the tenant's own [tenancy/cluster-scoped] (write ${ns.name})",
    },
    {
      wrong: 'that an include-when could delete',
      template: `${NAMESPACE}  annotations:\n    profile-sync.kubeflow.org/include-when: \${values.istio.enabled}\n`,
      problem:
        "5:3: metadata.annotations: cannot use template: a tenant's Namespace must be in every answer (remove include-when and for-each)",
    },
    {
      wrong: 'that a for-each could delete',
      template: `${NAMESPACE}  annotations:\n    profile-sync.kubeflow.org/for-each: \${[1]}\n`,
      problem:
        "5:3: metadata.annotations: cannot use template: a tenant's Namespace must be in every answer (remove include-when and for-each)",
    },
  ])('is refused $wrong', ({template, problem}) => {
    const wanted: Case = {mode: 'standalone', isGuarded: true};
    expect(complaints(() => compile({'t.yaml': template}, wanted))).toEqual([`t.yaml:${problem}`]);
  });

  test('is what a standalone set must have', () => {
    expect(complaints(() => compile({'t.yaml': configMap('')}, {mode: 'standalone'}))).toEqual([
      'cannot load templates: standalone needs a template of kind Namespace (add the folder templates/namespace)',
    ]);
  });

  test('is no object of that name from another API', () => {
    const template = NAMESPACE.replace('v1', 'example.com/v1');
    const values = 'guards: {kinds: [Namespace.example.com/v1]}';
    expect(complaints(() => compile({'t.yaml': template}, {mode: 'standalone', values}))).toEqual([
      'cannot load templates: standalone needs a template of kind Namespace (add the folder templates/namespace)',
    ]);
  });

  test('is not asked for while another template is broken, which may be its own', () => {
    expect(
      complaints(() => compile({'t.yaml': NAMESPACE.replace('ns.name', 'ns.nmae')}, {mode: 'standalone'})),
    ).toEqual([
      't.yaml:4:14: metadata.name: cannot compile expression: unknown field "nmae" of ns (did you mean "name"?)',
    ]);
  });

  test('can be rendered alone', () => {
    const set = compile({'a.yaml': configMap(''), 'b.yaml': NAMESPACE}, {mode: 'standalone'});
    expect(set.renderNamespace(inputFor(set)).map(({object}) => object.kind)).toEqual(['Namespace']);
  });
});

describe('a kind that one Profile may have', () => {
  const template = 'apiVersion: v1\nkind: Endpoints\nmetadata:\n  name: a\n';
  const values =
    'overrides: [{profile: {name: alice, uid: uid-of-alice}, values: {guards: {kinds: [Endpoints.v1]}}}]';

  test('loads, and is refused to the others', () => {
    const files = {
      't.yaml': template.replace(
        'name: a\n',
        "name: a\n  annotations: {profile-sync.kubeflow.org/include-when: \"${ns.name == 'alice' || ns.name == 'bob'}\"}\n",
      ),
    };
    const set = compile(files, {values, isGuarded: true});
    const renderFor = (name: string, uid: string) => {
      const profile = {...inputFor(set).profile, name, uid};
      return () => set.render(inputFor(set, {profile, values: set.values.forProfile(profile)}));
    };
    expect(renderFor('alice', 'uid-of-alice')()).toHaveLength(1);
    expect(renderFor('bob', 'uid-of-bob')).toThrow('[tenancy/kind]');
  });
});

test('a kind called Namespace of another group stands in the tenant’s namespace', () => {
  const template = 'apiVersion: example.com/v1\nkind: Namespace\nmetadata:\n  name: a\n';
  const values = 'guards: {kinds: [Namespace.example.com/v1]}';
  expect(render({'t.yaml': template}, {values})).toMatchObject([{metadata: {namespace: 'alice'}}]);
});
