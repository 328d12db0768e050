import {describe, expect, test} from 'vitest';
import type {JsonObject} from '../../src/kubernetes/object.ts';
import {type Case, find, names, renderDefaults} from './defaults.ts';

const NAME = 'ml-pipeline-ui-artifact';
const LABELS = {app: NAME};

interface PodTemplate {
  metadata: {labels: JsonObject; annotations: JsonObject};
  spec: JsonObject & {containers: [Container]};
}
type Container = JsonObject & {env: {name: string; value?: string; valueFrom?: JsonObject}[]};

describe("the artifact server's Deployment", () => {
  const secretKey = (key: string) => ({secretKeyRef: {name: 'mlpipeline-minio-artifact', key}});

  test('has exactly this environment', () => {
    expect(environment()).toEqual({
      MINIO_ACCESS_KEY: secretKey('accesskey'),
      MINIO_SECRET_KEY: secretKey('secretkey'),
      MINIO_HOST: 'seaweedfs',
      MINIO_NAMESPACE: 'kubeflow.svc.cluster.local',
      MINIO_PORT: '8333',
      MINIO_SSL: 'false',
      TENSORBOARD_PROXY_SIGNING_SECRET: {fieldRef: {fieldPath: 'metadata.uid'}},
      FRONTEND_SERVER_NAMESPACE: 'alice',
      CLUSTER_DOMAIN: '.svc.cluster.local',
      ML_PIPELINE_SERVICE_HOST: 'ml-pipeline.kubeflow.svc.cluster.local',
      ML_PIPELINE_SERVICE_PORT: '8888',
      NODE_ENV: 'production',
    });
  });

  test("takes the store, the domain and Kubeflow's namespace from the values", () => {
    const values = {
      clusterDomain: 'example.internal',
      namespaces: {kubeflow: 'kubeflow-system'},
      store: {host: 's3.eu.example.com', port: 443, ssl: true},
    };
    expect(environment({values})).toMatchObject({
      MINIO_HOST: 's3',
      MINIO_NAMESPACE: 'eu.example.com',
      MINIO_PORT: '443',
      MINIO_SSL: 'true',
      CLUSTER_DOMAIN: '.svc.example.internal',
      ML_PIPELINE_SERVICE_HOST: 'ml-pipeline.kubeflow-system.svc.example.internal',
    });
  });

  test('meets Pod Security restricted, with a read-only root and an own uid: the image names none', () => {
    const {spec} = pod();
    const [container] = spec.containers;
    expect(spec.securityContext).toEqual({
      runAsNonRoot: true,
      runAsUser: 65532,
      runAsGroup: 65532,
      seccompProfile: {type: 'RuntimeDefault'},
    });
    expect(container.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: {drop: ['ALL']},
    });
    for (const field of ['hostNetwork', 'hostPID', 'hostIPC', 'volumes', 'initContainers']) {
      expect(spec).not.toHaveProperty(field);
    }
  });

  test('has the measured sizes, and limits, without which a quota would refuse it', () => {
    expect(pod().spec.containers[0].resources).toEqual({
      requests: {cpu: '10m', memory: '160Mi'},
      limits: {cpu: '100m', memory: '500Mi'},
    });
  });

  test.each([
    {probe: 'startupProbe', timing: {periodSeconds: 2, failureThreshold: 30}},
    {probe: 'readinessProbe', timing: {periodSeconds: 10}},
    {probe: 'livenessProbe', timing: {periodSeconds: 30, timeoutSeconds: 5}},
  ])('has a $probe that calls nothing outside the pod', ({probe, timing}) => {
    const httpGet = {path: '/visualizations/allowed', port: 3000};
    expect(pod().spec.containers[0][probe]).toEqual({httpGet, ...timing});
  });

  test('is no longer lived nor better informed than need be', () => {
    expect(pod().spec).toMatchObject({enableServiceLinks: false, terminationGracePeriodSeconds: 5});
  });

  test('is labelled and selected by exactly app, and its Service with it', () => {
    const objects = renderDefaults();
    const deployment = find(objects, 'Deployment', NAME);
    expect(deployment.metadata.labels).toEqual(LABELS);
    expect(deployment.spec).toMatchObject({selector: {matchLabels: LABELS}});
    expect(pod().metadata.labels).toEqual(LABELS);
    const service = find(objects, 'Service', NAME);
    expect(service.metadata.labels).toEqual(LABELS);
    expect(service.spec).toEqual({
      selector: LABELS,
      ports: [{name: 'http', port: 80, protocol: 'TCP', targetPort: 3000}],
    });
  });

  test('rolls with every generation of the key', () => {
    expect(pod({credentials: {generation: 7}}).metadata.annotations).toEqual({
      'credentials.profile-sync.kubeflow.org/generation': '7',
    });
  });

  test('leaves the number of replicas to whoever scales it', () => {
    expect(find(renderDefaults(), 'Deployment', NAME).spec).not.toHaveProperty('replicas');
  });

  test('runs the image of the values', () => {
    const values = {artifactServer: {image: 'registry.example.com/kfp-frontend:2.17.1'}};
    expect(pod({values}).spec.containers[0].image).toBe('registry.example.com/kfp-frontend:2.17.1');
  });
});

