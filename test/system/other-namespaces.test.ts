import {expect, test} from 'vitest';
import type {JsonObject, KubernetesObject} from '../../src/kubernetes/object.ts';
import {CONFIG_MAP, NAMESPACE, PROFILE, ROLE_BINDING, SECRET} from './objects.ts';
import {describeModes} from './suite.ts';
import {type System, until} from './system.ts';
import {createTenant, readyOf} from './tenants.ts';

const MODES_TITLE = "somebody else's namespace";

/** The store's admin key has the very name that a tenant's has. */
const ADMIN_KEY = {
  ...SECRET,
  metadata: {name: 'mlpipeline-minio-artifact', namespace: 'kubeflow'},
  data: {accesskey: 'YWRtaW4=', secretkey: 'YWRtaW4='},
};

describeModes(MODES_TITLE, {}, system => {
  test.each([
    {
      what: 'a system namespace',
      name: 'kubeflow',
      before: async () => void (await system().apply(ADMIN_KEY)),
    },
    {
      what: 'a namespace that was made by hand',
      name: 'byhand',
      before: async () => void (await namespaceOf('byhand')),
    },
    {
      what: "another tenant's namespace",
      name: 'shared',
      before: async () => {
        const bob = await createTenant(system(), 'bob');
        await namespaceOf('shared', bob);
      },
    },
  ])('a Profile named like $what gets nothing, and leaves it alone when it goes', async ({name, before}) => {
    await before();
    await system().apply({...CONFIG_MAP, metadata: {name: 'theirs', namespace: name}, data: {a: 'b'}});
    const untouched = await snapshot(system(), name);
    await system().apply({...PROFILE, metadata: {name}, spec: {owner: {kind: 'User', name: 'mallory'}}});
    await system().driver.settled();
    const profile = await system().get(PROFILE, name);
    expect(await snapshot(system(), name)).toEqual(untouched);
    expect(readyOf(profile)).toMatchObject({status: 'False', message: expect.stringContaining('refused')});
    await system().remove({...profile, ...PROFILE});
    await until(async () => (await system().find(PROFILE, name)) === undefined);
    await system().driver.settled();
    expect(await snapshot(system(), name)).toEqual(untouched);
  });

  async function namespaceOf(name: string, owner?: KubernetesObject): Promise<KubernetesObject> {
    const {name: ownerName = '', uid = ''} = owner?.metadata ?? {};
    const ownerReferences = owner ? [{...PROFILE, name: ownerName, uid, controller: true}] : [];
    return await system().apply({...NAMESPACE, metadata: {name, ownerReferences}});
  }
});

/** Every object of a namespace that matters here, with its version: nothing was written that this does not show. */
async function snapshot(system: System, name: string): Promise<JsonObject[]> {
  const kinds = [
    CONFIG_MAP,
    SECRET,
    ROLE_BINDING,
    {apiVersion: 'v1', kind: 'ServiceAccount'},
    {apiVersion: 'apps/v1', kind: 'Deployment'},
    {apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role'},
    {apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy'},
  ];
  const lists = await Promise.all(kinds.map(kind => system.list(kind, name)));
  const namespace = await system.get(NAMESPACE, name);
  return (
    [namespace, ...lists.flat()]
      // kube-controller-manager's, and written when it gets to it.
      .filter(({metadata}) => metadata.name !== 'default' && metadata.name !== 'kube-root-ca.crt')
      .map(({kind, metadata}) => ({kind, name: metadata.name, version: metadata.resourceVersion as string}))
  );
}
