import {describe, expect, test} from 'vitest';
import {admits, letsOut, type Peer} from '../support/network-policy.ts';
import {EVERYTHING, find, names, renderDefaults} from './defaults.ts';

const ARTIFACT_SERVER: Peer = {namespace: 'alice', labels: {app: 'ml-pipeline-ui-artifact'}};
const NOTEBOOK: Peer = {namespace: 'alice', labels: {app: 'my-notebook', 'notebook-name': 'my-notebook'}};
const UNLABELLED: Peer = {namespace: 'alice'};
const kubeflow = (app: string): Peer => ({namespace: 'kubeflow', labels: {app}});
const UI = kubeflow('ml-pipeline-ui');
const KATIB: Peer = {namespace: 'kubeflow', labels: {'katib.kubeflow.org/component': 'controller'}};

describe('ingress policies together', () => {
  const policies = renderDefaults();

  test.each<{who: string; from: Peer; tenantPod: boolean; artifactServer: boolean}>([
    {who: 'ml-pipeline-ui', from: UI, tenantPod: true, artifactServer: true},
    {
      who: 'the notebook controller',
      from: kubeflow('notebook-controller'),
      tenantPod: true,
      artifactServer: false,
    },
    {who: 'the Katib controller', from: KATIB, tenantPod: true, artifactServer: false},
    {who: 'the pipelines API server', from: kubeflow('ml-pipeline'), tenantPod: false, artifactServer: false},
    {
      who: 'a pod of kubeflow without labels',
      from: {namespace: 'kubeflow'},
      tenantPod: false,
      artifactServer: false,
    },
    {who: 'a pod of the same namespace', from: NOTEBOOK, tenantPod: true, artifactServer: false},
    {
      who: 'a pod of the same namespace that calls itself ml-pipeline-ui',
      from: {namespace: 'alice', labels: {app: 'ml-pipeline-ui'}},
      tenantPod: true,
      artifactServer: false,
    },
    {who: 'the artifact server', from: ARTIFACT_SERVER, tenantPod: true, artifactServer: false},
    {who: 'the ingress gateway', from: {namespace: 'istio-system'}, tenantPod: true, artifactServer: false},
    {who: 'Knative', from: {namespace: 'knative-serving'}, tenantPod: true, artifactServer: false},
    {who: 'another tenant', from: {namespace: 'mallory'}, tenantPod: false, artifactServer: false},
    {
      who: "another tenant's pod that calls itself ml-pipeline-ui",
      from: {namespace: 'mallory', labels: {app: 'ml-pipeline-ui'}},
      tenantPod: false,
      artifactServer: false,
    },
    {who: 'the hook', from: {namespace: 'profile-sync'}, tenantPod: false, artifactServer: false},
    {
      who: 'an address outside the cluster',
      from: {ip: '203.0.113.7'},
      tenantPod: false,
      artifactServer: false,
    },
  ])(
    "from $who: a tenant's pod $tenantPod, the artifact server $artifactServer",
    ({from, tenantPod, artifactServer}) => {
      expect(admits(policies, {from, to: NOTEBOOK, port: 8888})).toBe(tenantPod);
      expect(admits(policies, {from, to: UNLABELLED, port: 80})).toBe(tenantPod);
      expect(admits(policies, {from, to: ARTIFACT_SERVER, port: 3000})).toBe(artifactServer);
    },
  );

  test('admit nobody to another port of the artifact server', () => {
    expect(admits(policies, {from: UI, to: ARTIFACT_SERVER, port: 9229})).toBe(false);
  });

  test("take the names of the platform's namespaces from the values", () => {
    const moved = renderDefaults({
      values: {namespaces: {kubeflow: 'kubeflow-system', istio: 'mesh', knative: 'serverless'}},
    });
    const admitted = (namespace: string) =>
      admits(moved, {from: {namespace, labels: {app: 'ml-pipeline-ui'}}, to: NOTEBOOK, port: 8888});
    expect(['kubeflow-system', 'mesh', 'serverless'].map(admitted)).toEqual([true, true, true]);
    expect(['kubeflow', 'istio-system', 'knative-serving'].map(admitted)).toEqual([false, false, false]);
  });

  test('leave no pod open to everybody, whatever it is labelled and although the artifact server is off', () => {
    const off = renderDefaults({values: {artifactServer: {enabled: false}}});
    for (const to of [ARTIFACT_SERVER, NOTEBOOK, UNLABELLED]) {
      expect(admits(off, {from: {namespace: 'mallory'}, to, port: 3000})).toBe(false);
    }
  });
});

const STORE: Peer = {namespace: 'kubeflow', labels: {app: 'seaweedfs'}};
const DNS: Peer = {namespace: 'kube-system', labels: {'k8s-app': 'kube-dns'}};
const API_SERVER: Peer = {ip: '10.96.0.1'};
const ISTIOD: Peer = {namespace: 'istio-system', labels: {app: 'istiod'}};

interface Destination {
  readonly what: string;
  readonly to: Peer;
  readonly port: number;
  readonly protocol?: 'UDP';
  readonly allowed: boolean;
}

