import {describe, expect, test} from 'vitest';
import type {Json, JsonObject, KubernetesObject} from '../../src/kubernetes/object.ts';
import {aggregateRoles} from '../../src/rbac/aggregate.ts';
import {bare} from '../support/requests.ts';

const VIEW = 'rbac.authorization.kubeflow.org/aggregate-to-kubeflow-view';
const EDIT = 'rbac.authorization.kubeflow.org/aggregate-to-kubeflow-edit';

const gets = (resource: string) => ({apiGroups: [''], resources: [resource], verbs: ['get']});

describe('aggregated Roles', () => {
  test('get the rules of every part that a selector matches, by name, each rule once; parts are left out', () => {
    const objects = [
      aggregating('edit', [{matchLabels: {[EDIT]: 'true'}}, {matchLabels: {[VIEW]: 'true'}}]),
      aggregating('view', [{matchLabels: {[VIEW]: 'true'}}]),
      part('z', {[EDIT]: 'true'}, [gets('z'), gets('shared')]),
      part('b', {[VIEW]: 'true'}, [gets('b'), gets('shared')]),
      bare('v1', 'ConfigMap', 'other'),
    ];
    expect(aggregate(objects)).toEqual({
      problems: [],
      objects: [
        {...role('edit'), rules: [gets('b'), gets('shared'), gets('z')]},
        {...role('view'), rules: [gets('b'), gets('shared')]},
        bare('v1', 'ConfigMap', 'other'),
      ],
    });
  });

  test('may have anything for a name, which is told elsewhere', () => {
    const name = {toString: 'a'} as unknown as string;
    const nameless = (object: KubernetesObject) => ({...object, metadata: {...object.metadata, name}});
    const parts = ['a', 'b'].map(resource => nameless(part(resource, {[VIEW]: 'true'}, [gets(resource)])));
    const orphan = nameless(part('x', {[EDIT]: 'true'}, []));
    const {problems} = aggregate([nameless(aggregating('view', [])), orphan, ...parts]);
    expect(problems.map(({message}) => message)).toEqual([
      'cannot aggregate Role without a name: it needs roleSelectors with matchLabels alone',
      `cannot aggregate Role without a name: no Role selects its label ${EDIT}`,
      ...parts.map(() => `cannot aggregate Role without a name: no Role selects its label ${VIEW}`),
    ]);
    const whole = aggregate([aggregating('view', [{matchLabels: {[VIEW]: 'true'}}]), ...parts]);
    expect(whole.objects).toEqual([{...role('view'), rules: [gets('a'), gets('b')]}]);
  });

  test('need all labels of a selector, and its values', () => {
    const objects = [
      aggregating('view', [{matchLabels: {[VIEW]: 'true', tier: 'gold'}}]),
      part('both', {[VIEW]: 'true', tier: 'gold'}, [gets('a')]),
      part('one', {tier: 'gold'}, [gets('b')]),
    ];
    expect(aggregate(objects).objects).toEqual([{...role('view'), rules: [gets('a')]}, objects[2]]);
  });

  test('may select each other, even in a circle', () => {
    const objects = [
      {
        ...aggregating('edit', [{matchLabels: {[EDIT]: 'true'}}]),
        metadata: labelled('edit', {[VIEW]: 'true'}),
      },
      {
        ...aggregating('view', [{matchLabels: {[VIEW]: 'true'}}]),
        metadata: labelled('view', {[EDIT]: 'true'}),
      },
      part('p', {[EDIT]: 'true'}, [gets('p')]),
    ];
    expect(aggregate(objects)).toMatchObject({
      problems: [],
      objects: [{rules: [gets('p')]}, {rules: [gets('p')]}],
    });
  });

  test('have no rules without parts, and a part without rules adds none', () => {
    const view = aggregating('view', [{matchLabels: {[VIEW]: 'true'}}]);
    expect(aggregate([view]).objects).toEqual([{...role('view'), rules: []}]);
    expect(aggregate([view, part('p', {[VIEW]: 'true'}, null)]).objects).toEqual([
      {...role('view'), rules: []},
    ]);
  });

  test('leave a Role alone that nobody selects', () => {
    const plain = part('plain', {app: 'x'}, [gets('a')]);
    expect(aggregate([plain])).toEqual({objects: [plain], problems: []});
  });
});

const SELECTORS = 'cannot aggregate Role view: it needs roleSelectors with matchLabels alone';

test.each<{what: string; object: KubernetesObject; path: string[]; message: string}>([
  {
    what: 'rules beside an aggregationRule',
    object: {...aggregating('view', [{matchLabels: {a: 'b'}}]), rules: []},
    path: ['rules'],
    message: 'cannot aggregate Role view: its rules come from its parts; put these into a part',
  },
  {what: 'no selectors', object: aggregating('view', []), path: ['aggregationRule'], message: SELECTORS},
  {
    what: 'an aggregationRule of another type',
    object: {...role('view'), aggregationRule: 'x'},
    path: ['aggregationRule'],
    message: SELECTORS,
  },
  {
    what: 'matchExpressions',
    object: aggregating('view', [{matchLabels: {a: 'b'}, matchExpressions: []}]),
    path: ['aggregationRule'],
    message: SELECTORS,
  },
  {
    what: 'a selector without matchLabels',
    object: aggregating('view', [{}]),
    path: ['aggregationRule'],
    message: SELECTORS,
  },
  {
    what: 'a label that selects nothing, such as a misspelt one',
    object: part('p', {[`${VIEW}er`]: 'true'}, []),
    path: ['metadata', 'labels', `${VIEW}er`],
    message: `cannot aggregate Role p: no Role selects its label ${VIEW}er`,
  },
])('$what is a problem with its place', ({object, path, message}) => {
  const {problems} = aggregateRoles([{object}]);
  expect(problems).toEqual([{item: {object}, path, message}]);
});

function aggregate(objects: readonly KubernetesObject[]) {
  const {items, problems} = aggregateRoles(objects.map(object => ({object})));
  return {objects: items.map(({object}) => object), problems};
}

function role(name: string): KubernetesObject {
  return bare('rbac.authorization.k8s.io/v1', 'Role', name);
}

function aggregating(name: string, roleSelectors: Json): KubernetesObject {
  return {...role(name), aggregationRule: {roleSelectors}};
}

function part(name: string, labels: {[key: string]: string}, rules: JsonObject[] | null): KubernetesObject {
  return {...role(name), metadata: labelled(name, labels), ...(rules && {rules})};
}

function labelled(name: string, labels: {[key: string]: string}) {
  return {name, namespace: 'alice', labels};
}

test('a kind called Role of another group lends nothing, and stays', () => {
  const labels = {'rbac.authorization.kubeflow.org/aggregate-to-x': 'true'};
  const aggregating = {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'Role',
    metadata: {name: 'x'},
    aggregationRule: {roleSelectors: [{matchLabels: labels}]},
  };
  const other = {
    apiVersion: 'iam.example.com/v1',
    kind: 'Role',
    metadata: {name: 'y', labels},
    rules: [{verbs: ['*']}],
  };
  const objects: KubernetesObject[] = [aggregating, other];
  const {items, parts} = aggregateRoles(objects.map(object => ({object})));
  expect(parts).toEqual([]);
  expect(items.map(({object}) => [object.metadata.name, object.rules])).toEqual([
    ['x', []],
    ['y', [{verbs: ['*']}]],
  ]);
});
