import {describe, expect, test} from 'vitest';
import type {CredentialState, Provisioner} from '../src/credentials/provisioner.ts';
import {finalize} from '../src/finalize.ts';
import type {Mode} from '../src/guard/tenancy.ts';
import type {JsonObject, KubernetesObject} from '../src/kubernetes/object.ts';
import {NAMESPACES} from '../src/metacontroller/customize.ts';
import type {HookRequest} from '../src/metacontroller/request.ts';
import type {Answer} from '../src/metacontroller/response.ts';
import {sync} from '../src/sync.ts';
import {dependencies, type HookOptions, SMALL_FOLDERS} from './support/hook.ts';
import {names} from './support/recordings.ts';
import {
  DELETING,
  grouped,
  hookRequest,
  managedBy,
  namespaceObject,
  profileObject,
  related,
  UID,
} from './support/requests.ts';

const SMALL = {folders: SMALL_FOLDERS};
const FIELDS = ['spec', 'data', 'rules'];
const READER = 'Deployment key-reader';

describe('what somebody else added to it', () => {
  test.each([
    {
      mode: 'companion',
      replaced: [
        'AuthorizationPolicy ml-pipeline-ui-artifact',
        'ConfigMap artifact-repositories',
        'ConfigMap metadata-grpc-configmap',
        'Deployment ml-pipeline-ui-artifact',
        'Service ml-pipeline-ui-artifact',
      ],
    },
    {
      mode: 'standalone',
      replaced: [
        'AuthorizationPolicy ml-pipeline-ui-artifact',
        'AuthorizationPolicy ns-owner-access-istio',
        'ConfigMap artifact-repositories',
        'ConfigMap metadata-grpc-configmap',
        'Deployment ml-pipeline-ui-artifact',
        'Service ml-pipeline-ui-artifact',
      ],
    },
  ] as const)(
    'replaces a shipped object, unless resetting is enough, it holds something or users may: $mode',
    async ({mode, replaced}) => {
      const {observed, answer} = await seen(mode, {});
      expect(leftOut(observed, answer)).toEqual(replaced);
    },
  );

  test('replaces nothing of a Profile that is released, and does not count that', async () => {
    const hook = dependencies(SMALL);
    const {observed} = await seen('companion', SMALL);
    const request = hookRequest('companion', {observed: grouped(observed)});
    const released = await finalize({...request, finalizing: true}, hook);
    expect(leftOut(observed, released)).toEqual([]);
    expect(released).toMatchObject({
      finalized: true,
      status: {conditions: [{message: '4 objects are in place'}, {type: 'Credentials'}]},
    });
    expect(leftOut(observed, (await sync(request, hook)).answer)).toEqual([READER]);
    expect(leftOut(observed, await finalize({...request, finalizing: true}, hook))).toEqual([]);
  });

  test('replaces nothing of a Profile that is being deleted', async () => {
    const {observed, answer} = await seen('companion', SMALL, {metadata: DELETING});
    expect(leftOut(observed, answer)).toEqual([]);
  });

  test('replaces nothing that could not come back while the key is not to be had', async () => {
    const {observed, answer} = await seen('companion', {...SMALL, provisioner: DOWN});
    expect(leftOut(observed, answer)).toEqual([]);
    const shipped = await seen('companion', {provisioner: DOWN});
    expect(leftOut(shipped.observed, shipped.answer)).not.toContain('Deployment ml-pipeline-ui-artifact');
    expect(leftOut(shipped.observed, shipped.answer)).toContain('ConfigMap artifact-repositories');
  });

  test.each([
    {excepted: 'for all', values: {foreignFields: {managers: ['kubectl-edit']}}},
    {
      excepted: 'for this Profile',
      values: {
        overrides: [
          {profile: {name: 'alice', uid: UID}, values: {foreignFields: {managers: ['kubectl-edit']}}},
        ],
      },
    },
  ])('leaves alone what a manager added that is excepted $excepted', async ({values}) => {
    const {observed, answer} = await seen('companion', {...SMALL, values});
    expect(leftOut(observed, answer)).toEqual([]);
  });
});

describe('an object of which somebody wiped who owns what', () => {
  const told = related(namespaceObject({metadata: {managedFields: [{manager: 'profile-controller'}]}}));

  test('is replaced as if something were added to it, where requests say who owns what', async () => {
    const {answer, observed} = await wiped({related: told});
    expect(leftOut(observed, answer)).toEqual([
      'AuthorizationPolicy ml-pipeline-ui-artifact',
      'ConfigMap artifact-repositories',
      'ConfigMap metadata-grpc-configmap',
      'Deployment ml-pipeline-ui-artifact',
      'Service ml-pipeline-ui-artifact',
    ]);
  });

  test('stays where no object says who owns what', async () => {
    const {answer, observed} = await wiped({});
    expect(leftOut(observed, answer)).toEqual([]);
  });

  test('is told of in words', async () => {
    const hook = dependencies({...SMALL, values: {foreignFields: {interval: '2s'}}, now: () => 0});
    const messages = [];
    for (const uid of ['a', 'b']) {
      const {answer} = await wiped({related: told}, uid, SMALL, hook);
      messages.push((answer.status as {conditions: [{message: string}]}).conditions[0].message);
    }
    const words = 'somebody else wiped metadata.managedFields';
    expect(messages).toEqual([
      `replacing ${READER} (${words})`,
      expect.stringContaining(`leaving ${READER} (${words} again)`),
    ]);
  });

  async function wiped(
    difference: Partial<HookRequest>,
    uid = 'a',
    options: HookOptions = {},
    hook = dependencies(options),
  ) {
    const children = await rendered('companion', options);
    const observed = children.map(child => ({...child, metadata: {...child.metadata, uid}}));
    const request = hookRequest('companion', {observed: grouped(observed), ...difference});
    return {observed, answer: (await sync(request, hook)).answer};
  }
});

