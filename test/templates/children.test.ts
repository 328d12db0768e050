import {load} from 'js-yaml';
import {describe, expect, test} from 'vitest';
import type {JsonObject} from '../../src/kubernetes/object.ts';
import {type Case, EVERYTHING, find, names, renderDefaults} from './defaults.ts';

const PIPELINES = [
  'AuthorizationPolicy ml-pipeline-ui-artifact',
  'ConfigMap artifact-repositories',
  'ConfigMap kfp-launcher',
  'ConfigMap metadata-grpc-configmap',
  'Deployment ml-pipeline-ui-artifact',
  'NetworkPolicy ml-pipeline-ui-artifact',
  'NetworkPolicy ml-pipeline-ui-artifact-egress',
  'NetworkPolicy profile-ingress',
  'Role kubeflow-edit',
  'Role kubeflow-view',
  'Role ml-pipeline-ui-artifact',
  'RoleBinding ml-pipeline-ui-artifact',
  'RoleBinding pipelines-default-editor',
  'RoleBinding pipelines-default-viewer',
  'RoleBinding pipelines-owner',
  'Secret mlpipeline-minio-artifact',
  'Service ml-pipeline-ui-artifact',
  'ServiceAccount ml-pipeline-ui-artifact',
];

const NAMESPACE = [
  'AuthorizationPolicy ns-owner-access-istio',
  'Namespace alice',
  'RoleBinding default-editor',
  'RoleBinding default-viewer',
  'RoleBinding namespaceAdmin',
  'ServiceAccount default-editor',
  'ServiceAccount default-viewer',
];

const QUOTA = {resourceQuotaSpec: {hard: {cpu: '4'}}};

describe('default children', () => {
  test.each<{when: string; wanted: Case; expected: string[]}>([
    {when: 'beside profile-controller', wanted: {}, expected: PIPELINES},
    {when: 'standalone', wanted: {mode: 'standalone'}, expected: [...PIPELINES, ...NAMESPACE]},
    {
      when: 'standalone with a quota',
      wanted: {mode: 'standalone', spec: QUOTA},
      expected: [...PIPELINES, ...NAMESPACE, 'ResourceQuota kf-resource-quota'],
    },
    {
      when: 'with everything optional',
      wanted: {values: EVERYTHING},
      expected: [
        ...PIPELINES,
        'LimitRange profile-defaults',
        'NetworkPolicy profile-egress',
        'NetworkPolicy profile-egress-cidrs',
        'PodDefault access-ml-pipeline',
      ],
    },
    {
      when: 'without Istio',
      wanted: {mode: 'standalone', values: {istio: {enabled: false}}},
      expected: [...PIPELINES, ...NAMESPACE].filter(name => !name.startsWith('AuthorizationPolicy')),
    },
  ])('$when are exactly these', ({wanted, expected}) => {
    expect(names(renderDefaults(wanted)).sort()).toEqual([...expected].sort());
  });

  test('carry no steering annotation', () => {
    const objects = renderDefaults({mode: 'standalone', values: EVERYTHING, spec: QUOTA});
    const annotations = objects.flatMap(({metadata}) => Object.keys(metadata.annotations ?? {}));
    expect(annotations.filter(key => key.startsWith('profile-sync.kubeflow.org/'))).toEqual([]);
  });
});

describe('Secret mlpipeline-minio-artifact', () => {
  test("holds the tenant's key under Kubeflow's names", () => {
    const objects = renderDefaults({credentials: {accessKey: 'AK', secretKey: 'SK'}});
    const {type, data} = find(objects, 'Secret', 'mlpipeline-minio-artifact');
    expect({type, data}).toEqual({type: 'Opaque', data: {accesskey: 'QUs=', secretkey: 'U0s='}});
  });

  test('is left out where there is no key', () => {
    expect(names(renderDefaults({credentials: {mode: 'cloud'}}))).not.toContain(
      'Secret mlpipeline-minio-artifact',
    );
  });
});

describe('ConfigMap kfp-launcher', () => {
  test("has the root in the tenant's prefix, and leaves providers to users", () => {
    expect(dataOf('kfp-launcher')).toEqual({
      clusterDomain: '.svc.cluster.local',
      defaultPipelineRoot: 'minio://mlpipeline/private-artifacts/alice/v2/artifacts',
    });
  });

  test('names another store, which the launcher would not find by itself', () => {
    const values = {store: {host: 's3.example.com', port: 443, ssl: true, region: 'eu-west-1'}};
    expect(JSON.parse(dataOf('kfp-launcher', {values}).providers as string)).toEqual({
      minio: {
        default: {
          endpoint: 's3.example.com:443',
          region: 'eu-west-1',
          disableSSL: false,
          forcePathStyle: true,
          credentials: {
            fromEnv: false,
            secretRef: {
              secretName: 'mlpipeline-minio-artifact',
              accessKeyKey: 'accesskey',
              secretKeyKey: 'secretkey',
            },
          },
        },
      },
    });
  });
});

