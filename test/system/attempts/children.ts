import type {JsonObject, KubernetesObject, OwnerReference} from '../../../src/kubernetes/object.ts';
import {controllerReference} from '../../support/metacontroller/manage-children.ts';
import {pathOf} from '../client.ts';
import * as kinds from '../objects.ts';
import {CONFIG_MAP, NAMESPACE} from '../objects.ts';
import {
  type Attempt,
  apply,
  call,
  childOf,
  create,
  ELSEWHERE,
  objectNamed,
  remove,
  type Scene,
  update,
  withMetadata,
} from './attempt.ts';

const CHILDREN = [
  {kind: kinds.DEPLOYMENT, name: 'ml-pipeline-ui-artifact'},
  {kind: kinds.ROLE_BINDING, name: 'ml-pipeline-ui-artifact'},
  {kind: kinds.ROLE, name: 'kubeflow-view'},
  {kind: kinds.CONFIG_MAP, name: 'kfp-launcher'},
  {kind: kinds.SERVICE, name: 'ml-pipeline-ui-artifact'},
  {kind: kinds.SERVICE_ACCOUNT, name: 'ml-pipeline-ui-artifact'},
  {kind: kinds.NETWORK_POLICY, name: 'profile-ingress'},
  {kind: kinds.AUTHORIZATION_POLICY, name: 'ml-pipeline-ui-artifact'},
];

/** A child just as the hook answers it, but in another place or with another owner. */
export const CHILD_ATTEMPTS: readonly Attempt[] = [
  ...CHILDREN.flatMap(({kind, name}) =>
    ['kube-system', 'kubeflow', ELSEWHERE].map<Attempt>(namespace => ({
      what: `puts its ${kind.kind} into ${namespace}`,
      request: async scene => {
        const child = bare(await scene.get(kind, name, 'alice'), namespace);
        return apply(childOf(scene.alice, child, scene.mode));
      },
    })),
  ),
  ...['kube-system', ELSEWHERE].map<Attempt>(namespace => ({
    what: `puts a child of a made-up Profile ${namespace} into ${namespace}`,
    request: ({alice, mode}) =>
      apply(childOf(withMetadata(alice, {name: namespace}), objectNamed(CONFIG_MAP, 'x', namespace), mode)),
  })),
  {
    what: "puts another tenant's child into a tenant's namespace",
    request: ({bob, mode}) => apply(childOf(bob, objectNamed(CONFIG_MAP, 'x', 'alice'), mode)),
  },
  {
    what: 'puts a child of a Profile with a made-up uid into its namespace',
    mode: 'standalone',
    request: ({alice, mode}) =>
      apply(childOf(withMetadata(alice, {uid: 'made-up'}), objectNamed(CONFIG_MAP, 'x', 'alice'), mode)),
  },
  ...owners().map<Attempt>(({what, ownerReferences}) => ({
    what: `puts a child ${what} into a tenant's namespace`,
    request: ({alice, mode}) => {
      const child = childOf(alice, objectNamed(CONFIG_MAP, 'x', 'alice'), mode);
      return apply(withMetadata(child, {ownerReferences: ownerReferences(alice)}));
    },
  })),
  {
    what: "puts a child without Metacontroller's mark into a tenant's namespace",
    request: ({alice}) => {
      const child = objectNamed(CONFIG_MAP, 'x', 'alice');
      return apply(withMetadata(child, {ownerReferences: [controllerReference(alice)]}));
    },
  },
  {
    what: 'takes an object from somebody else who controls it',
    request: ({alice, mode}) => ({
      ...apply(childOf(alice, objectNamed(CONFIG_MAP, 'controlled', 'alice'), mode)),
      // Server-side apply would add to the owner references; this replaces them.
      path: `${pathOf('v1', 'configmaps', {namespace: 'alice', name: 'controlled'})}?dryRun=All`,
      contentType: 'application/merge-patch+json',
    }),
  },
  ...['own', 'controlled'].map<Attempt>(name => ({
    what: `deletes a ConfigMap of a tenant's: ${name}`,
    request: () => remove(objectNamed(CONFIG_MAP, name, 'alice')),
  })),
  {
    what: "deletes all of a tenant's ConfigMaps",
    request: () => call('DELETE', 'v1', 'configmaps', {namespace: 'alice'}),
  },
  ...['namespaceAdmin', 'default-editor'].map<Attempt>(name => ({
    what: `deletes profile-controller's RoleBinding ${name}`,
    mode: 'companion',
    request: () => remove(objectNamed(kinds.ROLE_BINDING, name, 'alice')),
  })),
  {
    what: "overwrites profile-controller's ServiceAccount default-editor",
    mode: 'companion',
    request: ({alice, mode}) =>
      apply(childOf(alice, objectNamed(kinds.SERVICE_ACCOUNT, 'default-editor', 'alice'), mode)),
  },
  {
    what: 'creates a namespace that may run privileged Pods',
    request: ({alice, mode}) => create(privileged({...alice, metadata: {name: 'carol', uid: 'a-uid'}}, mode)),
  },
  {
    what: "lets privileged Pods run in a tenant's namespace",
    request: ({alice, mode}) => apply(privileged(alice, mode)),
  },
];

/** What would pass for an adoption, or for letting go. */
export const ADOPTION_ATTEMPTS: readonly Attempt[] = [
  {what: 'adopts what does not carry its label', name: 'unlabelled', data: {}},
  {what: 'changes the content along with an adoption', name: 'labelled', data: {stolen: 'yes'}},
  {what: "takes somebody else's owner reference off", name: 'controlled', data: {}},
].map<Attempt>(({what, name, data}) => ({
  what,
  request: async ({alice, get}: Scene) => {
    const object = await get(CONFIG_MAP, name, name === 'controlled' ? 'alice' : 'kube-system');
    const ownerReferences = name === 'controlled' ? [] : [controllerReference(alice)];
    return update({...withMetadata(object, {ownerReferences}), data} as KubernetesObject);
  },
}));

function owners(): {what: string; ownerReferences: (alice: KubernetesObject) => OwnerReference[]}[] {
  return [
    {what: 'without an owner', ownerReferences: () => []},
    {
      what: 'that its Profile owns but does not control',
      ownerReferences: alice => [{...controllerReference(alice), controller: false}],
    },
    {
      what: 'of a Profile of another API group',
      ownerReferences: alice => [
        {...controllerReference(alice), apiVersion: 'example.com/v1', blockOwnerDeletion: false},
      ],
    },
  ];
}

function privileged(owner: KubernetesObject, mode: Scene['mode']): KubernetesObject {
  const {name} = owner.metadata;
  const labels = {
    'app.kubernetes.io/part-of': 'kubeflow-profile',
    'pod-security.kubernetes.io/enforce': 'privileged',
  };
  return childOf(owner, withMetadata(objectNamed(NAMESPACE, name), {labels}), mode);
}

/** An object as it could be applied, in another namespace. */
function bare(object: KubernetesObject, namespace: string): KubernetesObject {
  const {metadata, status: _status, ...content} = object;
  const {labels = {}, name} = metadata;
  if (object.kind === 'Service') content.spec = {ports: (object.spec as JsonObject).ports ?? []};
  return {...content, metadata: {name, namespace, labels}} as KubernetesObject;
}