const ARTIFACT_SERVER_DESTINATIONS: Destination[] = [
  {what: 'the store', to: STORE, port: 8333, allowed: true},
  {what: "the store's IAM", to: STORE, port: 8111, allowed: false},
  {what: 'DNS over UDP', to: DNS, port: 53, protocol: 'UDP', allowed: true},
  {what: 'DNS over TCP', to: DNS, port: 53, allowed: true},
  {what: 'another port of kube-system', to: DNS, port: 9153, allowed: false},
  {what: "the API server's Service", to: API_SERVER, port: 443, allowed: true},
  {what: 'the API server itself', to: {ip: '192.168.1.10'}, port: 6443, allowed: true},
  {what: 'kubelets', to: {ip: '192.168.1.10'}, port: 10250, allowed: false},
  {what: 'the pipelines API server', to: kubeflow('ml-pipeline'), port: 8888, allowed: true},
  {what: 'its other ports', to: kubeflow('ml-pipeline'), port: 8887, allowed: false},
  {what: 'other pods of kubeflow', to: kubeflow('mysql'), port: 3306, allowed: false},
  {what: "Istio's control plane", to: ISTIOD, port: 15012, allowed: true},
  {what: 'the same namespace', to: NOTEBOOK, port: 8888, allowed: false},
  {what: 'another tenant', to: {namespace: 'mallory'}, port: 443, allowed: false},
  {what: "another tenant on the store's port", to: {namespace: 'mallory'}, port: 8333, allowed: false},
  {what: 'the internet', to: {ip: '203.0.113.7'}, port: 443, allowed: false},
  {what: 'cloud metadata', to: {ip: '169.254.169.254'}, port: 80, allowed: false},
];

describe("the artifact server's egress policy", () => {
  test.each(ARTIFACT_SERVER_DESTINATIONS)('to $what at $port: $allowed', ({to, port, protocol, allowed}) => {
    const connection = {from: ARTIFACT_SERVER, to, port, ...(protocol && {protocol})};
    expect(letsOut(renderDefaults(), connection)).toBe(allowed);
  });

  test("leaves the tenant's pods alone", () => {
    expect(letsOut(renderDefaults(), {from: NOTEBOOK, to: {ip: '203.0.113.7'}, port: 443})).toBe(true);
  });

  test.each([
    {when: 'the server has no token', values: {artifactServer: {token: false}}, stands: false},
    {when: 'it has one', values: {artifactServer: {token: true}}, stands: true},
    {
      when: 'the tenant-wide one, which leaves it out, is on',
      values: {artifactServer: {token: false}, egressPolicy: {enabled: true}},
      stands: true,
    },
  ])('when $when: $stands', ({values, stands}) => {
    expect(names(renderDefaults({values})).includes('NetworkPolicy ml-pipeline-ui-artifact-egress')).toBe(
      stands,
    );
  });

  test('reaches a store outside the cluster by its address blocks', () => {
    const values = {store: {host: 's3.example.com', port: 443, cidrs: ['203.0.113.0/24', '2001:db8::/32']}};
    const objects = renderDefaults({values});
    const out = (ip: string, port: number) => letsOut(objects, {from: ARTIFACT_SERVER, to: {ip}, port});
    expect([
      out('203.0.113.7', 443),
      out('2001:db8::7', 443),
      out('203.0.113.7', 80),
      out('198.51.100.1', 443),
    ]).toEqual([true, true, false, false]);
  });
});

describe('the tenant-wide egress policy', () => {
  const on = renderDefaults({values: EVERYTHING});
  const alone = renderDefaults({values: {egressPolicy: {enabled: true}}});

  test('is off by default', () => {
    expect(names(renderDefaults()).filter(name => name.includes('profile-egress'))).toEqual([]);
  });

  test.each<Destination>([
    {what: 'the same namespace', to: UNLABELLED, port: 8080, allowed: true},
    {what: 'the pipelines API server', to: kubeflow('ml-pipeline'), port: 8887, allowed: true},
    {what: 'the ingress gateway', to: {namespace: 'istio-system'}, port: 8080, allowed: true},
    {what: 'Knative', to: {namespace: 'knative-serving'}, port: 8012, allowed: true},
    {what: 'the store', to: STORE, port: 8333, allowed: true},
    {what: 'DNS', to: DNS, port: 53, protocol: 'UDP', allowed: true},
    {what: 'the API server', to: API_SERVER, port: 443, allowed: true},
    {what: 'another tenant', to: {namespace: 'mallory'}, port: 80, allowed: false},
    {what: 'the internet', to: {ip: '8.8.8.8'}, port: 443, allowed: false},
    {what: 'cloud metadata', to: {ip: '169.254.169.254'}, port: 80, allowed: false},
  ])('to $what at $port: $allowed', ({to, port, protocol, allowed}) => {
    const connection = {from: NOTEBOOK, to, port, ...(protocol && {protocol})};
    expect(letsOut(alone, connection)).toBe(allowed);
    expect(letsOut(on, connection)).toBe(allowed);
  });

  test("allows the admin's address blocks, and with none of them no more than without the key", () => {
    const connection = {from: NOTEBOOK, to: {ip: '198.51.100.7'}, port: 443};
    expect(letsOut(on, connection)).toBe(true);
    expect(letsOut(alone, connection)).toBe(false);
  });

  test.each(ARTIFACT_SERVER_DESTINATIONS)(
    'widens nothing for the artifact server: to $what at $port: $allowed',
    ({to, port, protocol, allowed}) => {
      expect(letsOut(on, {from: ARTIFACT_SERVER, to, port, ...(protocol && {protocol})})).toBe(allowed);
    },
  );

  test("lets a pod that takes the artifact server's label reach nothing that other pods may not", () => {
    const reached = ARTIFACT_SERVER_DESTINATIONS.filter(({allowed}) => allowed);
    for (const {to, port, protocol} of reached) {
      expect(letsOut(alone, {from: NOTEBOOK, to, port, ...(protocol && {protocol})})).toBe(true);
    }
  });
});

test("the artifact server's policies select the pods that its Deployment makes", () => {
  const {spec} = find(renderDefaults(), 'Deployment', 'ml-pipeline-ui-artifact') as unknown as {
    spec: {template: {metadata: {labels: object}}};
  };
  expect(spec.template.metadata.labels).toEqual(ARTIFACT_SERVER.labels);
});
