import type {JsonObject} from '../../../src/kubernetes/object.ts';
import {controllerReference} from '../../support/metacontroller/manage-children.ts';
import {CONFIG_MAP, NAMESPACE, PROFILE, ROLE_BINDING, WORKFLOW} from '../objects.ts';
import {
  type Attempt,
  apply,
  call,
  childOf,
  create,
  objectNamed,
  remove,
  update,
  withMetadata,
} from './attempt.ts';

/** What has to pass, and what neither a role nor a policy can tell from it. */
export const ALLOWED: readonly Attempt[] = [
  {
    what: "applies a child in its Profile's namespace",
    request: ({alice, mode}) => apply(childOf(alice, objectNamed(CONFIG_MAP, 'x', 'alice'), mode)),
  },
  {
    what: 'deletes a child',
    request: () => remove(objectNamed(CONFIG_MAP, 'kfp-launcher', 'alice')),
  },
  {
    what: "writes a Profile's conditions",
    request: ({alice}) => update({...alice, status: {conditions: []}}, '/status'),
  },
  {
    what: 'takes its own finalizer off a Profile',
    request: async ({get}) => {
      const profile = await get(PROFILE, 'alice');
      const finalizers = (profile.metadata.finalizers as string[]).filter(
        name => !name.startsWith('metacontroller.io/'),
      );
      return update(withMetadata(profile, {finalizers}));
    },
  },
  {
    what: 'adopts what carries its label',
    mode: 'standalone',
    request: async ({alice, get}) => {
      const object = await get(CONFIG_MAP, 'labelled', 'kube-system');
      return update(withMetadata(object, {ownerReferences: [controllerReference(alice)]}));
    },
  },
  {
    what: "deletes a living tenant's namespace",
    mode: 'standalone',
    request: () => remove(objectNamed(NAMESPACE, 'alice')),
  },
  {
    what: "takes over a ConfigMap of a tenant's that nobody controls",
    request: ({alice, mode}) => apply(childOf(alice, objectNamed(CONFIG_MAP, 'own', 'alice'), mode)),
  },
  {
    what: "binds a Role of the templates to anybody, in a tenant's namespace",
    request: ({alice, mode}) =>
      apply(childOf(alice, objectNamed(ROLE_BINDING, 'other', 'alice', toMallory()), mode)),
  },
  {
    what: 'puts a child of a Profile with a made-up uid into its namespace',
    mode: 'companion',
    request: ({alice, mode}) =>
      apply(childOf(withMetadata(alice, {uid: 'made-up'}), objectNamed(CONFIG_MAP, 'x', 'alice'), mode)),
  },
  {what: 'reads the ConfigMaps of the whole cluster', request: () => call('GET', 'v1', 'configmaps')},
  {what: 'reads the Workflows of all tenants', request: () => call('GET', WORKFLOW.apiVersion, 'workflows')},
  {
    what: 'writes an Event anywhere',
    request: () => create(objectNamed({apiVersion: 'v1', kind: 'Event'}, 'x', 'kube-system', event())),
  },
];

function toMallory(): JsonObject {
  return {
    roleRef: {apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'kubeflow-view'},
    subjects: [{apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'mallory@example.com'}],
  };
}

function event(): JsonObject {
  return {
    involvedObject: {kind: 'ConfigMap', namespace: 'kube-system', name: 'x'},
    reason: 'x',
    message: 'x',
  };
}