describe('an answer to what somebody else added', () => {
  test('holds for no time, until the interval since the replacement has passed', async () => {
    let now = 0;
    const hook = dependencies({...SMALL, values: {foreignFields: {interval: '2s'}}, now: () => now});
    const children = await rendered('companion', SMALL);
    const ask = async (...observed: KubernetesObject[]) =>
      await sync(hookRequest('companion', {observed: grouped(observed)}), hook);
    expect(await ask(...children.map(extended('a')))).toMatchObject({freshForSeconds: 0});
    expect(await ask(...children)).toMatchObject({freshForSeconds: 0});
    now = 500;
    const waiting = await ask(...children.map(extended('b')));
    expect(waiting).toMatchObject({freshForSeconds: 0, answer: {resyncAfterSeconds: 2}});
    expect(leftOut(children, waiting.answer)).toEqual([]);
    now = 2000;
    expect(leftOut(children, (await ask(...children.map(extended('b')))).answer)).toEqual([READER]);
    now = 4000;
    expect(await ask(...children)).toMatchObject({freshForSeconds: Number.POSITIVE_INFINITY});
  });

  test('comes back for whichever is due first, the store or the object', async () => {
    const values = {foreignFields: {interval: '3s'}};
    const children = await rendered('companion', {});
    for (const [retryAfterSeconds, expected] of [
      [1, 1],
      [9, 3],
    ] as const) {
      const provisioner = {...DOWN, ensureCredentials: async () => ({...STORE_DOWN, retryAfterSeconds})};
      const hook = dependencies({values, provisioner});
      const ask = async (uid: string) =>
        await sync(hookRequest('companion', {observed: grouped(children.map(extended(uid)))}), hook);
      await ask('a');
      expect((await ask('b')).answer.resyncAfterSeconds).toBe(expected);
    }
  });

  test('is short and printable, whatever they call it', async () => {
    const children = await rendered('companion', SMALL);
    const fields = {'f:spec': {[`f:x\ny${'z'.repeat(500)}`]: {}}};
    const observed = children.map(child => managedBy(child, {manager: `m\u202e${'n'.repeat(120)}`, fields}));
    const {answer} = await sync(hookRequest('companion', {observed: grouped(observed)}), dependencies(SMALL));
    const {conditions} = answer.status as {conditions: [{message: string}]};
    expect(conditions[0].message).toMatch(
      /^replacing Deployment key-reader \(somebody else added spec\["x\\nyz+ as m\?n+$/,
    );
    expect(conditions[0].message.length).toBeLessThan(200);
  });

  test('names a manager that has no name', async () => {
    const children = await rendered('companion', SMALL);
    const observed = children.map(child => managedBy(child, {fields: {'f:spec': {'f:evil': {}}}}));
    const {answer} = await sync(hookRequest('companion', {observed: grouped(observed)}), dependencies(SMALL));
    expect(answer.status).toMatchObject({
      conditions: [
        {message: 'replacing Deployment key-reader (somebody else added spec.evil as nobody)'},
        {type: 'Credentials'},
      ],
    });
  });
});

const STORE_DOWN: CredentialState & {status: 'unavailable'} = {
  status: 'unavailable',
  mode: 'iam',
  reason: 'the store is down',
  retryAfterSeconds: 5,
};
const DOWN: Provisioner = {
  ensureCredentials: async () => STORE_DOWN,
  revokeCredentials: async () => ({done: true}),
};

/** A first answer to everything rendered, each object with what somebody else added. */
async function seen(mode: Mode, options: HookOptions, profile: {metadata?: JsonObject} = {}) {
  const {provisioner: _, ...rest} = options;
  const observed = (await rendered(mode, rest)).map(extended('a'));
  const request = hookRequest(mode, {parent: profileObject(profile), observed: grouped(observed)});
  return {observed, answer: (await sync(request, dependencies(options))).answer};
}

async function rendered(mode: Mode, options: HookOptions): Promise<readonly KubernetesObject[]> {
  const observed = mode === 'standalone' ? grouped([namespaceObject()], [NAMESPACES]) : {};
  return (await sync(hookRequest(mode, {observed}), dependencies(options))).answer.children;
}

/** With a field in whatever there is of a spec, data and rules. */
function extended(uid: string): (object: KubernetesObject) => KubernetesObject {
  return object => {
    const added = FIELDS.filter(field => field in object).map(field => [`f:${field}`, {'f:evil': {}}]);
    const entry = {manager: 'kubectl-edit', fields: Object.fromEntries(added) as JsonObject};
    return managedBy({...object, metadata: {...object.metadata, uid}}, entry);
  };
}

function leftOut(observed: readonly KubernetesObject[], {children}: Answer): string[] {
  const answered = names(children);
  return names(observed).filter(name => !answered.includes(name));
}
