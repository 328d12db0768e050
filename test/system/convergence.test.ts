import {expect, test} from 'vitest';
import type {JsonObject, KubernetesObject} from '../../src/kubernetes/object.ts';
import {DEPLOYMENT, EVENT, NAMESPACE, PROFILE, ROLE_BINDING, SECRET} from './objects.ts';
import {describeModes} from './suite.ts';
import {type System, until} from './system.ts';
import {createTenant, readyOf, resync} from './tenants.ts';

const KEY = 'mlpipeline-minio-artifact';

describeModes('what cannot be changed is replaced', {manifests: {observeSecrets: true}}, system => {
  test('a RoleBinding with another roleRef: the old grant is gone', async () => {
    await createTenant(system(), 'alice');
    const binding = await system().get(ROLE_BINDING, 'pipelines-default-viewer', 'alice');
    const viewer = 'system:serviceaccount:alice:default-viewer';
    await swap(
      system(),
      {...binding, ...ROLE_BINDING},
      {roleRef: {...(binding.roleRef as JsonObject), name: 'kubeflow-edit'}},
    );
    // The API server hears of bindings a moment later, and Metacontroller may have put this one right by then.
    const isBack = async () => {
      const now = await system().find(ROLE_BINDING, binding.metadata.name, 'alice');
      return JSON.stringify(now?.roleRef) === JSON.stringify(binding.roleRef);
    };
    await until(async () => (await mayCreateRuns(system(), viewer)) || (await isBack()));
    await converged(system(), ROLE_BINDING, binding.metadata.name, ({roleRef}) => roleRef, binding.roleRef);
    await until(async () => !(await mayCreateRuns(system(), viewer)));
  });

  test('a Deployment with another selector', async () => {
    const server = await system().get(DEPLOYMENT, 'ml-pipeline-ui-artifact', 'alice');
    const spec = structuredClone(server.spec) as {selector: object; template: {metadata: {labels: object}}};
    spec.selector = {matchLabels: {app: 'other'}};
    spec.template.metadata.labels = {app: 'other'};
    await swap(system(), {...server, ...DEPLOYMENT}, {spec: spec as unknown as JsonObject});
    const selector = ({spec}: KubernetesObject) => (spec as JsonObject).selector;
    await converged(system(), DEPLOYMENT, server.metadata.name, selector, selector(server));
  });

  test('a Secret of another type, as far as Secrets are observed', async () => {
    const secret = await system().get(SECRET, KEY, 'alice');
    await swap(system(), {...secret, ...SECRET}, {type: 'example.com/other'});
    await converged(system(), SECRET, KEY, ({type}) => type, 'Opaque');
    expect((await system().get(SECRET, KEY, 'alice')).data).toEqual(secret.data);
  });

  test('a Secret that somebody made immutable, as far as Secrets are observed', async () => {
    const secret = await system().get(SECRET, KEY, 'alice');
    await system().merge({...secret, ...SECRET}, {immutable: true, data: {accesskey: 'ZXZpbA=='}});
    await system().driver.settled();
    await resync(system(), 'alice');
    const replaced = await system().get(SECRET, KEY, 'alice');
    expect({data: replaced.data, immutable: replaced.immutable}).toEqual({
      data: secret.data,
      immutable: undefined,
    });
  });
});

describeModes('a write-only Secret', {}, (system, mode) => {
  test('that an editor made immutable keeps nothing else from being put right, and an Event says what is wrong', async () => {
    await createTenant(system(), 'alice');
    const secret = await system().get(SECRET, KEY, 'alice');
    await system().merge({...secret, ...SECRET}, {immutable: true, data: {accesskey: 'ZXZpbA=='}});
    const binding = await system().get(ROLE_BINDING, 'pipelines-owner', 'alice');
    await system().merge({...binding, ...ROLE_BINDING}, {subjects: []});
    await until(async () => {
      const {subjects} = await system().get(ROLE_BINDING, 'pipelines-owner', 'alice');
      return Array.isArray(subjects) && subjects.length === 1;
    });
    await until(async () => {
      const events = await system().list(EVENT, 'default');
      return events.some(({message}) => /mlpipeline-minio-artifact.*immutable/s.test(String(message)));
    });
    const events = JSON.stringify(await system().list(EVENT, 'default'));
    for (const value of Object.values(secret.data as {[key: string]: string}))
      expect(events).not.toContain(Buffer.from(value, 'base64').toString());
    await system().remove({...secret, ...SECRET});
    await resync(system(), 'alice');
    expect((await system().get(SECRET, KEY, 'alice')).data).toEqual(secret.data);
  });

  test('that an editor gave another type comes back once somebody deletes it', async () => {
    const secret = await system().get(SECRET, KEY, 'alice');
    await system().remove({...secret, ...SECRET});
    await system().apply({...SECRET, metadata: {name: KEY, namespace: 'alice'}, type: 'example.com/other'});
    await resync(system(), 'alice');
    await system().remove({...secret, ...SECRET});
    await resync(system(), 'alice');
    expect((await system().get(SECRET, KEY, 'alice')).data).toEqual(secret.data);
  });

  // In companion the Namespace is profile-controller's.
  if (mode === 'companion') return;
  test('comes back with all else when an admin deletes the Namespace', async () => {
    const namespace = await system().get(NAMESPACE, 'alice');
    await system().remove({...namespace, ...NAMESPACE});
    await until(async () => {
      const now = await system().find(NAMESPACE, 'alice');
      return now !== undefined && now.metadata.uid !== namespace.metadata.uid;
    });
    await system().driver.settled();
    await resync(system(), 'alice');
    expect(readyOf(await system().get(PROFILE, 'alice'))).toMatchObject({status: 'True'});
  });
});

/** Replaces an object by one of the same name and owner that differs in what cannot be changed. */
async function swap(system: System, object: KubernetesObject, difference: JsonObject): Promise<void> {
  const {name, namespace, labels, annotations, ownerReferences} = object.metadata;
  await system.remove(object);
  const metadata = {name, namespace, labels, annotations, ownerReferences};
  const {status: _, metadata: __, ...rest} = object;
  const copy = JSON.parse(JSON.stringify({...rest, ...difference, metadata})) as KubernetesObject;
  // Metacontroller may be faster, and its own stands for a moment.
  await until(async () => {
    try {
      await system.create(copy);
      return true;
    } catch {
      await system.remove(object);
      return false;
    }
  });
}

async function converged(
  system: System,
  kind: {apiVersion: string; kind: string},
  name: string,
  read: (object: KubernetesObject) => unknown,
  wanted: unknown,
): Promise<void> {
  await system.driver.settled();
  await until(async () => {
    const now = await system.find(kind, name, 'alice');
    return now !== undefined && JSON.stringify(read(now)) === JSON.stringify(wanted);
  });
}

async function mayCreateRuns({admin}: System, user: string): Promise<boolean> {
  const {body} = await admin.request('POST', '/apis/authorization.k8s.io/v1/subjectaccessreviews', {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SubjectAccessReview',
    spec: {
      user,
      resourceAttributes: {
        namespace: 'alice',
        verb: 'create',
        group: 'pipelines.kubeflow.org',
        resource: 'runs',
      },
    },
  });
  return (body.status as {allowed: boolean}).allowed;
}
