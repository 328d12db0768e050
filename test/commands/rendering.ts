import {loadAll} from 'js-yaml';
import {expect} from 'vitest';
import type {KubernetesObject} from '../../src/kubernetes/object.ts';
import {folderWith, type Outcome, runHere} from '../support/command.ts';

/** The Profile's YAML. */
export const profile = (name: string, spec = `owner: {kind: User, name: ${name}@example.com}`) =>
  `apiVersion: kubeflow.org/v1
kind: Profile
metadata: {name: ${name}}
spec: {${spec}}
`;

/** The YAML of a RoleBinding that lets a user in, as a document behind another. */
export const binding = (user: string, namespace = 'alice') => `---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata:
  name: user-frank
  namespace: ${namespace}
  annotations: {user: somebody, role: edit}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: kubeflow-edit}
subjects: [{apiGroup: rbac.authorization.k8s.io, kind: User, name: '${user}'}]
`;

/** Runs it in a folder with these files; what it says names them as it was given them. */
export async function render(args: string[], files: {readonly [name: string]: string}): Promise<Outcome> {
  const folder = folderWith(files);
  const located = args.map(arg => (arg.endsWith('.yaml') ? `${folder}/${arg}` : arg));
  const {stderr, ...outcome} = await runHere('render', ...located);
  return {...outcome, stderr: stderr.replaceAll(`${folder}/`, '')};
}

/** The objects, where there is nothing to say of them. */
export async function renderAll(
  args: string[],
  files: {readonly [name: string]: string},
): Promise<KubernetesObject[]> {
  const {status, stdout, stderr} = await render(args, files);
  expect({status, stderr}).toEqual({status: 0, stderr: ''});
  return loadAll(stdout) as unknown as KubernetesObject[];
}
