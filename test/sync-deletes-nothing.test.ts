import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import type {Provisioner} from '../src/credentials/provisioner.ts';
import {RefusedError} from '../src/errors.ts';
import {createForeignLedger} from '../src/foreign-ledger.ts';
import type {Mode} from '../src/guard/tenancy.ts';
import {groupKey, type KubernetesObject} from '../src/kubernetes/object.ts';
import {NAMESPACES, ROLE_BINDINGS} from '../src/metacontroller/customize.ts';
import {findForeignField} from '../src/metacontroller/foreign-fields.ts';
import {fieldToReplace} from '../src/metacontroller/replace.ts';
import type {Answer} from '../src/metacontroller/response.ts';
import {sync} from '../src/sync.ts';
import {dependencies} from './support/hook.ts';
import {
  bare,
  DELETING,
  grouped,
  hookRequest,
  managedBy,
  namespaceObject,
  OTHER_UID,
  profileObject,
  related,
  UID,
} from './support/requests.ts';

const VALUES = {adopt: [{name: 'alice', uid: UID}], collaboratorBindings: true};
const COLLABORATOR = {
  ...bare('rbac.authorization.k8s.io/v1', 'RoleBinding', 'user-frank'),
  roleRef: {kind: 'ClusterRole', name: 'kubeflow-edit'},
  subjects: [{kind: 'User', name: 'frank@example.com'}],
};
COLLABORATOR.metadata.annotations = {user: 'frank@example.com', role: 'edit'};

const DOWN: Provisioner = {
  ensureCredentials: async () => ({status: 'unavailable', mode: 'iam', reason: 'down', retryAfterSeconds: 5}),
  revokeCredentials: async () => ({done: true}),
};
const UP = dependencies({values: VALUES});
const STORES = {up: UP, down: {...UP, provisioner: DOWN}};

const EXTENSION = {
  manager: 'kubectl',
  fields: {'f:spec': {'f:x': {}}, 'f:data': {'f:x': {}}, 'f:rules': {'i:99': {}}},
};

const TERMINATING = namespaceObject({phase: 'Terminating'});

/** What a namespace can look like when a sync comes; mostly it is the first. */
const NAMESPACES_SEEN: readonly (KubernetesObject | undefined)[] = [
  namespaceObject(),
  undefined,
  namespaceObject({phase: ''}),
  TERMINATING,
  namespaceObject({metadata: DELETING}),
  namespaceObject({controller: ''}),
  namespaceObject({controller: OTHER_UID}),
];

describe.each(['companion', 'standalone'] as const)('%s', mode => {
  test('never leaves out an observed child that the templates render, but by a rule', async () => {
    const {answer} = await sync(hookRequest(mode, {related: seenAs(namespaceObject())}), UP);
    const looks = fc.constantFrom(...LOOKS);
    const picks = fc.array(fc.tuple(fc.nat(answer.children.length - 1), looks));
    const scenario = fc.record({
      seen: mostly(NAMESPACES_SEEN),
      lacking: mostly(['', NAMESPACES, ROLE_BINDINGS]),
      store: fc.constantFrom('up' as const, 'down' as const),
      isDeleting: fc.boolean(),
    });
    const property = fc.asyncProperty(picks, scenario, async (picked, chosen) => {
      const observed = observe(answer.children, picked);
      const result = await attempt(mode, observed, chosen);
      if (result) expect(leftOut(observed, result)).toEqual(mayBeLeftOut(observed, answer.children, chosen));
    });
    await fc.assert(property, {numRuns: 200});
  }, 30_000);
});

/** As it should be, with every immutable field changed, or with a field that somebody else added. */
const LOOKS = ['right', 'changed', 'extended'] as const;
type Look = (typeof LOOKS)[number];

interface Scenario {
  readonly seen: KubernetesObject | undefined;
  /** A group that related lacks, if any. */
  readonly lacking: string;
  readonly store: 'up' | 'down';
  readonly isDeleting: boolean;
}

/** The answer, or nothing where the hook would answer with an error. */
async function attempt(
  mode: Mode,
  observed: KubernetesObject[],
  scenario: Scenario,
): Promise<Answer | undefined> {
  const {[scenario.lacking]: _, ...rest} = seenAs(scenario.seen);
  const parent = profileObject({metadata: scenario.isDeleting ? DELETING : {}});
  try {
    const request = hookRequest(mode, {parent, observed: grouped(observed), related: rest});
    const foreignLedger = createForeignLedger(() => 0);
    return (await sync(request, {...STORES[scenario.store], foreignLedger})).answer;
  } catch (error) {
    if (error instanceof RefusedError) return undefined;
    throw error;
  }
}

// Most syncs find everything as it should be.
function mostly<T>(values: readonly T[]): fc.Arbitrary<T> {
  return fc.oneof({weight: 2, arbitrary: fc.constant(values[0] as T)}, fc.constantFrom(...values));
}

function seenAs(namespace: KubernetesObject | undefined) {
  return related(...(namespace ? [namespace] : []), COLLABORATOR);
}

/** Some of what should exist. */
function observe(rendered: readonly KubernetesObject[], picked: [number, Look][]): KubernetesObject[] {
  const picks = [...new Map(picked)].sort(([a], [b]) => a - b);
  return picks.map(([index, look]) => {
    const object = rendered[index] as KubernetesObject;
    if (look === 'changed')
      return {...object, roleRef: {name: 'x'}, type: 'x', immutable: true, spec: {selector: {}}};
    return look === 'extended' ? managedBy(object, EXTENSION) : object;
  });
}

function leftOut(observed: readonly KubernetesObject[], {children}: Answer): string[] {
  const answered = children.map(nameOf);
  return observed.map(nameOf).filter(name => !answered.includes(name));
}

function mayBeLeftOut(
  observed: readonly KubernetesObject[],
  rendered: readonly KubernetesObject[],
  {seen, store, isDeleting}: Scenario,
): string[] {
  const isGoing = seen?.metadata.deletionTimestamp !== undefined || seen === TERMINATING;
  const isReplaced = (object: KubernetesObject) => {
    const desired = rendered.find(other => nameOf(other) === nameOf(object)) as KubernetesObject;
    const isKept = store === 'down' && ['Secret', 'Deployment'].includes(object.kind);
    const mayBeExtended = isDeleting || object.metadata.name === 'kfp-launcher';
    const isForeign = !mayBeExtended && findForeignField(desired, object, []) !== undefined;
    return (fieldToReplace(desired, object) !== undefined || isForeign) && !isKept;
  };
  return observed.filter(object => (isGoing ? object.kind !== 'Namespace' : isReplaced(object))).map(nameOf);
}

function nameOf(object: KubernetesObject): string {
  return `${groupKey(object)} ${object.metadata.name}`;
}
