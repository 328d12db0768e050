import {
  isJsonObject,
  type Json,
  type JsonObject,
  type KubernetesObject,
} from '../../src/kubernetes/object.ts';

const TIME = '2026-11-22T17:53:44Z';

/** Lists whose items server-side apply tracks one by one, and by which fields. */
const KEYS: {readonly [list: string]: readonly string[]} = {
  containers: ['name'],
  env: ['name'],
  volumes: ['name'],
  volumeMounts: ['mountPath'],
  ports: ['containerPort', 'port', 'protocol'],
};

/** Maps that it tracks as a whole. */
const ATOMIC = ['selector', 'podSelector', 'secretKeyRef'];

/** What the API server and its controllers add to an object that was applied. */
const ADDED: {readonly [kind: string]: {spec?: JsonObject; status?: JsonObject}} = {
  Namespace: {spec: {finalizers: ['kubernetes']}, status: {phase: 'Active'}},
  Service: {
    spec: {
      clusterIP: '10.0.0.17',
      clusterIPs: ['10.0.0.17'],
      internalTrafficPolicy: 'Cluster',
      ipFamilies: ['IPv4'],
      ipFamilyPolicy: 'SingleStack',
      sessionAffinity: 'None',
      type: 'ClusterIP',
    },
    status: {loadBalancer: {}},
  },
  Deployment: {
    spec: {progressDeadlineSeconds: 600, revisionHistoryLimit: 10},
    status: {availableReplicas: 1, observedGeneration: 1, readyReplicas: 1, replicas: 1, updatedReplicas: 1},
  },
};

/** A child as Metacontroller shows it once it has applied it for this Profile. */
export function observe(child: KubernetesObject, profile: KubernetesObject, index: number): KubernetesObject {
  const {spec, status} = ADDED[child.kind] ?? {};
  const controllerUid = {'controller-uid': profile.metadata.uid as string};
  return {
    ...child,
    metadata: {
      ...child.metadata,
      creationTimestamp: TIME,
      labels: {...child.metadata.labels, ...controllerUid},
      managedFields: managedFields(child, profile, status),
      ownerReferences: [
        {
          apiVersion: profile.apiVersion,
          blockOwnerDeletion: true,
          controller: true,
          kind: profile.kind,
          name: profile.metadata.name,
          uid: profile.metadata.uid as string,
        },
      ],
      resourceVersion: String(1000 + index),
      uid: `0b50df99-65ac-4056-a52b-${String(index).padStart(12, '0')}`,
    },
    ...(spec && {spec: {...(child.spec as JsonObject | undefined), ...spec}}),
    ...(status && {status}),
  };
}

function managedFields(child: KubernetesObject, profile: KubernetesObject, status?: JsonObject): Json {
  const {apiVersion, kind: _, metadata, ...content} = child;
  const {labels = {}, annotations} = metadata;
  const fields = fieldsOf({
    metadata: {labels: {...labels, 'controller-uid': ''}, ...(annotations && {annotations})},
    ...(content as JsonObject),
  });
  const owners = {[`k:${JSON.stringify({uid: profile.metadata.uid})}`]: {}};
  Object.assign(fields['f:metadata'] as JsonObject, {'f:ownerReferences': owners});
  const common = {apiVersion, fieldsType: 'FieldsV1', time: TIME};
  const ours = {...common, fieldsV1: fields, manager: 'metacontroller', operation: 'Apply'};
  if (!status) return [ours];
  const manager = {manager: 'kube-controller-manager', operation: 'Update', subresource: 'status'};
  return [ours, {...common, fieldsV1: fieldsOf({status}), ...manager}];
}

function fieldsOf(map: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(map).map(([name, value]) => [`f:${name}`, fieldOf(name, value)]));
}

function fieldOf(name: string, value: Json): JsonObject {
  if (ATOMIC.includes(name)) return {};
  if (isJsonObject(value)) return fieldsOf(value);
  const keys = KEYS[name];
  if (!Array.isArray(value) || !keys) return {};
  return Object.fromEntries(
    value.filter(isJsonObject).map(item => [keyOf(item, keys), {'.': {}, ...fieldsOf(item)}]),
  );
}

function keyOf(item: JsonObject, keys: readonly string[]): string {
  const present = keys.filter(key => Object.hasOwn(item, key));
  return `k:${JSON.stringify(Object.fromEntries(present.map(key => [key, item[key]])))}`;
}
