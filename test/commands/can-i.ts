import {folderWith, type Outcome, runHere} from '../support/command.ts';

export const SAMPLE = 'manifests/samples/two-tenants.yaml';

/** Asks in a folder with these files; what it says names them as it was given them. */
export async function canI(args: string[], files: {readonly [name: string]: string} = {}): Promise<Outcome> {
  const folder = folderWith(files);
  const located = args.map(arg => (Object.hasOwn(files, arg) ? `${folder}/${arg}` : arg));
  const {status, stdout, stderr} = await runHere('can-i', ...located);
  return {status, stdout, stderr: stderr.replaceAll(`${folder}/`, '')};
}

/** ClusterRoles as Kubeflow has them, in small: one aggregated over two steps. */
export const CLUSTER_ROLES = `apiVersion: v1
kind: List
items:
  - apiVersion: rbac.authorization.k8s.io/v1
    kind: ClusterRole
    metadata: {name: kubeflow-edit, creationTimestamp: null, labels: {to: admin}}
    aggregationRule: {clusterRoleSelectors: [{matchLabels: {to: edit}}]}
    rules: null
  - apiVersion: rbac.authorization.k8s.io/v1
    kind: ClusterRole
    metadata: {name: kubeflow-admin}
    aggregationRule: {clusterRoleSelectors: [{matchExpressions: [{key: to, operator: In, values: [admin]}]}]}
    rules: []
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: part, labels: {to: edit}}
rules:
  - {apiGroups: [""], resources: [secrets], verbs: [get, list]}
  - {apiGroups: [""], resources: [pods/log], verbs: [get]}
`;