describe('ConfigMap kfp-launcher without a key', () => {
  const render = (provider: string) =>
    dataOf('kfp-launcher', {
      credentials: {mode: 'cloud'},
      values: {
        store: {host: 's3.eu-west-1.amazonaws.com', port: 443, ssl: true, region: 'eu-west-1'},
        credentials: {cloud: {provider}},
      },
    });

  test("takes the pod's identity for S3", () => {
    const {defaultPipelineRoot, providers} = render('s3');
    expect(defaultPipelineRoot).toBe('s3://mlpipeline/private-artifacts/alice/v2/artifacts');
    expect(JSON.parse(providers as string)).toEqual({
      s3: {
        default: {
          endpoint: 's3.eu-west-1.amazonaws.com:443',
          region: 'eu-west-1',
          disableSSL: false,
          credentials: {fromEnv: true},
        },
      },
    });
  });

  test("takes the pod's identity for Google Cloud Storage", () => {
    const {defaultPipelineRoot, providers} = render('gs');
    expect(defaultPipelineRoot).toBe('gs://mlpipeline/private-artifacts/alice/v2/artifacts');
    expect(JSON.parse(providers as string)).toEqual({gs: {default: {credentials: {fromEnv: true}}}});
  });
});

describe('ConfigMap artifact-repositories', () => {
  test('names its default repository to Argo', () => {
    expect(find(renderDefaults(), 'ConfigMap', 'artifact-repositories').metadata.annotations).toEqual({
      'workflows.argoproj.io/default-artifact-repository': 'default-namespaced',
    });
  });

  test("keeps Kubeflow's layout, within the tenant's prefix and with its key", () => {
    const day =
      '{{workflow.creationTimestamp.Y}}/{{workflow.creationTimestamp.m}}/{{workflow.creationTimestamp.d}}';
    expect(load(dataOf('artifact-repositories')['default-namespaced'] as string)).toEqual({
      archiveLogs: true,
      s3: {
        endpoint: 'seaweedfs.kubeflow.svc.cluster.local:8333',
        region: 'us-east-1',
        insecure: true,
        bucket: 'mlpipeline',
        keyFormat: `private-artifacts/alice/{{workflow.name}}/${day}/{{pod.name}}`,
        accessKeySecret: {name: 'mlpipeline-minio-artifact', key: 'accesskey'},
        secretKeySecret: {name: 'mlpipeline-minio-artifact', key: 'secretkey'},
      },
    });
  });
});

test("ConfigMap metadata-grpc-configmap names Kubeflow's MLMD", () => {
  expect(dataOf('metadata-grpc-configmap')).toEqual({
    METADATA_GRPC_SERVICE_HOST: 'metadata-grpc-service.kubeflow',
    METADATA_GRPC_SERVICE_PORT: '8080',
  });
});

describe('the Namespace', () => {
  const namespace = (values: JsonObject = {}) =>
    find(renderDefaults({mode: 'standalone', values}), 'Namespace', 'alice');

  test("has Kubeflow's labels and its owner", () => {
    expect(namespace().metadata).toEqual({
      name: 'alice',
      labels: {
        'app.kubernetes.io/part-of': 'kubeflow-profile',
        'istio-injection': 'enabled',
        'katib.kubeflow.org/metrics-collector-injection': 'enabled',
        'pipelines.kubeflow.org/enabled': 'true',
        'pod-security.kubernetes.io/enforce': 'baseline',
        'serving.kubeflow.org/inferenceservice': 'enabled',
      },
      annotations: {owner: 'alice@example.com'},
    });
  });

  test('asks for no sidecars without Istio', () => {
    expect(namespace({istio: {enabled: false}}).metadata.labels).not.toHaveProperty('istio-injection');
  });
});