describe("the artifact server's token", () => {
  const TOKEN_OBJECTS = [
    `AuthorizationPolicy ${NAME}`,
    `NetworkPolicy ${NAME}-egress`,
    `Role ${NAME}`,
    `RoleBinding ${NAME}`,
  ];
  const off = {values: {artifactServer: {token: false}}};

  test("is its own ServiceAccount's, never default-editor's", () => {
    expect(pod().spec).toMatchObject({serviceAccountName: NAME, automountServiceAccountToken: true});
    expect(find(renderDefaults(), 'ServiceAccount', NAME).automountServiceAccountToken).toBe(false);
  });

  test('is gone with everything made for it once the value says so', () => {
    expect(pod(off).spec).toMatchObject({serviceAccountName: NAME, automountServiceAccountToken: false});
    const gone = names(renderDefaults()).filter(name => !names(renderDefaults(off)).includes(name));
    expect(gone.sort()).toEqual(TOKEN_OBJECTS);
  });
});

describe('the artifact server', () => {
  const OWN = [
    `AuthorizationPolicy ${NAME}`,
    `Deployment ${NAME}`,
    `Role ${NAME}`,
    `RoleBinding ${NAME}`,
    `Service ${NAME}`,
    `ServiceAccount ${NAME}`,
  ];

  test.each<{when: string; wanted: Case}>([
    {when: 'the value turns it off', wanted: {values: {artifactServer: {enabled: false}}}},
    {
      when: "there is no key, for it would take the store's admin key",
      wanted: {credentials: {mode: 'cloud'}},
    },
  ])('is gone with all that is its own when $when', ({wanted}) => {
    const left = names(renderDefaults(wanted));
    expect(OWN.filter(name => left.includes(name))).toEqual([]);
  });

  test('pulls its image with the Secrets of the values', () => {
    const account = find(renderDefaults({values: {imagePullSecrets: ['registry']}}), 'ServiceAccount', NAME);
    expect(account.imagePullSecrets).toEqual([{name: 'registry'}]);
    expect(find(renderDefaults(), 'ServiceAccount', NAME)).not.toHaveProperty('imagePullSecrets');
  });
});

function pod(wanted: Case = {}): PodTemplate {
  const {spec} = find(renderDefaults(wanted), 'Deployment', NAME) as unknown as {
    spec: {template: PodTemplate};
  };
  return spec.template;
}

function environment(wanted: Case = {}): {[name: string]: unknown} {
  const {env} = pod(wanted).spec.containers[0];
  expect(new Set(env.map(({name}) => name)).size).toBe(env.length);
  return Object.fromEntries(env.map(({name, value, valueFrom}) => [name, value ?? valueFrom]));
}
