import {describe, expect, test} from 'vitest';
import type {Json, JsonObject, KubernetesObject} from '../../src/kubernetes/object.ts';
import {readCollaborators} from '../../src/profile/collaborators.ts';
import {bare, UID} from '../support/requests.ts';

const PROFILE = {name: 'alice', uid: UID, deleting: false};
const FRANK = {kind: 'User', name: 'frank@example.com'};

describe('collaborators', () => {
  test.each([
    {clusterRole: 'kubeflow-admin', role: 'admin'},
    {clusterRole: 'kubeflow-edit', role: 'edit'},
    {clusterRole: 'kubeflow-view', role: 'view'},
  ])('have the role of ClusterRole $clusterRole, whatever the annotations say', ({clusterRole, role}) => {
    const {collaborators} = read(binding({roleRef: {kind: 'ClusterRole', name: clusterRole}}));
    expect(collaborators).toEqual([{...FRANK, role}]);
  });

  test('are all Users among the subjects, each once a role, in an order of their own', () => {
    const subjects = [{kind: 'User', name: 'zoe'}, FRANK, FRANK];
    const viewer = binding({
      name: 'b',
      subjects: [FRANK],
      roleRef: {kind: 'ClusterRole', name: 'kubeflow-view'},
    });
    const expected = [
      {...FRANK, role: 'edit'},
      {kind: 'User', name: 'zoe', role: 'edit'},
      {...FRANK, role: 'view'},
    ];
    expect(read(binding({subjects}), viewer)).toEqual({collaborators: expected, skipped: []});
    expect(read(viewer, binding({subjects})).collaborators).toEqual(expected);
  });

  test.each<{what: string; item: KubernetesObject}>([
    {what: 'without the annotations', item: binding({annotations: {}})},
    {what: 'with one of the annotations', item: binding({annotations: {user: 'x'}})},
    {what: 'to another ClusterRole', item: binding({roleRef: {kind: 'ClusterRole', name: 'cluster-admin'}})},
    {
      what: 'to something that every object has',
      item: binding({roleRef: {kind: 'ClusterRole', name: 'constructor'}}),
    },
    {what: 'to a Role of that name', item: binding({roleRef: {kind: 'Role', name: 'kubeflow-edit'}})},
    {what: 'without roleRef', item: binding({roleRef: null})},
    {what: 'of the owner', item: binding({name: 'namespaceAdmin'})},
    {what: 'in another namespace', item: binding({namespace: 'bob'})},
    {what: 'without subjects', item: binding({subjects: null})},
    {what: 'with subjects that are no maps', item: binding({subjects: ['frank', null]})},
    {what: 'of ours', item: owned(UID)},
  ])('are not read from a binding $what', ({item}) => {
    expect(read(item)).toEqual({collaborators: [], skipped: []});
  });

  test('are read from a binding that somebody else controls', () => {
    expect(read(owned('other')).collaborators).toEqual([{...FRANK, role: 'edit'}]);
  });

  test.each<{what: string; subject: JsonObject; reason: string}>([
    {
      what: 'a Group',
      subject: {kind: 'Group', name: 'team'},
      reason: 'a subject of kind Group is not a collaborator',
    },
    {
      what: 'a ServiceAccount',
      subject: {kind: 'ServiceAccount', name: 'default-editor', namespace: 'bob'},
      reason: 'a subject of kind ServiceAccount is not a collaborator',
    },
    {
      what: 'an unknown kind',
      subject: {kind: 'evil\n', name: 'x'},
      reason: 'a subject of kind unknown is not a collaborator',
    },
    {what: 'a subject without name', subject: {kind: 'User'}, reason: 'a subject has no name'},
    {what: 'an empty name', subject: {kind: 'User', name: ''}, reason: 'a subject has no name'},
    {
      what: 'everybody',
      subject: {kind: 'User', name: 'system:authenticated'},
      reason: 'a subject is a system user',
    },
    {what: 'a star', subject: {kind: 'User', name: '*@example.com'}, reason: 'a subject has * in its name'},
    {
      what: 'control characters',
      subject: {kind: 'User', name: '../evil\nname'},
      reason: 'a subject has control characters in its name',
    },
    {
      what: 'an endless name',
      subject: {kind: 'User', name: 'x'.repeat(513)},
      reason: "a subject's name is longer than 512 characters",
    },
  ])('are without $what, and the others stay', ({subject, reason}) => {
    expect(read(binding({subjects: [subject, FRANK]}))).toEqual({
      collaborators: [{...FRANK, role: 'edit'}],
      skipped: [`RoleBinding user-frank: ${reason}`],
    });
  });

  test("a binding's own name is printable and short in what is said of it", () => {
    const name = `evil\nReady\u202e${'x'.repeat(240)}`;
    const {skipped} = read(binding({name, subjects: [{kind: 'Group', name: 'team'}]}));
    const shown = `evil?Ready?${'x'.repeat(52)}`;
    expect(skipped).toEqual([`RoleBinding ${shown}: a subject of kind Group is not a collaborator`]);
  });

  test('are no more than templates can take: a binding with too many does not stop the sync', () => {
    const subjects = Array.from({length: 1000}, (_, index) => ({kind: 'User', name: `user-${index}`}));
    const {collaborators, skipped} = read(binding({subjects}));
    expect(collaborators).toHaveLength(300);
    expect(skipped).toEqual(['700 collaborators: at most 300 are honoured']);
  });
});

function read(...bindings: KubernetesObject[]) {
  return readCollaborators(bindings, PROFILE);
}

interface Difference {
  readonly name?: string;
  readonly namespace?: string;
  readonly annotations?: {[key: string]: string};
  readonly roleRef?: Json;
  readonly subjects?: Json;
}

function binding(difference: Difference = {}): KubernetesObject {
  const {
    name = 'user-frank',
    namespace,
    annotations = {user: 'mallory', role: 'admin'},
    roleRef = {kind: 'ClusterRole', name: 'kubeflow-edit'},
    subjects = [FRANK],
  } = difference;
  const object = bare('rbac.authorization.k8s.io/v1', 'RoleBinding', name, namespace);
  return {...object, metadata: {...object.metadata, annotations}, roleRef, subjects};
}

function owned(uid: string): KubernetesObject {
  const object = binding();
  object.metadata.ownerReferences = [
    {apiVersion: 'kubeflow.org/v1', kind: 'Profile', name: 'alice', uid, controller: true},
  ];
  return object;
}
