import {expect, test} from 'vitest';
import type {KubernetesObject} from '../../src/kubernetes/object.ts';
import {finalizerOf} from '../../src/metacontroller/marks.ts';
import {writesOf} from './audit.ts';
import {childrenOf, namesOf} from './children.ts';
import {DEPLOYMENT, NAMESPACE, POD, PROFILE} from './objects.ts';
import {describeModes} from './suite.ts';
import {until} from './system.ts';
import {createTenant, readyOf, resync} from './tenants.ts';

const QUOTA = {resourceQuotaSpec: {hard: {cpu: '8', 'requests.memory': '32Gi'}}};

describeModes('a life', {}, (system, mode) => {
  test('a Profile becomes a complete namespace without a failed write', async () => {
    const profile = await createTenant(system(), 'alice', QUOTA);
    const calls = system().audit.read();
    expect(readyOf(profile)).toMatchObject({status: 'True'});
    expect(calls.filter(({status}) => status >= 400)).toEqual([]);
    const written = namesOf(await childrenOf(system(), 'alice'));
    expect(written).toHaveLength(mode === 'companion' ? 18 : 26);
  });

  test("the artifact server's Pods are admitted where Pod Security `restricted` is enforced", async () => {
    const {admin, list, apply} = system();
    await until(async () => (await list(POD, 'alice')).length > 0);
    const [pod] = (await list(POD, 'alice')) as [KubernetesObject];
    await apply({
      ...NAMESPACE,
      metadata: {name: 'restricted', labels: {'pod-security.kubernetes.io/enforce': 'restricted'}},
    });
    await apply({
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: {name: 'ml-pipeline-ui-artifact', namespace: 'restricted'},
    });
    const {volumes: _, ...spec} = pod.spec as {volumes?: unknown};
    const copy = {...POD, metadata: {name: 'copy', labels: pod.metadata.labels ?? {}}, spec};
    const path = '/api/v1/namespaces/restricted/pods?dryRun=All';
    const {status, body} = await admin.request('POST', path, withoutMounts(copy) as never);
    expect({status, message: body.message}).toEqual({status: 201, message: undefined});
    expect((await system().get(DEPLOYMENT, 'ml-pipeline-ui-artifact', 'alice')).status).toMatchObject({
      replicas: 1,
    });
  });

  test('ten resyncs write nothing but the write-only Secret and, standalone, a status without a change', async () => {
    const before = await childrenOf(system(), 'alice');
    await system().driver.settled();
    system().audit.read();
    for (let round = 0; round < 10; round++) await resync(system(), 'alice');
    const writes = writesOf(system().audit.read());
    const written = new Set(writes.map(({verb, resource, status}) => `${verb} ${resource} ${status}`));
    const expected = ['patch secrets 200', ...(mode === 'standalone' ? ['update profiles/status 200'] : [])];
    expect([...written].sort()).toEqual(expected);
    const versions = (objects: readonly KubernetesObject[]) =>
      objects.map(({metadata}) => metadata.resourceVersion);
    expect(versions(await childrenOf(system(), 'alice'))).toEqual(versions(before));
  });

  test('a Profile that falls out of a selector is released, and nothing of it is deleted', async () => {
    await createTenant(system(), 'released');
    const before = namesOf(await childrenOf(system(), 'released'));
    await system().restart(withSelector(system().controller, {team: 'nobodys'}));
    await system().driver.settled();
    const profile = await system().get(PROFILE, 'released');
    expect(profile.metadata.finalizers ?? []).not.toContain(finalizerOf(mode, 'profile-sync'));
    expect(namesOf(await childrenOf(system(), 'released'))).toEqual(before);
    const refused = system()
      .audit.read()
      .filter(({status}) => status >= 400 && status !== 409);
    expect(refused).toEqual([]);
    await system().restart(system().controller);
    await system().driver.settled();
    expect((await system().get(PROFILE, 'released')).metadata.finalizers).toContain(
      finalizerOf(mode, 'profile-sync'),
    );
  });

  test('a deleted Profile goes, and all that was made for it', async () => {
    const profile = await system().get(PROFILE, 'alice');
    const children = await childrenOf(system(), 'alice');
    system().audit.read();
    await system().remove(profile);
    await until(async () => (await system().find(PROFILE, 'alice')) === undefined);
    if (mode === 'companion') {
      // The Namespace is profile-controller's: its owner's garbage collection ends it, not we.
      const deleted = writesOf(system().audit.read()).filter(({verb}) => verb === 'delete');
      expect(deleted.map(({resource}) => resource)).not.toContain('namespaces');
    }
    await until(async () => (await system().find(NAMESPACE, 'alice')) === undefined);
    const left = await Promise.all(
      children.map(({metadata, ...child}) => system().find(child, metadata.name, metadata.namespace)),
    );
    expect(left.filter(Boolean)).toEqual([]);
  });
});

// The token's volume is the API server's to add.
function withoutMounts(pod: {spec: object}): object {
  const {containers, ...spec} = pod.spec as {containers: {volumeMounts?: unknown}[]};
  return {...pod, spec: {...spec, containers: containers.map(({volumeMounts: _, ...rest}) => rest)}};
}

function withSelector(controller: KubernetesObject, matchLabels: {[key: string]: string}): KubernetesObject {
  const spec = structuredClone(controller.spec) as {
    parentResource?: object;
    resources?: object[];
  };
  const parent = spec.parentResource ?? (spec.resources?.[0] as object);
  Object.assign(parent, {labelSelector: {matchLabels}});
  return {...controller, spec: spec as never};
}