describe('ServiceAccount default-editor', () => {
  const ROLE = 'arn:aws:iam::111122223333:role/tenant-alice';
  const ROBOT = 'alice@example.iam.gserviceaccount.com';
  const ANY_ROLE = {plugins: {rolePattern: '*<ns>*'}};

  test.each([
    {
      plugins: [{kind: 'AwsIamForServiceAccount', spec: {awsIamRole: ROLE}}],
      annotations: {'eks.amazonaws.com/role-arn': ROLE},
    },
    {
      plugins: [{kind: 'WorkloadIdentity', spec: {gcpServiceAccount: ROBOT}}],
      annotations: {'iam.gke.io/gcp-service-account': ROBOT},
    },
    {plugins: [{kind: 'Other', spec: {awsIamRole: ROLE}}], annotations: undefined},
    {plugins: [{kind: 'AwsIamForServiceAccount', spec: {}}], annotations: undefined},
    {plugins: [], annotations: undefined},
  ])('has the cloud role of the plugins $plugins', ({plugins, annotations}) => {
    const objects = renderDefaults({mode: 'standalone', values: ANY_ROLE, spec: {plugins}});
    expect(find(objects, 'ServiceAccount', 'default-editor').metadata.annotations).toEqual(annotations);
    expect(find(objects, 'ServiceAccount', 'default-viewer').metadata).not.toHaveProperty('annotations');
  });

  test.each([
    {
      what: "the values' role where tenants have no key",
      cloud: {awsRole: 'arn:aws:iam::111122223333:role/<ns>-of-<ns>'},
      annotations: {'eks.amazonaws.com/role-arn': 'arn:aws:iam::111122223333:role/alice-of-alice'},
    },
    {
      what: "the values' Google service account where tenants have no key",
      cloud: {gcpServiceAccount: 'tenant-<ns>@example.iam.gserviceaccount.com'},
      annotations: {'iam.gke.io/gcp-service-account': 'tenant-alice@example.iam.gserviceaccount.com'},
    },
    {
      what: 'no role of the values where tenants have a key',
      mode: 'existing',
      cloud: {awsRole: 'arn:aws:iam::111122223333:role/<ns>'},
      annotations: undefined,
    },
    {what: 'no role where the values have none', cloud: {}, annotations: undefined},
    {
      what: 'the role of the plugins before that of the values',
      cloud: {awsRole: 'arn:aws:iam::111122223333:role/<ns>'},
      plugins: [{kind: 'AwsIamForServiceAccount', spec: {awsIamRole: ROLE}}],
      annotations: {'eks.amazonaws.com/role-arn': ROLE},
    },
  ] as const)('has $what', ({cloud, annotations, ...rest}) => {
    const {mode = 'cloud', plugins = []} = {mode: undefined, plugins: undefined, ...rest};
    const objects = renderDefaults({
      mode: 'standalone',
      values: {...ANY_ROLE, credentials: {cloud}},
      credentials: {mode},
      spec: {plugins: [...plugins]},
    });
    expect(find(objects, 'ServiceAccount', 'default-editor').metadata.annotations).toEqual(annotations);
    expect(find(objects, 'ServiceAccount', 'default-viewer').metadata).not.toHaveProperty('annotations');
  });

  test.each(['default-editor', 'default-viewer'])('%s pulls images with the Secrets of the values', name => {
    const account = (values: JsonObject) =>
      find(renderDefaults({mode: 'standalone', values}), 'ServiceAccount', name);
    expect(account({imagePullSecrets: ['registry']}).imagePullSecrets).toEqual([{name: 'registry'}]);
    expect(account({})).not.toHaveProperty('imagePullSecrets');
  });
});

describe('ResourceQuota kf-resource-quota', () => {
  const quota = (resourceQuotaSpec: JsonObject) =>
    find(
      renderDefaults({mode: 'standalone', spec: {resourceQuotaSpec}}),
      'ResourceQuota',
      'kf-resource-quota',
    ).spec;

  test('leaves out what is empty: an empty scope selector is not the same as none', () => {
    expect(quota({hard: {cpu: 4, memory: '8Gi'}})).toEqual({hard: {cpu: '4', memory: '8Gi'}});
  });

  test("has the Profile's scopes", () => {
    const scopeSelector = {
      matchExpressions: [{scopeName: 'PriorityClass', operator: 'In', values: ['high']}],
    };
    const spec = {hard: {pods: '10'}, scopes: ['NotTerminating'], scopeSelector};
    expect(quota(spec)).toEqual(spec);
  });

  test('is left out for scopes without hard', () => {
    const objects = renderDefaults({
      mode: 'standalone',
      spec: {resourceQuotaSpec: {scopes: ['NotTerminating']}},
    });
    expect(names(objects)).not.toContain('ResourceQuota kf-resource-quota');
  });
});

