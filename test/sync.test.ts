import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {describe, expect, onTestFinished, test} from 'vitest';
import type {CredentialRequest, Provisioner, Revocation} from '../src/credentials/provisioner.ts';
import {finalize} from '../src/finalize.ts';
import type {KubernetesObject} from '../src/kubernetes/object.ts';
import {ROLE_BINDINGS} from '../src/metacontroller/customize.ts';
import {sync} from '../src/sync.ts';
import {dependencies, SMALL_FOLDERS} from './support/hook.ts';
import {
  bare,
  DELETING,
  grouped,
  hookRequest,
  namespaceObject,
  OTHER_UID,
  profileObject,
  related,
  UID,
} from './support/requests.ts';

const OWN = grouped([namespaceObject()], [ROLE_BINDINGS]);
const MEMORY = dependencies({folders: SMALL_FOLDERS});
const FINALIZING = {finalizing: true};
const DELETED = {...FINALIZING, parent: profileObject({metadata: DELETING})};

describe('sync', () => {
  test('lets the backend change keys for a Profile that lives, and not for one that is being deleted', async () => {
    const {asked, provisioner} = recorded();
    const fake = dependencies({folders: SMALL_FOLDERS, provisioner});
    await sync(hookRequest('companion'), fake);
    await sync(hookRequest('companion', {parent: profileObject({metadata: DELETING})}), fake);
    expect(asked).toMatchObject([{mayChange: true}, {mayChange: false}]);
  });

  test('asks the backend for the tenant, with its bucket and prefixes', async () => {
    const {asked, provisioner} = recorded();
    await sync(hookRequest('companion'), dependencies({folders: SMALL_FOLDERS, provisioner}));
    expect(asked).toMatchObject([
      {tenant: {name: 'alice'}, bucket: 'mlpipeline', prefixes: ['private-artifacts/alice/']},
    ]);
  });

  test.each([
    {what: 'none where the values name none', credentials: {}, chosen: {existingSecret: ''}},
    {what: 'that of the values', credentials: {backend: 'cloud'}, chosen: {backend: 'cloud'}},
    {
      what: "that of the Profile's own values, with the Secret",
      credentials: {backend: 'cloud'},
      own: {backend: 'existing', existing: {secret: 'research'}},
      chosen: {backend: 'existing', existingSecret: 'research'},
    },
  ])('asks for a backend: $what', async ({credentials, own, chosen}) => {
    const {asked, provisioner} = recorded();
    const overrides = own ? [{profile: {name: 'alice', uid: UID}, values: {credentials: own}}] : [];
    const values = {credentials, overrides};
    await sync(hookRequest('companion'), dependencies({folders: SMALL_FOLDERS, values, provisioner}));
    expect(asked).toMatchObject([chosen]);
    expect('backend' in (asked[0] as object)).toBe('backend' in chosen);
  });

  test("renders with the observed Namespace's labels", async () => {
    const folder = mkdtempSync(join(tmpdir(), 'sync-'));
    onTestFinished(() => rmSync(folder, {recursive: true}));
    const name = 'x-${ns.labels.?team.orValue("nobody")}';
    const template = `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: '${name}'\n`;
    writeFileSync(`${folder}/configmap-team.yaml`, template);
    const labelled = dependencies({folders: {companion: [folder], standalone: [folder]}});
    const namesFor = async (namespace: KubernetesObject) =>
      (await sync(hookRequest('companion', {related: related(namespace)}), labelled)).answer.children.map(
        ({metadata}) => metadata.name,
      );
    expect(await namesFor(namespaceObject({metadata: {labels: {team: 'blue'}}}))).toEqual(['x-blue']);
    expect(await namesFor(namespaceObject())).toEqual(['x-nobody']);
  });

  test('asks the backend nothing while the gate is closed', async () => {
    const {asked, provisioner} = recorded();
    const fake = dependencies({folders: SMALL_FOLDERS, provisioner});
    await sync(hookRequest('standalone', {related: related()}), fake);
    await sync(hookRequest('companion', {related: related(namespaceObject({controller: OTHER_UID}))}), fake);
    expect(asked).toEqual([]);
  });

  test('says for how long the answer holds: for good while only the request decides', async () => {
    const {provisioner} = recorded(30);
    const fake = dependencies({folders: SMALL_FOLDERS, provisioner});
    expect(await sync(hookRequest('companion'), fake)).toMatchObject({freshForSeconds: 30});
    const closed = await sync(hookRequest('companion', {related: related()}), fake);
    expect(closed).toMatchObject({freshForSeconds: Number.POSITIVE_INFINITY});
  });

  test.each(['Active', '', 'Terminating'])(
    'answers nothing that would delete a Namespace in phase "%s", whatever is wrong with the templates',
    async phase => {
      const set = {...MEMORY.templates('standalone'), render: () => [], renderNamespace: () => []};
      const namespace = namespaceObject({phase});
      const observed = grouped([namespace]);
      const request = hookRequest('standalone', {observed, related: related(namespace)});
      await expect(sync(request, {...MEMORY, templates: () => set})).rejects.toThrow(
        'cannot sync Profile: no template renders Namespace alice, and answering without it would delete it',
      );
    },
  );

  test('keeps a condition short, whatever others call what looks like our child', async () => {
    const evil = bare('v1', 'ConfigMap', `x\ny${'z'.repeat(300)}`);
    const {status} = await finalize(
      hookRequest('standalone', {...DELETED, observed: grouped([evil])}),
      MEMORY,
    );
    expect(status).toMatchObject({
      conditions: [{message: `being deleted: waiting for ConfigMap x?y${'z'.repeat(147)} to go`}],
    });
  });

  test('refuses a finalize request, and finalize a sync request', async () => {
    await expect(sync(hookRequest('companion', FINALIZING), MEMORY)).rejects.toThrow(
      'this is a finalize request',
    );
    await expect(finalize(hookRequest('companion'), MEMORY)).rejects.toThrow('this is a sync request');
  });
});

