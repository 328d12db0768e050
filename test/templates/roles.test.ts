import {describe, expect, test} from 'vitest';
import type {KubernetesObject} from '../../src/kubernetes/object.ts';
import {find, renderDefaults} from './defaults.ts';

const FULL = 'create delete deletecollection get list patch update watch';

const VIEW = {
  'kubeflow.org viewers': 'create delete get',
  'pipelines.kubeflow.org experiments': 'get list',
  'pipelines.kubeflow.org jobs': 'get list',
  'pipelines.kubeflow.org pipelines': 'get list',
  'pipelines.kubeflow.org pipelines/versions': 'get list',
  'pipelines.kubeflow.org pipelineversions': 'get list',
  'pipelines.kubeflow.org runs': 'get list readArtifact',
  'pipelines.kubeflow.org visualizations': 'create',
};

const EDIT = {
  'argoproj.io cronworkflows': FULL,
  'argoproj.io cronworkflows/finalizers': FULL,
  'argoproj.io workfloweventbindings': FULL,
  'argoproj.io workflows': FULL,
  'argoproj.io workflows/finalizers': FULL,
  'argoproj.io workflowtaskresults': FULL,
  'argoproj.io workflowtemplates': FULL,
  'kubeflow.org scheduledworkflows': FULL,
  'kubeflow.org viewers': 'create delete get',
  'pipelines.kubeflow.org experiments': 'archive create delete get list unarchive',
  'pipelines.kubeflow.org jobs': 'create delete disable enable get list',
  'pipelines.kubeflow.org pipelines': 'create delete get list update',
  'pipelines.kubeflow.org pipelines/versions': 'create delete get list update',
  'pipelines.kubeflow.org pipelineversions': 'create delete get list update',
  'pipelines.kubeflow.org runs':
    'archive create delete get list readArtifact reportMetrics retry terminate unarchive',
  'pipelines.kubeflow.org visualizations': 'create',
};

describe('default Roles', () => {
  const objects = renderDefaults();

  test.each([
    {name: 'kubeflow-view', grants: VIEW},
    {name: 'kubeflow-edit', grants: EDIT},
    {name: 'ml-pipeline-ui-artifact', grants: {' secrets mlpipeline-minio-artifact': 'get'}},
  ])('$name grants exactly what Kubeflow asks for, without wildcards', ({name, grants}) => {
    expect(grantsOf(find(objects, 'Role', name))).toEqual(grants);
  });

  test('are these alone: parts are not created', () => {
    const roles = objects.filter(({kind}) => kind === 'Role').map(({metadata}) => metadata.name);
    expect(roles).toEqual(['kubeflow-edit', 'kubeflow-view', 'ml-pipeline-ui-artifact']);
  });
});

const OWNER = {apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'alice@example.com'};
const serviceAccount = (name: string) => ({kind: 'ServiceAccount', name, namespace: 'alice'});

describe('default RoleBindings', () => {
  const objects = renderDefaults({mode: 'standalone'});

  test.each([
    {name: 'pipelines-owner', role: 'Role kubeflow-edit', subject: OWNER},
    {name: 'pipelines-default-editor', role: 'Role kubeflow-edit', subject: serviceAccount('default-editor')},
    {name: 'pipelines-default-viewer', role: 'Role kubeflow-view', subject: serviceAccount('default-viewer')},
    {
      name: 'ml-pipeline-ui-artifact',
      role: 'Role ml-pipeline-ui-artifact',
      subject: serviceAccount('ml-pipeline-ui-artifact'),
    },
    {name: 'namespaceAdmin', role: 'ClusterRole kubeflow-admin', subject: OWNER},
    {name: 'default-editor', role: 'ClusterRole kubeflow-edit', subject: serviceAccount('default-editor')},
    {name: 'default-viewer', role: 'ClusterRole kubeflow-view', subject: serviceAccount('default-viewer')},
  ])('$name binds $role to $subject.name alone', ({name, role, subject}) => {
    const {roleRef, subjects} = find(objects, 'RoleBinding', name);
    const [kind, roleName] = role.split(' ');
    expect(roleRef).toEqual({apiGroup: 'rbac.authorization.k8s.io', kind, name: roleName});
    expect(subjects).toEqual([subject]);
  });

  test("carry KFAM's annotations in namespaceAdmin alone: the dashboard counts each such binding as a collaborator", () => {
    const annotated = objects.filter(({kind, metadata}) => kind === 'RoleBinding' && metadata.annotations);
    expect(annotated.map(({metadata}) => [metadata.name, metadata.annotations])).toEqual([
      ['namespaceAdmin', {user: 'alice@example.com', role: 'admin'}],
    ]);
  });

  test.each([
    {kind: 'Group', subject: {apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: 'team'}},
    {kind: 'ServiceAccount', subject: {kind: 'ServiceAccount', name: 'team', namespace: 'robots'}},
  ])('name an owner of kind $kind as RBAC wants it', ({kind, subject}) => {
    const rendered = renderDefaults({
      mode: 'standalone',
      spec: {owner: {kind, name: 'team', namespace: 'robots'}},
    });
    for (const name of ['pipelines-owner', 'namespaceAdmin']) {
      expect(find(rendered, 'RoleBinding', name).subjects).toEqual([subject]);
    }
  });
});

describe('RoleBindings of collaborators', () => {
  const collaborators = [
    {kind: 'User', name: 'bob@example.com', role: 'admin'},
    {kind: 'User', name: 'bob@example.com', role: 'view'},
    {kind: 'User', name: 'Carol', role: 'edit'},
  ] as const;

  test('are off by default', () => {
    expect(bindingsOf(renderDefaults({collaborators}))).toEqual([]);
  });

  test('give editors and admins kubeflow-edit, viewers kubeflow-view, one binding for each role of a user', () => {
    const objects = renderDefaults({collaborators, values: {collaboratorBindings: true}});
    const bindings = bindingsOf(objects).map(({roleRef, subjects}) => {
      const [{kind, name}] = subjects as [{kind: string; name: string}];
      return `${kind} ${name}: ${(roleRef as {name: string}).name}`;
    });
    expect(bindings.sort()).toEqual([
      'User Carol: kubeflow-edit',
      'User bob@example.com: kubeflow-edit',
      'User bob@example.com: kubeflow-view',
    ]);
  });

  function bindingsOf(objects: readonly KubernetesObject[]): KubernetesObject[] {
    return objects.filter(
      ({kind, metadata}) => kind === 'RoleBinding' && /^pipelines-user-[0-9a-f]{20}$/.test(metadata.name),
    );
  }
});

/** `group resource` (and the names it is held to) to its verbs. */
function grantsOf({rules}: KubernetesObject): {[resource: string]: string} {
  const grants = new Map<string, Set<string>>();
  for (const {apiGroups, resources, resourceNames, verbs} of rules as unknown as {
    [field: string]: string[];
  }[]) {
    for (const group of apiGroups ?? []) {
      for (const resource of resources ?? []) {
        const key = [group, resource, ...(resourceNames ?? [])].join(' ');
        grants.set(key, new Set([...(grants.get(key) ?? []), ...(verbs ?? [])]));
      }
    }
  }
  return Object.fromEntries([...grants].map(([key, verbs]) => [key, [...verbs].sort().join(' ')]));
}
