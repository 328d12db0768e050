import type {Json, JsonObject, KubernetesObject} from '../../src/kubernetes/object.ts';
import {resourceOf} from '../../src/kubernetes/resource.ts';
import {type Client, objectOf, pathOf, type Response} from './client.ts';

/** Objects of a cluster, for whoever may do everything. Each throws for a refusal. */
export interface Objects {
  readonly apply: (object: JsonObject) => Promise<KubernetesObject>;
  readonly create: (object: KubernetesObject) => Promise<KubernetesObject>;
  readonly applyAll: (objects: readonly KubernetesObject[]) => Promise<void>;
  readonly find: (kind: Kind, name: string, namespace?: string) => Promise<KubernetesObject | undefined>;
  readonly get: (kind: Kind, name: string, namespace?: string) => Promise<KubernetesObject>;
  readonly list: (kind: Kind, namespace?: string) => Promise<KubernetesObject[]>;
  /** A JSON merge patch, as `kubectl patch --type=merge` sends it. */
  readonly merge: (
    object: KubernetesObject,
    patch: JsonObject,
    manager?: string,
  ) => Promise<KubernetesObject>;
  /** A JSON patch. */
  readonly patch: (
    object: KubernetesObject,
    operations: Json[],
    manager?: string,
  ) => Promise<KubernetesObject>;
  /** A strategic merge patch, as `kubectl patch` and `kubectl rollout restart` send it. */
  readonly strategic: (object: KubernetesObject, patch: JsonObject) => Promise<KubernetesObject>;
  /** As `kubectl scale`. */
  readonly scale: (object: KubernetesObject, replicas: number) => Promise<KubernetesObject>;
  readonly remove: (object: KubernetesObject) => Promise<void>;
}

export interface Kind {
  readonly apiVersion: string;
  readonly kind: string;
}

