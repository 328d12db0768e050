import {describe, expect, test} from 'vitest';
import type {Json, JsonObject, KubernetesObject} from '../../src/kubernetes/object.ts';
import {DECORATOR_ANNOTATION, UID_LABEL} from '../../src/metacontroller/marks.ts';
import {writesOf} from './audit.ts';
import {childrenOf, contentOf, namesOf} from './children.ts';
import {
  CONFIG_MAP,
  DEPLOYMENT,
  type Kind,
  NAMESPACE,
  NETWORK_POLICY,
  PROFILE,
  ROLE,
  ROLE_BINDING,
} from './objects.ts';
import {describeModes} from './suite.ts';
import {type System, until} from './system.ts';
import {createTenant, readyOf, resync} from './tenants.ts';

const SPEC = {resourceQuotaSpec: {hard: {cpu: '8'}}};

/** All kinds, and no wait between two replacements of an object. */
const OPTIONS = {
  now: Date.now,
  values: {
    limitRange: {enabled: true},
    podDefault: {enabled: true},
    foreignFields: {interval: '1s'},
  },
};

/** A field that we render in each kind, changed. */
const CHANGES: {readonly [kind: string]: Json[]} = {
  AuthorizationPolicy: [{op: 'replace', path: '/spec/action', value: 'AUDIT'}],
  ConfigMap: [{op: 'replace', path: '/data', value: {}}],
  Deployment: [{op: 'replace', path: '/spec/template/spec/containers/0/image', value: 'evil'}],
  LimitRange: [{op: 'replace', path: '/spec/limits/0/default', value: {cpu: '64'}}],
  Namespace: [{op: 'remove', path: '/metadata/labels/pod-security.kubernetes.io~1enforce'}],
  NetworkPolicy: [{op: 'replace', path: '/spec/podSelector', value: {}}],
  PodDefault: [{op: 'replace', path: '/spec/desc', value: 'evil'}],
  ResourceQuota: [{op: 'replace', path: '/spec/hard/cpu', value: '64'}],
  Role: [{op: 'replace', path: '/rules', value: []}],
  RoleBinding: [{op: 'replace', path: '/subjects', value: []}],
  Secret: [{op: 'replace', path: '/data/secretkey', value: 'ZXZpbA=='}],
  Service: [{op: 'replace', path: '/spec/ports/0/port', value: 8080}],
};

