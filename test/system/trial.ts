import {setTimeout as sleep} from 'node:timers/promises';
import type {JsonObject, KubernetesObject} from '../../src/kubernetes/object.ts';
import type {PolicyRule} from '../../src/rbac/rule.ts';
import {createApiServerCluster} from '../support/metacontroller/api-server.ts';
import type {Call} from '../support/metacontroller/cluster.ts';
import {startMetacontroller} from '../support/metacontroller/metacontroller.ts';
import {type Client, createClient, pathOf} from './client.ts';
import {PROFILE} from './objects.ts';
import {type Cluster, until} from './system.ts';
import {liveWholeLife, type Stage} from './whole-life.ts';

/** One tenant's whole life under a Metacontroller of its own, which shares the cluster with others. */
export interface Trial {
  /** Of the Profile, the role and the ServiceAccount. */
  readonly name: string;
  readonly rules: readonly PolicyRule[];
  /** Told of each call. The trial is over once this is true of one. */
  readonly isLast: (call: Call) => boolean;
}

export interface Verdict {
  readonly wasLast: boolean;
  /** Why the life ended early, if it did. */
  readonly error: string;
}

const NAMESPACE = 'kubeflow';

/** Time without any call after which a tenant is taken to be at rest. */
const QUIET_MILLISECONDS = 300;

/** Lives one life with these rules alone. */
export async function runTrial(
  cluster: Cluster,
  scene: Pick<Stage, 'mode' | 'controller'>,
  {name, rules, isLast}: Trial,
): Promise<Verdict> {
  const client = createClient({...cluster.controlPlane, token: await grant(cluster, name, rules)});
  let wasLast = false;
  let end = () => {};
  const over = new Promise<void>(resolve => {
    end = resolve;
  });
  const onCall = (call: Call) => {
    wasLast ||= isLast(call);
    if (wasLast) end();
  };
  try {
    const {stop, settled} = await startMetacontroller({
      cluster: createApiServerCluster(client, onCall),
      controller: scene.controller,
      isParent: parent => parent === name,
    });
    const driver = {settled: () => Promise.race([over, settled(QUIET_MILLISECONDS)])};
    const stage: Stage = {...cluster.objects, ...scene, admin: cluster.admin, driver, isOver: () => wasLast};
    const life = liveWholeLife(stage, name).then(() => '', String);
    const error = await Promise.race([over.then(() => ''), life]);
    stop();
    return {wasLast, error};
  } finally {
    client.close();
    await remove(cluster, name);
  }
}

/** A ServiceAccount's token that is good for these rules, once they are in force. */
async function grant({admin, objects}: Cluster, name: string, rules: readonly PolicyRule[]): Promise<string> {
  // A rule by which to see that the role is known.
  const probe = {group: 'test', resource: 'probes', verb: 'get'};
  await objects.applyAll(
    identity(name, [...rules, {apiGroups: ['test'], resources: ['probes'], verbs: ['get']}]),
  );
  const user = `system:serviceaccount:${NAMESPACE}:${name}`;
  await until(async () => {
    const review = {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SubjectAccessReview',
      spec: {user, resourceAttributes: probe},
    };
    const {body} = await admin.request(
      'POST',
      pathOf('authorization.k8s.io/v1', 'subjectaccessreviews'),
      review,
    );
    return (body.status as JsonObject | undefined)?.allowed === true;
  });
  return await requestToken(admin, name);
}

async function requestToken(admin: Client, name: string): Promise<string> {
  const path = `${pathOf('v1', 'serviceaccounts', {namespace: NAMESPACE, name})}/token`;
  const request = {apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: {}};
  const {status, body} = await admin.request('POST', path, request);
  if (status !== 201) throw new Error(`cannot request token: ${body.message}`);
  return String((body.status as JsonObject).token);
}

function identity(name: string, rules: readonly PolicyRule[]): KubernetesObject[] {
  const apiVersion = 'rbac.authorization.k8s.io/v1';
  return [
    {apiVersion: 'v1', kind: 'ServiceAccount', metadata: {name, namespace: NAMESPACE}},
    {apiVersion, kind: 'ClusterRole', metadata: {name}, rules},
    {
      apiVersion,
      kind: 'ClusterRoleBinding',
      metadata: {name},
      roleRef: {apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name},
      subjects: [{kind: 'ServiceAccount', name, namespace: NAMESPACE}],
    },
  ] as unknown as KubernetesObject[];
}

// What an ended life has left would be listed by every later trial; the garbage collector does the rest.
async function remove({objects}: Cluster, name: string): Promise<void> {
  for (;;) {
    const profile = await objects.find(PROFILE, name);
    if (!profile) return;
    await objects.merge(profile, {metadata: {finalizers: null}});
    await objects.remove(profile).catch(() => {});
    await sleep(20);
  }
}
