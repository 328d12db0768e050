import type {Mode} from '../../src/guard/tenancy.ts';
import type {KubernetesObject} from '../../src/kubernetes/object.ts';
import {controllerOf} from '../../src/kubernetes/owner.ts';
import {DECORATOR_ANNOTATION, UID_LABEL} from '../../src/metacontroller/marks.ts';
import {definitionOf} from '../support/metacontroller/definition.ts';
import {type Client, pathOf} from './client.ts';
import {CONFIG_MAP, type Objects, PROFILE, ROLE, SECRET} from './objects.ts';
import {until} from './system.ts';
import {createTenant} from './tenants.ts';

/** What a life takes place in: a whole system, or one of many Metacontrollers on a cluster. */
export interface Stage extends Objects {
  readonly mode: Mode;
  readonly admin: Client;
  /** The Decorator- or CompositeController. */
  readonly controller: KubernetesObject;
  readonly driver: {readonly settled: () => Promise<void>};
  /** Ends a life early. */
  readonly isOver?: () => boolean;
}

/** Something that happens to a tenant. */
type Turn = (stage: Stage, name: string) => Promise<void>;

/** All that ever happens to a tenant and makes Metacontroller call the API server in another way, in order. */
const TURNS: readonly Turn[] = [
  isBorn,
  losesAndChangesChildren,
  losesMarks,
  losesOwnerReferences,
  changesOwner,
  isDeleted,
];

/** A tenant's life from birth to deletion. */
export async function liveWholeLife(stage: Stage, name: string): Promise<void> {
  for (const turn of TURNS) {
    if (stage.isOver?.()) return;
    await turn(stage, name);
    await stage.driver.settled();
  }
}

// With a quota, so that there is a child of every kind.
async function isBorn(stage: Stage, name: string): Promise<void> {
  await createTenant(stage, name, {resourceQuotaSpec: {hard: {'count/jobs.batch': '10'}}});
}

async function losesAndChangesChildren(stage: Stage, name: string): Promise<void> {
  await stage.remove(await stage.get(CONFIG_MAP, 'metadata-grpc-configmap', name));
  await stage.merge(await stage.get(ROLE, 'kubeflow-view', name), {rules: []});
}

// By its mark Metacontroller knows a child: a CompositeController lets go of one that has none.
async function losesMarks(stage: Stage, name: string): Promise<void> {
  const marks =
    stage.mode === 'companion'
      ? {annotations: {[DECORATOR_ANNOTATION]: null}}
      : {labels: {[UID_LABEL]: null}};
  for (const child of await oneOfEachKind(stage, name))
    if (child.kind !== 'Namespace') await stage.merge(child, {metadata: marks});
}

// A CompositeController takes back what has its mark; the Secret, which nobody observes, is applied over.
async function losesOwnerReferences(stage: Stage, name: string): Promise<void> {
  const secret = await stage.get(SECRET, 'mlpipeline-minio-artifact', name);
  for (const child of [...(await oneOfEachKind(stage, name)), secret])
    await stage.merge(child, {metadata: {ownerReferences: null}});
}

// Each sync fails with the same words until there is an owner again.
async function changesOwner(stage: Stage, name: string): Promise<void> {
  const profile = await stage.get(PROFILE, name);
  await stage.merge(profile, {spec: {owner: null}});
  await stage.driver.settled();
  await stage.merge(profile, {spec: {owner: {kind: 'User', name: `heir-of-${name}@example.com`}}});
}

async function isDeleted(stage: Stage, name: string): Promise<void> {
  await stage.remove(await stage.get(PROFILE, name));
  await stage.driver.settled();
  await until(async () => stage.isOver?.() || !(await stage.find(PROFILE, name)));
}

/** One of the children that Metacontroller observes, of each kind that it does; the Namespace last. */
async function oneOfEachKind(stage: Stage, name: string): Promise<KubernetesObject[]> {
  const {uid} = (await stage.get(PROFILE, name)).metadata;
  const found: KubernetesObject[] = [];
  for (const {apiVersion, resource} of definitionOf(stage.controller).childResources) {
    const scope = resource === 'namespaces' ? {} : {namespace: name};
    const {body} = await stage.admin.request('GET', pathOf(apiVersion, resource, scope));
    const kind = String(body.kind).replace(/List$/, '');
    const items = body.items as unknown as KubernetesObject[];
    const child = items.find(item => controllerOf(item)?.uid === uid);
    if (!child) throw new Error(`the Profile ${name} has no ${kind}`);
    found.push({...child, apiVersion, kind});
  }
  return found.sort((a, b) => Number(a.kind === 'Namespace') - Number(b.kind === 'Namespace'));
}