describeModes('drift', OPTIONS, (system, mode) => {
  test('every child that is deleted comes back', async () => {
    await createTenant(system(), 'alice', SPEC);
    const before = await childrenOf(system(), 'alice');
    await eachOf(before, async child => {
      if (child.kind !== 'Namespace') await system().remove(child);
    });
    await system().driver.settled();
    await resync(system(), 'alice');
    expect(namesOf(await childrenOf(system(), 'alice'))).toEqual(namesOf(before));
    await expectNoRefusal(system());
  });

  test('every field of ours that is changed is put back', async () => {
    const before = await childrenOf(system(), 'alice');
    const changed = before.filter(({kind}) => CHANGES[kind]);
    expect(new Set(before.map(({kind}) => kind)).size - new Set(changed.map(({kind}) => kind)).size).toBe(1);
    await eachOf(changed, async child => void (await system().patch(child, CHANGES[child.kind] as Json[])));
    await system().driver.settled();
    await resync(system(), 'alice');
    expect(await contents(system(), 'alice')).toEqual(before.map(contentOf));
  });

  describe('what an editor adds is removed', () => {
    test.each([
      {
        what: 'a rule that admits everybody in each NetworkPolicy',
        kind: NETWORK_POLICY,
        patch: {spec: {ingress: [{}]}},
      },
      {
        what: 'an egress to everywhere in each NetworkPolicy',
        kind: NETWORK_POLICY,
        patch: {spec: {egress: [{}]}},
      },
      {
        what: 'a rule in each Role',
        kind: ROLE,
        patch: {rules: [{apiGroups: [''], resources: ['secrets'], verbs: ['get']}]},
      },
      {
        what: 'a subject in each RoleBinding',
        kind: ROLE_BINDING,
        patch: {subjects: [{kind: 'User', name: 'mallory', apiGroup: 'rbac.authorization.k8s.io'}]},
      },
    ])('$what', async ({kind, patch}) => {
      const before = await childrenOf(system(), 'alice');
      await eachOf(ofKind(before, kind), async child => void (await system().merge(child, patch)));
      await system().driver.settled();
      expect(await contents(system(), 'alice')).toEqual(before.map(contentOf));
    });

    const pod = (part: JsonObject) => ({spec: {template: {spec: part}}});
    test.each([
      {what: 'a container', part: {containers: [{name: 'evil', image: 'evil'}]}},
      {what: 'an init container', part: {initContainers: [{name: 'evil', image: 'evil'}]}},
      {
        what: 'an envFrom',
        part: {
          containers: [
            {name: 'ml-pipeline-ui-artifact', envFrom: [{secretRef: {name: 'mlpipeline-minio-artifact'}}]},
          ],
        },
      },
    ])('$what in the artifact server', async ({part}) => {
      const server = await system().get(DEPLOYMENT, 'ml-pipeline-ui-artifact', 'alice');
      await system().strategic({...server, ...DEPLOYMENT}, pod(part));
      await system().driver.settled();
      await until(async () => {
        const now = await system().find(DEPLOYMENT, 'ml-pipeline-ui-artifact', 'alice');
        return now !== undefined && now.metadata.uid !== server.metadata.uid;
      });
      const replaced = await system().get(DEPLOYMENT, 'ml-pipeline-ui-artifact', 'alice');
      expect(JSON.stringify(replaced.spec)).not.toContain('evil');
      expect(JSON.stringify(replaced.spec)).not.toContain('envFrom');
      // The next one would have to wait for the interval.
      await new Promise(resolve => setTimeout(resolve, 1100));
      await resync(system(), 'alice');
      expect(readyOf(await system().get(PROFILE, 'alice'))).toMatchObject({status: 'True'});
    });
  });

  test('a child that lost its label, annotation or owner reference is taken back', async () => {
    const before = await childrenOf(system(), 'alice');
    system().audit.read();
    await eachOf(withoutNamespace(before), async child => void (await system().merge(child, WITHOUT_MARK)));
    await system().driver.settled();
    await resync(system(), 'alice');
    expect(await contents(system(), 'alice')).toEqual(before.map(contentOf));
    await eachOf(
      before,
      async child => void (await system().merge(child, {metadata: {ownerReferences: []}})),
    );
    await system().driver.settled();
    await resync(system(), 'alice');
    const taken = mode === 'companion' ? withoutNamespace(before) : before;
    expect(await contents(system(), 'alice')).toEqual(taken.map(contentOf));
    await expectNoRefusal(system());
  });

  test('an orphan elsewhere that carries the label holds up nobody', async () => {
    const {uid = ''} = (await system().get(PROFILE, 'alice')).metadata;
    const metadata = {name: 'orphan', namespace: 'default', labels: {[UID_LABEL]: uid}};
    await system().apply({
      ...CONFIG_MAP,
      metadata: {...metadata, annotations: {[DECORATOR_ANNOTATION]: 'profile-sync'}},
    });
    await system().driver.settled();
    await damage(system());
    await system().driver.settled();
    await expectRepaired(system());
    await expectNoRefusal(system());
    expect(readyOf(await system().get(PROFILE, 'alice'))).toMatchObject({status: 'True'});
  });

  test('an object elsewhere that calls the Profile its owner holds up nobody', async () => {
    const {uid = ''} = (await system().get(PROFILE, 'alice')).metadata;
    await system().apply({
      ...CONFIG_MAP,
      metadata: {
        name: 'impostor',
        namespace: 'default',
        labels: {[UID_LABEL]: uid},
        annotations: {[DECORATOR_ANNOTATION]: 'profile-sync'},
        ownerReferences: [{...PROFILE, name: 'alice', uid, controller: true}],
      },
    });
    await system().driver.settled();
    await damage(system());
    await system().driver.settled();
    await expectRepaired(system());
    await expectNoRefusal(system());
  });

  test('keys that users add to kfp-launcher stay', async () => {
    const launcher = await system().get(CONFIG_MAP, 'kfp-launcher', 'alice');
    await system().merge(launcher, {
      data: {'plugins.mlflow': '{}', defaultPipelineRoot: 'minio://elsewhere'},
    });
    await system().driver.settled();
    await resync(system(), 'alice');
    const now = await system().get(CONFIG_MAP, 'kfp-launcher', 'alice');
    expect(now.metadata.uid).toBe(launcher.metadata.uid);
    expect(now.data).toEqual({...(launcher.data as JsonObject), 'plugins.mlflow': '{}'});
  });

  test('a rollout restart and a scaling are not fought over', async () => {
    const server = await system().get(DEPLOYMENT, 'ml-pipeline-ui-artifact', 'alice');
    const restarted = {'kubectl.kubernetes.io/restartedAt': '2026-01-01T00:00:00Z'};
    await system().strategic(server, {spec: {template: {metadata: {annotations: restarted}}}});
    await system().scale(server, 2);
    await system().driver.settled();
    for (let round = 0; round < 3; round++) await resync(system(), 'alice');
    const now = await system().get(DEPLOYMENT, 'ml-pipeline-ui-artifact', 'alice');
    expect(now.metadata.uid).toBe(server.metadata.uid);
    expect(now.spec).toMatchObject({replicas: 2, template: {metadata: {annotations: restarted}}});
    expect(writesOf(system().audit.read()).filter(({verb}) => verb === 'delete')).toEqual([]);
  });
});

const WITHOUT_MARK = {
  metadata: {labels: {[UID_LABEL]: null}, annotations: {[DECORATOR_ANNOTATION]: null}},
};

async function eachOf(
  objects: readonly KubernetesObject[],
  work: (object: KubernetesObject) => Promise<void>,
): Promise<void> {
  for (const object of objects) await work(object);
}

function ofKind(objects: readonly KubernetesObject[], {kind}: Kind): KubernetesObject[] {
  return objects.filter(object => object.kind === kind);
}

function withoutNamespace(objects: readonly KubernetesObject[]): KubernetesObject[] {
  return objects.filter(({kind}) => kind !== NAMESPACE.kind);
}

async function contents(system: System, tenant: string): Promise<object[]> {
  return (await childrenOf(system, tenant)).map(contentOf);
}

async function damage(system: System): Promise<void> {
  const binding = await system.get(ROLE_BINDING, 'pipelines-owner', 'alice');
  await system.merge(binding, {subjects: []});
}

async function expectRepaired(system: System): Promise<void> {
  const binding = await system.get(ROLE_BINDING, 'pipelines-owner', 'alice');
  expect(binding.subjects).toHaveLength(1);
}

async function expectNoRefusal(system: System): Promise<void> {
  const refused = system.audit.read().filter(({status}) => status >= 400 && status !== 404 && status !== 409);
  expect(refused).toEqual([]);
}