const RBAC = 'rbac.authorization.k8s.io/v1';
export const PROFILE = {apiVersion: 'kubeflow.org/v1', kind: 'Profile'};
export const NAMESPACE = {apiVersion: 'v1', kind: 'Namespace'};
export const CONFIG_MAP = {apiVersion: 'v1', kind: 'ConfigMap'};
export const SECRET = {apiVersion: 'v1', kind: 'Secret'};
export const EVENT = {apiVersion: 'v1', kind: 'Event'};
export const POD = {apiVersion: 'v1', kind: 'Pod'};
export const SERVICE = {apiVersion: 'v1', kind: 'Service'};
export const SERVICE_ACCOUNT = {apiVersion: 'v1', kind: 'ServiceAccount'};
export const VOLUME_CLAIM = {apiVersion: 'v1', kind: 'PersistentVolumeClaim'};
export const RESOURCE_QUOTA = {apiVersion: 'v1', kind: 'ResourceQuota'};
export const DEPLOYMENT = {apiVersion: 'apps/v1', kind: 'Deployment'};
export const CLUSTER_ROLE = {apiVersion: RBAC, kind: 'ClusterRole'};
export const CLUSTER_ROLE_BINDING = {apiVersion: RBAC, kind: 'ClusterRoleBinding'};
export const ROLE = {apiVersion: RBAC, kind: 'Role'};
export const ROLE_BINDING = {apiVersion: RBAC, kind: 'RoleBinding'};
export const NETWORK_POLICY = {apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy'};
const ADMISSION = 'admissionregistration.k8s.io/v1';
export const VALIDATING_POLICY = {apiVersion: ADMISSION, kind: 'ValidatingAdmissionPolicy'};
export const MUTATING_POLICY = {apiVersion: ADMISSION, kind: 'MutatingAdmissionPolicy'};
export const MUTATING_POLICY_BINDING = {apiVersion: ADMISSION, kind: 'MutatingAdmissionPolicyBinding'};

export const AUTHORIZATION_POLICY = {apiVersion: 'security.istio.io/v1', kind: 'AuthorizationPolicy'};
export const WORKFLOW = {apiVersion: 'argoproj.io/v1alpha1', kind: 'Workflow'};
export const PIPELINE = {apiVersion: 'pipelines.kubeflow.org/v2beta1', kind: 'Pipeline'};

/** Kinds that no template renders. */
const OTHERS: {readonly [kind: string]: string} = {
  'Profile.kubeflow.org/v1': 'profiles',
  'Event.v1': 'events',
  'Pod.v1': 'pods',
  'PodTemplate.v1': 'podtemplates',
  'ReplicationController.v1': 'replicationcontrollers',
  'Endpoints.v1': 'endpoints',
  'EndpointSlice.discovery.k8s.io/v1': 'endpointslices',
  'DaemonSet.apps/v1': 'daemonsets',
  'ReplicaSet.apps/v1': 'replicasets',
  'StatefulSet.apps/v1': 'statefulsets',
  'CronJob.batch/v1': 'cronjobs',
  'Job.batch/v1': 'jobs',
  'HorizontalPodAutoscaler.autoscaling/v2': 'horizontalpodautoscalers',
  'Ingress.networking.k8s.io/v1': 'ingresses',
  'Workflow.argoproj.io/v1alpha1': 'workflows',
  'Pipeline.pipelines.kubeflow.org/v2beta1': 'pipelines',
  'ClusterRole.rbac.authorization.k8s.io/v1': 'clusterroles',
  'ClusterRoleBinding.rbac.authorization.k8s.io/v1': 'clusterrolebindings',
  'CustomResourceDefinition.apiextensions.k8s.io/v1': 'customresourcedefinitions',
  'CompositeController.metacontroller.k8s.io/v1alpha1': 'compositecontrollers',
  'DecoratorController.metacontroller.k8s.io/v1alpha1': 'decoratorcontrollers',
  'ValidatingAdmissionPolicy.admissionregistration.k8s.io/v1': 'validatingadmissionpolicies',
  'ValidatingAdmissionPolicyBinding.admissionregistration.k8s.io/v1': 'validatingadmissionpolicybindings',
  'MutatingAdmissionPolicy.admissionregistration.k8s.io/v1': 'mutatingadmissionpolicies',
  'MutatingAdmissionPolicyBinding.admissionregistration.k8s.io/v1': 'mutatingadmissionpolicybindings',
};

export function objectsIn(client: Client): Objects {
  const objects: Objects = {
    apply: async object => {
      const path = `${pathTo(object as unknown as KubernetesObject)}?fieldManager=admin&force=true&fieldValidation=Strict`;
      return accepted(await client.request('PATCH', path, object, 'application/apply-patch+yaml'));
    },
    create: async object => {
      const {namespace} = object.metadata;
      return accepted(await client.request('POST', pathTo(object, {namespace}), object as JsonObject));
    },
    applyAll: async all => {
      for (const object of all) await objects.apply(object as JsonObject);
    },
    find: async (kind, name, namespace) => {
      const response = await client.request('GET', pathTo(kind, {name, namespace}));
      return response.status === 404 ? undefined : accepted(response);
    },
    get: async (kind, name, namespace) =>
      accepted(await client.request('GET', pathTo(kind, {name, namespace}))),
    list: async (kind, namespace) => {
      const list = accepted(await client.request('GET', pathTo(kind, {namespace})));
      return (list.items as unknown as KubernetesObject[]).map(item => ({...item, ...kind}));
    },
    merge: async (object, patch, manager = 'editor') => {
      const path = `${pathTo(object)}?fieldManager=${manager}`;
      return accepted(await client.request('PATCH', path, patch, 'application/merge-patch+json'));
    },
    patch: async (object, operations, manager = 'editor') => {
      const path = `${pathTo(object)}?fieldManager=${manager}`;
      return accepted(await client.request('PATCH', path, operations, 'application/json-patch+json'));
    },
    strategic: async (object, patch) => {
      const path = `${pathTo(object)}?fieldManager=editor`;
      return accepted(await client.request('PATCH', path, patch, 'application/strategic-merge-patch+json'));
    },
    scale: async (object, replicas) => {
      const path = `${pathTo(object)}/scale?fieldManager=editor`;
      return accepted(
        await client.request('PATCH', path, {spec: {replicas}}, 'application/merge-patch+json'),
      );
    },
    remove: async object => {
      accepted(await client.request('DELETE', pathTo(object)));
    },
  };
  return objects;
}

/** The path of an object, or of a kind. */
export function pathTo(
  object: Kind & {metadata?: KubernetesObject['metadata']},
  target: {namespace?: string | undefined; name?: string | undefined} = object.metadata ?? {},
): string {
  const resource = resourceOf(object, OTHERS)?.resource;
  if (!resource) throw new Error(`no resource is known for ${object.kind} of ${object.apiVersion}`);
  return pathOf(object.apiVersion, resource, target);
}

function accepted(response: Response): KubernetesObject {
  if (response.status < 300) return objectOf(response);
  throw new Error(`${response.status}: ${response.body.message}`);
}
