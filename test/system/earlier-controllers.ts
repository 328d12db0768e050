import type {JsonObject, KubernetesObject} from '../../src/kubernetes/object.ts';
import {objectOf} from './client.ts';
import {
  AUTHORIZATION_POLICY,
  CONFIG_MAP,
  DEPLOYMENT,
  NAMESPACE,
  PROFILE,
  pathTo,
  RESOURCE_QUOTA,
  SECRET,
  SERVICE,
} from './objects.ts';
import type {Cluster} from './system.ts';
import {profileControllersObjects} from './tenants.ts';

const PIPELINES_CONTROLLER = 'kubeflow-pipelines-profile-controller';
const DECORATOR = {apiVersion: 'metacontroller.k8s.io/v1alpha1', kind: 'DecoratorController'};

/** What Kubeflow runs where we are not installed yet. Nothing serves these: their work is played below. */
export async function installEarlierControllers({objects}: Cluster): Promise<void> {
  await objects.applyAll([
    {
      ...DECORATOR,
      metadata: {name: PIPELINES_CONTROLLER},
      spec: {resources: [{apiVersion: 'v1', resource: 'namespaces'}]},
    },
    deployment(PIPELINES_CONTROLLER, ['profile-controller']),
    deployment('profiles-deployment', ['manager', 'kfam']),
  ] as unknown as KubernetesObject[]);
}

/** A tenant as profile-controller and Kubeflow's sync.py leave it. */
export async function createEarlierTenant(cluster: Cluster, name: string): Promise<KubernetesObject> {
  const profile = await cluster.objects.apply({
    ...PROFILE,
    metadata: {name, finalizers: ['profile-finalizer']},
    spec: {owner: {kind: 'User', name: `${name}@example.com`}, resourceQuotaSpec: {hard: {cpu: '8'}}},
  });
  const made = [...profileControllersObjects(profile), ...guards(profile)].map(withKubeflowsLabels);
  for (const object of made) await createAs(cluster, object, 'manager');
  await serveWithSync(cluster, name);
  return profile;
}

/** What sync.py gives a namespace, as Metacontroller's default strategy applies it: owned by the namespace. */
async function serveWithSync(cluster: Cluster, ns: string): Promise<void> {
  const {uid = ''} = (await cluster.objects.get(NAMESPACE, ns)).metadata;
  const ownerReferences = [{...NAMESPACE, name: ns, uid, controller: true, blockOwnerDeletion: true}];
  for (const object of pipelinesObjects(ns)) {
    const annotations = {
      ...object.metadata.annotations,
      'metacontroller.k8s.io/decorator-controller': PIPELINES_CONTROLLER,
      'metacontroller.k8s.io/last-applied-configuration': JSON.stringify(object),
    };
    const metadata = {...object.metadata, namespace: ns, annotations, ownerReferences};
    await createAs(cluster, {...object, metadata}, 'metacontroller');
  }
}

async function createAs({admin}: Cluster, object: KubernetesObject, manager: string): Promise<void> {
  const {namespace} = object.metadata;
  const path = `${pathTo(object, {namespace})}?fieldManager=${manager}`;
  const response = await admin.request('POST', path, object as JsonObject);
  if (response.status !== 201) throw new Error(`${response.status}: ${objectOf(response).message}`);
}

// Without the pss overlay Kubeflow asks for no Pod Security.
function withKubeflowsLabels(object: KubernetesObject): KubernetesObject {
  if (object.kind !== 'Namespace') return object;
  const {'pod-security.kubernetes.io/enforce': _, ...labels} = object.metadata.labels ?? {};
  const enabled = {'pipelines.kubeflow.org/enabled': 'true'};
  return {...object, metadata: {...object.metadata, labels: {...labels, ...enabled}}};
}

function guards({metadata: {name, uid = ''}, spec}: KubernetesObject): KubernetesObject[] {
  const owner = {...PROFILE, name, uid, controller: true, blockOwnerDeletion: true};
  const metadata = {namespace: name, ownerReferences: [owner]};
  const {owner: user, resourceQuotaSpec} = spec as {owner: {name: string}; resourceQuotaSpec: JsonObject};
  return [
    {...RESOURCE_QUOTA, metadata: {...metadata, name: 'kf-resource-quota'}, spec: resourceQuotaSpec},
    {
      ...AUTHORIZATION_POLICY,
      metadata: {
        ...metadata,
        name: 'ns-owner-access-istio',
        annotations: {user: user.name, role: 'admin'},
      },
      spec: {rules: [{when: [{key: 'source.namespace', values: [name]}]}]},
    },
  ] as unknown as KubernetesObject[];
}

function pipelinesObjects(ns: string): KubernetesObject[] {
  const server = deployment('ml-pipeline-ui-artifact', ['ml-pipeline-ui-artifact']);
  const text = (value: string) => Buffer.from(value).toString('base64');
  return [
    configMap('kfp-launcher', {
      defaultPipelineRoot: `minio://mlpipeline/private-artifacts/${ns}/v2/artifacts`,
    }),
    configMap('metadata-grpc-configmap', {METADATA_GRPC_SERVICE_PORT: '8080'}),
    configMap('artifact-repositories', {'default-namespaced': '{"archiveLogs": true}'}),
    {
      ...SECRET,
      metadata: {name: 'mlpipeline-minio-artifact'},
      data: {accesskey: text(`OLD${ns}`), secretkey: text('old-secret')},
    },
    {...server, metadata: {name: 'ml-pipeline-ui-artifact', labels: {app: 'ml-pipeline-ui-artifact'}}},
    {
      ...SERVICE,
      metadata: {name: 'ml-pipeline-ui-artifact', labels: {app: 'ml-pipeline-ui-artifact'}},
      spec: {
        ports: [{name: 'http', port: 80, protocol: 'TCP', targetPort: 3000}],
        selector: {app: 'ml-pipeline-ui-artifact'},
      },
    },
  ] as unknown as KubernetesObject[];
}

function configMap(name: string, data: JsonObject): KubernetesObject {
  return {...CONFIG_MAP, metadata: {name}, data} as unknown as KubernetesObject;
}

function deployment(name: string, containers: readonly string[]): KubernetesObject {
  const labels = {app: name};
  return {
    ...DEPLOYMENT,
    metadata: {name, namespace: 'kubeflow'},
    spec: {
      // Nothing runs a pod here, so a rollout of some would never end.
      replicas: name === 'ml-pipeline-ui-artifact' ? 1 : 0,
      selector: {matchLabels: labels},
      template: {
        metadata: {labels},
        spec: {
          serviceAccountName: 'default-editor',
          containers: containers.map(container => ({
            name: container,
            image: 'example.com/old:1',
            imagePullPolicy: 'IfNotPresent',
            env: [{name: 'OF_THE_OLD_ONE', value: 'yes'}],
          })),
        },
      },
    },
  } as unknown as KubernetesObject;
}
