import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import type {JsonObject, KubernetesObject} from '../../src/kubernetes/object.ts';
import {writesOf} from './audit.ts';
import {DEPLOYMENT, MUTATING_POLICY, MUTATING_POLICY_BINDING, PROFILE, pathTo} from './objects.ts';
import {type System, startSystem, until} from './system.ts';
import {createTenant, readyOf, resync} from './tenants.ts';

const SERVER = 'ml-pipeline-ui-artifact';
/** Sets what platforms set: a label, a variable, and a field that Kubernetes would give a default. */
const MUTATION = `Object{
  metadata: Object.metadata{labels: {"injected": "yes"}},
  spec: Object.spec{template: Object.spec.template{spec: Object.spec.template.spec{
    schedulerName: "injected",
    containers: [Object.spec.template.spec.containers{
      name: object.spec.template.spec.containers[0].name,
      env: [Object.spec.template.spec.containers.env{name: "INJECTED", value: "yes"}]
    }]
  }}}
}`;

let system: System;
beforeAll(async () => {
  system = await startSystem({mode: 'companion'});
});
afterAll(async () => await system?.stop());
describe('what admission adds to a Deployment', () => {
  beforeAll(async () => {
    await createTenant(system, 'before');
    await inject();
    await createTenant(system, 'after');
  });

  test.each(['before', 'after'])('has no owner, in one that was made %s', async tenant => {
    // Somebody's own write is what lets admission have its way with one that was there before.
    await system.merge(await server(tenant), {metadata: {annotations: {touched: 'yes'}}});
    await system.driver.settled();
    const {metadata, spec} = await server(tenant);
    expect(JSON.stringify(spec)).toContain('INJECTED');
    expect(JSON.stringify(metadata.managedFields)).not.toMatch(/INJECTED|schedulerName|injected/);
    expect(ownersOf(metadata)).toEqual([
      'editor Update',
      'kube-controller-manager Update status',
      'metacontroller Apply',
    ]);
  });

  test('stays, and ten syncs write nothing to it', async () => {
    const {metadata} = await server('after');
    system.audit.read();
    for (let count = 0; count < 10; count++) await resync(system, 'after');
    const writes = writesOf(system.audit.read()).filter(({resource}) => resource === 'deployments');
    expect(writes).toEqual([]);
    expect((await server('after')).metadata).toMatchObject({
      uid: metadata.uid,
      generation: metadata.generation,
    });
    expect(readyOf(await system.get(PROFILE, 'after'))).toMatchObject({status: 'True'});
  });
});

/** Lets admission change every Deployment, from now on. */
async function inject(): Promise<void> {
  const resourceRules = [
    {apiGroups: ['apps'], apiVersions: ['v1'], operations: ['CREATE', 'UPDATE'], resources: ['deployments']},
  ];
  const metadata = {name: 'inject'};
  await system.apply({
    ...MUTATING_POLICY,
    metadata,
    spec: {
      failurePolicy: 'Fail',
      reinvocationPolicy: 'IfNeeded',
      matchConstraints: {resourceRules},
      mutations: [{patchType: 'ApplyConfiguration', applyConfiguration: {expression: MUTATION}}],
    },
  });
  await system.apply({...MUTATING_POLICY_BINDING, metadata, spec: {policyName: 'inject'}});
  // Admission sees no write that changes nothing.
  const patch = {metadata: {annotations: {probe: 'yes'}}};
  const path = `${pathTo(await server('before'))}?fieldManager=probe&dryRun=All`;
  await until(async () => {
    const {body} = await system.admin.request('PATCH', path, patch, 'application/merge-patch+json');
    if (body.message) throw new Error(String(body.message));
    return JSON.stringify(body).includes('INJECTED');
  });
}

async function server(namespace: string): Promise<KubernetesObject> {
  return await system.get(DEPLOYMENT, SERVER, namespace);
}

function ownersOf({managedFields}: KubernetesObject['metadata']): string[] {
  const entries = managedFields as JsonObject[];
  return entries
    .map(({manager, operation, subresource}) => [manager, operation, subresource].filter(Boolean).join(' '))
    .sort();
}
