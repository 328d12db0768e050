import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import type {Mode} from '../../src/guard/tenancy.ts';
import type {KubernetesObject} from '../../src/kubernetes/object.ts';
import {controllerOf} from '../../src/kubernetes/owner.ts';
import {createSetting, keysIn, type Setting} from '../credentials/iam-setup.ts';
import {writesOf} from './audit.ts';
import {createBelongings, uidsIn} from './belongings.ts';
import {childrenOf, namesOf} from './children.ts';
import {createEarlierTenant, installEarlierControllers} from './earlier-controllers.ts';
import {CONFIG_MAP, DEPLOYMENT, NAMESPACE, PROFILE, SECRET, SERVICE_ACCOUNT} from './objects.ts';
import {commandsBelow, HAS_KUBECTL, runAsAdmin} from './readme-commands.ts';
import {type Cluster, installSystem, type System, startCluster, until} from './system.ts';
import {readyOf, resync} from './tenants.ts';

const STEPS: {readonly [mode in Mode]: readonly string[]} = {
  companion: ['### Stop pipelines-profile-controller'],
  standalone: [
    '### Stop pipelines-profile-controller',
    '### Stop profile-controller',
    '### Label what names the Profile',
  ],
};

/** Has fields that no template renders, so it is made anew once. */
const SERVER = ['Deployment ml-pipeline-ui-artifact', 'Service ml-pipeline-ui-artifact'];

const OVERLAP_MILLISECONDS = 24 * 3600 * 1000;
const ARTIFACT = 'private-artifacts/alice/model';

const title = HAS_KUBECTL ? '' : ' (skipped: kubectl is not on the PATH)';