describe('AuthorizationPolicy ns-owner-access-istio', () => {
  const policy = (values: JsonObject = {}) =>
    find(renderDefaults({mode: 'standalone', values}), 'AuthorizationPolicy', 'ns-owner-access-istio');

  test("is Kubeflow's, rule by rule", () => {
    expect(policy().metadata.annotations).toEqual({user: 'alice@example.com', role: 'admin'});
    expect(policy().spec).toEqual({
      action: 'ALLOW',
      rules: [
        {
          from: [
            {
              source: {
                principals: [
                  'cluster.local/ns/istio-system/sa/istio-ingressgateway-service-account',
                  'cluster.local/ns/kubeflow/sa/ml-pipeline-ui',
                ],
              },
            },
          ],
          when: [{key: 'request.headers[kubeflow-userid]', values: ['alice@example.com']}],
        },
        {when: [{key: 'source.namespace', values: ['alice']}]},
        {to: [{operation: {paths: ['/healthz', '/metrics', '/wait-for-drain']}}]},
        {
          from: [
            {source: {principals: ['cluster.local/ns/kubeflow/sa/notebook-controller-service-account']}},
          ],
          to: [{operation: {methods: ['GET'], paths: ['*/api/kernels']}}],
        },
      ],
    });
  });

  test('takes header, prefix and principals from the values', () => {
    const istio = {
      userIdHeader: 'x-goog-authenticated-user-email',
      userIdPrefix: 'accounts.google.com:',
      principals: {
        gateway: 'td/ns/gw/sa/gw',
        pipelinesUi: 'td/ns/kf/sa/ui',
        notebookController: 'td/ns/kf/sa/notebooks',
      },
    };
    expect(policy({istio}).spec).toMatchObject({
      rules: [
        {
          from: [{source: {principals: ['td/ns/gw/sa/gw', 'td/ns/kf/sa/ui']}}],
          when: [
            {
              key: 'request.headers[x-goog-authenticated-user-email]',
              values: ['accounts.google.com:alice@example.com'],
            },
          ],
        },
        {},
        {},
        {from: [{source: {principals: ['td/ns/kf/sa/notebooks']}}]},
      ],
    });
  });
});

test("AuthorizationPolicy ml-pipeline-ui-artifact denies everybody but KFP's UI, for policies that allow add up", () => {
  expect(find(renderDefaults(), 'AuthorizationPolicy', 'ml-pipeline-ui-artifact').spec).toEqual({
    selector: {matchLabels: {app: 'ml-pipeline-ui-artifact'}},
    action: 'DENY',
    rules: [{from: [{source: {notPrincipals: ['cluster.local/ns/kubeflow/sa/ml-pipeline-ui']}}]}],
  });
});

test('LimitRange profile-defaults gives containers what the values say', () => {
  const limitRange = {enabled: true, requests: {cpu: '50m'}, limits: {'nvidia.com/gpu': 1}};
  expect(find(renderDefaults({values: {limitRange}}), 'LimitRange', 'profile-defaults').spec).toEqual({
    limits: [
      {
        type: 'Container',
        defaultRequest: {cpu: '50m', memory: '128Mi'},
        default: {cpu: '1', memory: '1Gi', 'nvidia.com/gpu': '1'},
      },
    ],
  });
});

test("PodDefault access-ml-pipeline mounts a token for pipelines alone, where KFP's SDK looks", () => {
  const objects = renderDefaults({values: {podDefault: {enabled: true}}});
  expect(find(objects, 'PodDefault', 'access-ml-pipeline').spec).toEqual({
    desc: 'Allow access to Kubeflow Pipelines',
    selector: {matchLabels: {'access-ml-pipeline': 'true'}},
    env: [{name: 'KF_PIPELINES_SA_TOKEN_PATH', value: '/var/run/secrets/kubeflow/pipelines/token'}],
    volumes: [
      {
        name: 'volume-kf-pipeline-token',
        projected: {
          sources: [
            {
              serviceAccountToken: {
                audience: 'pipelines.kubeflow.org',
                expirationSeconds: 7200,
                path: 'token',
              },
            },
          ],
        },
      },
    ],
    volumeMounts: [
      {name: 'volume-kf-pipeline-token', mountPath: '/var/run/secrets/kubeflow/pipelines', readOnly: true},
    ],
  });
});

function dataOf(name: string, wanted: Case = {}): JsonObject {
  return find(renderDefaults(wanted), 'ConfigMap', name).data as JsonObject;
}
