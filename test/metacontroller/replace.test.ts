import {expect, test} from 'vitest';
import type {JsonObject} from '../../src/kubernetes/object.ts';
import {fieldToReplace} from '../../src/metacontroller/replace.ts';
import {bare} from '../support/requests.ts';

const GROUP = 'rbac.authorization.k8s.io';

interface Row {
  readonly kind: string;
  readonly when: string;
  readonly desired: JsonObject;
  readonly observed: JsonObject;
  readonly field?: string;
}

const selector = (value: JsonObject) => ({spec: {selector: value}});
const roleRef = (value: JsonObject) => ({roleRef: value});
const DATA = {data: {a: 'MQ=='}};

test.each<Row>([
  {
    kind: 'RoleBinding',
    when: 'roleRef differs',
    desired: roleRef({name: 'a'}),
    observed: roleRef({name: 'b'}),
    field: 'roleRef',
  },
  {
    kind: 'RoleBinding',
    when: 'roleRef is the same',
    desired: roleRef({kind: 'Role', name: 'a'}),
    observed: roleRef({name: 'a', kind: 'Role'}),
  },
  {
    kind: 'RoleBinding',
    when: 'the API server filled in the group',
    desired: roleRef({name: 'a'}),
    observed: roleRef({apiGroup: GROUP, name: 'a'}),
  },
  {kind: 'RoleBinding', when: 'subjects differ', desired: {subjects: []}, observed: {subjects: [{}]}},
  {
    kind: 'Deployment',
    when: 'selector differs',
    desired: selector({matchLabels: {a: 'b'}}),
    observed: selector({matchLabels: {a: 'c'}}),
    field: 'spec.selector',
  },
  {
    kind: 'Deployment',
    when: 'selector has an empty list more',
    desired: selector({matchLabels: {}, matchExpressions: []}),
    observed: selector({}),
  },
  {
    kind: 'Deployment',
    when: 'replicas differ',
    desired: {spec: {replicas: 1}},
    observed: {spec: {replicas: 2}},
  },
  {kind: 'Deployment', when: 'there is no spec', desired: {}, observed: {}},
  {
    kind: 'ResourceQuota',
    when: 'scopes differ',
    desired: {spec: {scopes: ['BestEffort']}},
    observed: {spec: {}},
    field: 'spec.scopes',
  },
  {
    kind: 'ResourceQuota',
    when: 'scopes stand in another order',
    desired: {spec: {scopes: ['A', 'B']}},
    observed: {spec: {scopes: ['B', 'A']}},
  },
  {kind: 'ResourceQuota', when: 'hard differs', desired: {spec: {hard: {cpu: '1'}}}, observed: {}},
  {
    kind: 'Secret',
    when: 'type differs',
    desired: {type: 'Opaque'},
    observed: {type: 'kubernetes.io/tls'},
    field: 'type',
  },
  {kind: 'Secret', when: 'Opaque is not written', desired: {}, observed: {type: 'Opaque'}},
  {kind: 'Secret', when: 'data differs', desired: DATA, observed: {}},
  {
    kind: 'Secret',
    when: 'it was made immutable',
    desired: DATA,
    observed: {...DATA, immutable: true},
    field: 'immutable',
  },
  {
    kind: 'ConfigMap',
    when: 'it was made immutable',
    desired: DATA,
    observed: {...DATA, immutable: true},
    field: 'immutable',
  },
  {
    kind: 'ConfigMap',
    when: 'it is to become immutable',
    desired: {immutable: true},
    observed: {immutable: false},
  },
  {
    kind: 'ConfigMap',
    when: 'it is and stays immutable',
    desired: {...DATA, immutable: true},
    observed: {...DATA, immutable: true},
  },
  {
    kind: 'ConfigMap',
    when: 'its immutable data differs',
    desired: {...DATA, immutable: true},
    observed: {immutable: true},
    field: 'immutable',
  },
  {kind: 'ConfigMap', when: 'it has a type', desired: {type: 'a'}, observed: {type: 'b'}},
  {kind: 'NetworkPolicy', when: 'selector differs', desired: selector({a: 'b'}), observed: selector({})},
])('a $kind is replaced for $field when $when', ({kind, desired, observed, field}) => {
  const object = bare('any/v1', kind, 'x');
  expect(fieldToReplace({...object, ...desired}, {...object, ...observed})).toBe(field);
});