describe('finalize without a deletionTimestamp', () => {
  test.each(['companion', 'standalone'] as const)(
    'answers what sync would, lets go and changes no key: %s',
    async mode => {
      const {asked, provisioner} = recorded();
      const fake = dependencies({folders: SMALL_FOLDERS, provisioner});
      const observed = mode === 'standalone' ? OWN : {};
      const {answer} = await sync(hookRequest(mode, {observed}), fake);
      expect(await finalize(hookRequest(mode, {observed, ...FINALIZING}), fake)).toEqual({
        ...answer,
        finalized: true,
      });
      expect(asked).toMatchObject([{mayChange: true}, {mayChange: false}]);
    },
  );

  test('refuses what sync would refuse', async () => {
    const request = hookRequest('companion', {...FINALIZING, related: {}});
    await expect(finalize(request, MEMORY)).rejects.toThrow('related has no Namespace.v1');
  });
});

describe('finalize of a deleted Profile', () => {
  const broken = {
    ...MEMORY,
    templates: () => {
      throw new Error('broken templates');
    },
  };

  test.each(['companion', 'standalone'] as const)(
    'works with broken templates and nothing related: %s',
    async mode => {
      const request = hookRequest(mode, {...DELETED, related: {}, observed: OWN});
      expect(await finalize(request, broken)).toMatchObject({children: [], finalized: false});
      expect(await finalize({...request, observed: {}}, broken)).toEqual({children: [], finalized: true});
    },
  );

  test.each([
    {mode: 'companion', status: undefined},
    {
      mode: 'standalone',
      status: {
        conditions: [
          {
            type: 'Ready',
            status: 'False',
            message: 'being deleted: credentials are not revoked: the store is down',
          },
        ],
      },
    },
  ] as const)('holds on until the keys are gone, and asks again: $mode', async ({mode, status}) => {
    const {revoked, provisioner} = recorded(0, {
      done: false,
      reason: 'the store is down',
      retryAfterSeconds: 7,
    });
    const answer = await finalize(hookRequest(mode, {...DELETED, observed: {}}), {...broken, provisioner});
    expect(answer).toEqual({children: [], finalized: false, resyncAfterSeconds: 7, ...(status && {status})});
    expect(revoked).toEqual([
      {tenant: {name: 'alice', uid: expect.any(String)}, deletedAt: expect.any(Number)},
    ]);
  });

  test('leaves a status of others as it was once nothing is left, and echoes it before', async () => {
    const status = {conditions: [{type: 'Audited', status: 'True', message: 'x'}]};
    const parent = profileObject({metadata: DELETING, status});
    const request = hookRequest('standalone', {finalizing: true, parent, observed: {}});
    expect(await finalize(request, MEMORY)).toEqual({children: [], finalized: true, status});
    const waiting = await finalize({...request, observed: OWN}, MEMORY);
    expect(waiting.status).toMatchObject({
      conditions: [status.conditions[0], {type: 'Ready', status: 'False'}],
    });
  });
});

function recorded(freshForSeconds = 0, revocation: Revocation = {done: true}) {
  const asked: CredentialRequest[] = [];
  const revoked: object[] = [];
  const provisioner: Provisioner = {
    ensureCredentials: async request => {
      asked.push(request);
      const state = await MEMORY.provisioner.ensureCredentials(request);
      return {...state, freshForSeconds};
    },
    revokeCredentials: async tenant => {
      revoked.push(tenant);
      return revocation;
    },
  };
  return {asked, revoked, provisioner};
}
