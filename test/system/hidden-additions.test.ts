import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import type {KubernetesObject} from '../../src/kubernetes/object.ts';
import {CONFIG_MAP, DEPLOYMENT, PROFILE} from './objects.ts';
import {type System, startSystem} from './system.ts';
import {createTenant, readyOf, resync} from './tenants.ts';

const SERVER = 'ml-pipeline-ui-artifact';
const EVIL = {
  name: 'evil',
  image: 'example.com/evil',
  securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: ['ALL']}},
};
const ADD_EVIL = {op: 'add', path: '/spec/template/spec/containers/-', value: EVIL};
const WIPE = {op: 'replace', path: '/metadata/managedFields', value: [{}]};

let system: System;
let now = 0;
beforeAll(async () => {
  system = await startSystem({mode: 'companion', now: () => now});
});
afterAll(async () => await system?.stop());

describe("a container that an editor adds to a tenant's Deployment goes", () => {
  test.each([
    {by: 'kubectl', tenant: 'plain', manager: 'kubectl-edit', operations: [ADD_EVIL]},
    {by: "Metacontroller's name", tenant: 'posing', manager: 'metacontroller', operations: [ADD_EVIL]},
    {
      by: "a controller's name",
      tenant: 'controller',
      manager: 'kube-controller-manager',
      operations: [ADD_EVIL],
    },
    {
      by: 'wiping who owns what in the same write',
      tenant: 'wiping',
      manager: 'metacontroller',
      operations: [ADD_EVIL, WIPE],
    },
  ])('though added by $by', async ({tenant, manager, operations}) => {
    await createTenant(system, tenant);
    const before = await server(tenant);
    await system.patch(before, operations, manager);
    await system.driver.settled();
    const after = await server(tenant);
    expect(after.metadata.uid).not.toBe(before.metadata.uid);
    expect(containersOf(after)).toEqual([SERVER]);
    expect(await messageOf(tenant)).toBe('18 objects are in place');
  });

  test('though it is hidden while the object waits for its turn', async () => {
    await createTenant(system, 'patient');
    await system.patch(await server('patient'), [ADD_EVIL]);
    await system.driver.settled();
    await system.patch(await server('patient'), [ADD_EVIL]);
    await system.driver.settled();
    expect(await messageOf('patient')).toContain('[name=evil] as editor again)');
    await system.patch(await server('patient'), [WIPE]);
    await system.driver.settled();
    expect(containersOf(await server('patient'))).toEqual([SERVER, 'evil']);
    expect(await messageOf('patient')).toContain('somebody else wiped metadata.managedFields again');
    now += 10 * 60 * 1000;
    await resync(system, 'patient');
    expect(containersOf(await server('patient'))).toEqual([SERVER]);
  });
});

test('a key that an editor adds to a ConfigMap, wiping who owns what, goes', async () => {
  await createTenant(system, 'keys');
  const before = await system.get(CONFIG_MAP, 'metadata-grpc-configmap', 'keys');
  await system.patch(before, [{op: 'add', path: '/data/EVIL', value: 'yes'}, WIPE]);
  await system.driver.settled();
  const {data} = await system.get(CONFIG_MAP, 'metadata-grpc-configmap', 'keys');
  expect(data).toEqual(before.data);
});

async function server(namespace: string): Promise<KubernetesObject> {
  return await system.get(DEPLOYMENT, SERVER, namespace);
}

function containersOf({spec}: KubernetesObject): string[] {
  const {template} = spec as unknown as {template: {spec: {containers: {name: string}[]}}};
  return template.spec.containers.map(({name}) => name);
}

async function messageOf(tenant: string): Promise<string | undefined> {
  return readyOf(await system.get(PROFILE, tenant))?.message;
}