describe.skipIf(!HAS_KUBECTL).each(['companion', 'standalone'] as const)(`migrating${title} (%s)`, mode => {
  let cluster: Cluster;
  let system: System;
  let setting: Setting;
  let before: ReadonlyMap<string, string>;

  beforeAll(async () => {
    cluster = await startCluster();
    await installEarlierControllers(cluster);
    await createEarlierTenant(cluster, 'alice');
    await createBelongings(cluster.objects, 'alice');
    if (mode === 'standalone') await createElder(cluster);
    before = await uidsIn(cluster.objects, 'alice');
    runSteps(cluster, STEPS[mode]);
    await createEarlierTenant(cluster, 'forgotten');
    setting = earlierStore();
    system = await installSystem(cluster, {
      mode,
      now: () => setting.clock.now,
      provisioner: setting.start(),
      values: {
        adoptCreatedBefore: new Date(setting.clock.now + 60_000).toISOString().replace(/\.\d+/, ''),
        foreignFields: {interval: '1s'},
      },
    });
    await system.driver.settled();
  });
  afterAll(async () => await (system ?? cluster)?.stop());

  test('completes the namespace without a refused write', async () => {
    expect(readyOf(await system.get(PROFILE, 'alice'))).toMatchObject({status: 'True'});
    const calls = system.audit.read().filter(({namespace}) => namespace !== 'forgotten');
    expect(calls.filter(({status}) => status >= 400)).toEqual([]);
    expect(namesOf(await childrenOf(system, 'alice'))).toHaveLength(mode === 'companion' ? 18 : 26);
  });

  test("makes nothing of a tenant's anew", async () => {
    expect(changesOf(before, await uidsIn(system, 'alice'))).toEqual(SERVER);
  });

  test('leaves nothing of the old artifact server', async () => {
    const {spec} = await system.get(DEPLOYMENT, 'ml-pipeline-ui-artifact', 'alice');
    expect(JSON.stringify(spec)).not.toContain('OF_THE_OLD_ONE');
  });

  test("puts our key into the Secret, and leaves no copy of sync.py's", async () => {
    const {data, metadata} = await system.get(SECRET, 'mlpipeline-minio-artifact', 'alice');
    const {accesskey = ''} = data as {accesskey?: string};
    const key = Buffer.from(accesskey, 'base64').toString();
    expect(keysIn(setting)).toContainEqual(expect.stringMatching(RegExp(`^ps-east-alice-\\w+ ${key}$`)));
    expect(JSON.stringify(metadata)).not.toContain('last-applied-configuration');
    expect(controllerOf({metadata} as KubernetesObject)).toMatchObject({kind: 'Profile', name: 'alice'});
  });

  test('comes to rest: five resyncs write no child but the write-only Secret', async () => {
    await new Promise(resolve => setTimeout(resolve, 1100));
    await system.driver.settled();
    system.audit.read();
    for (let round = 0; round < 5; round++) await resync(system, 'alice');
    const calls = writesOf(system.audit.read()).filter(({namespace}) => namespace === 'alice');
    expect(calls.filter(({resource}) => resource !== 'secrets')).toEqual([]);
  });

  test("keeps sync.py's user for the overlap, then removes it; artifacts stay", async () => {
    expect(keysIn(setting)).toContain('alice OLDalice');
    setting.clock.now += OVERLAP_MILLISECONDS;
    await resync(system, 'alice');
    expect(setting.store.users.has('alice')).toBe(false);
    expect(keysIn(setting).filter(key => key.includes('alice'))).toHaveLength(1);
    expect([...(setting.store.buckets.get('mlpipeline') ?? []).keys()]).toEqual([ARTIFACT]);
  });

  if (mode === 'companion')
    test('does nothing to what the Namespace still controls, until that is taken off', async () => {
      const own = await uidsIn(system, 'forgotten');
      const launcher = await system.get(CONFIG_MAP, 'kfp-launcher', 'forgotten');
      expect(controllerOf(launcher)?.kind).toBe('Namespace');
      runSteps(cluster, STEPS.companion);
      await until(async () => readyOf(await system.get(PROFILE, 'forgotten'))?.status === 'True');
      await system.driver.settled();
      expect(changesOf(own, await uidsIn(system, 'forgotten'))).toEqual(SERVER);
    });

  if (mode === 'standalone') {
    test('leaves a namespace alone that its Profile does not control', async () => {
      const {metadata} = await system.get(NAMESPACE, 'elder');
      expect(metadata.ownerReferences).toBeUndefined();
      expect(metadata.labels).not.toHaveProperty('controller-uid');
      const message = expect.stringContaining('Namespace elder has no controller');
      expect(readyOf(await system.get(PROFILE, 'elder'))).toMatchObject({status: 'False', message});
    });

    test('lets go of what has no label, and refuses its namespace', async () => {
      expect((await system.get(NAMESPACE, 'forgotten')).metadata.ownerReferences).toBeUndefined();
      const account = await system.get(SERVICE_ACCOUNT, 'default-editor', 'forgotten');
      expect(account.metadata.ownerReferences).toBeUndefined();
      const message = expect.stringContaining('Namespace forgotten has no controller');
      expect(readyOf(await system.get(PROFILE, 'forgotten'))).toMatchObject({status: 'False', message});
    });

    test('takes it back once all steps are done for it; repeating them does nothing to others', async () => {
      const uids = await uidsIn(system, 'alice');
      const own = await uidsIn(system, 'forgotten');
      runSteps(cluster, ['### Stop pipelines-profile-controller', '### Stop profile-controller']);
      runSteps(cluster, ['### Label what names the Profile', '### Forgot to label a namespace']);
      await until(async () => readyOf(await system.get(PROFILE, 'forgotten'))?.status === 'True');
      await system.driver.settled();
      expect(changesOf(own, await uidsIn(system, 'forgotten'))).toEqual(SERVER);
      expect(changesOf(uids, await uidsIn(system, 'alice'))).toEqual([]);
      const [check] = runSteps(cluster, ['### Check a migration']);
      expect(check).toMatch(/alice +True[\s\S]*elder +False[\s\S]*forgotten +True/);
    });
  }

  test('ends with the Profile: all of it goes, and the key', async () => {
    const profile = await system.get(PROFILE, 'alice');
    await system.remove(profile);
    // Beside profile-controller its finalizer is its own to take off.
    if (mode === 'companion')
      await system.patch(profile, [{op: 'remove', path: '/metadata/finalizers/0'}], 'manager');
    await until(async () => (await system.find(PROFILE, 'alice')) === undefined);
    await until(async () => (await system.find(NAMESPACE, 'alice')) === undefined);
    expect(keysIn(setting).filter(key => key.includes('alice'))).toEqual([]);
  });
});

/** Runs the README's commands below these headings; answers what each block printed. */
function runSteps({controlPlane}: Cluster, headings: readonly string[]): string[] {
  return headings.flatMap(commandsBelow).map(script => runAsAdmin(controlPlane, script));
}

/** What is gone or was made anew. */
function changesOf(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): string[] {
  const changed = [...before].filter(([name, uid]) => after.get(name) !== uid);
  return changed.map(([name]) => name).sort();
}

/** A Profile whose namespace was there before it: profile-controller lets it have that, without an owner. */
async function createElder({objects}: Cluster): Promise<void> {
  await objects.apply({...NAMESPACE, metadata: {name: 'elder', annotations: {owner: 'elder@example.com'}}});
  const owner = {kind: 'User', name: 'elder@example.com'};
  await objects.apply({...PROFILE, metadata: {name: 'elder'}, spec: {owner}});
}

/** A store as sync.py leaves it. */
function earlierStore(): Setting {
  const setting = createSetting();
  setting.clock.now = Date.now();
  const policies = new Map([['KubeflowProjectalice', {}]]);
  setting.store.users.set('alice', {keys: new Map([['OLDalice', 'old-secret']]), policies});
  const artifact = {body: new Uint8Array([1]), etag: '"1"'};
  setting.store.buckets.get('mlpipeline')?.set(ARTIFACT, artifact);
  return setting;
}
