import {readFileSync} from 'node:fs';
import {loadAll} from 'js-yaml';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import type {JsonObject, KubernetesObject} from '../../src/kubernetes/object.ts';
import {runHere} from '../support/command.ts';
import {requesterOf, review} from './review.ts';
import {type System, startSystem, until} from './system.ts';
import {createTenant} from './tenants.ts';

const SAMPLE = 'manifests/samples/two-tenants.yaml';
const SAMPLES = loadAll(readFileSync(SAMPLE, 'utf8')) as KubernetesObject[];
const LIST = {verb: 'list', group: 'pipelines.kubeflow.org', resource: 'experiments'};

/** Charmed Kubeflow's multi-tenancy test: a user sees the experiments of the own namespace, and of no other. */
describe.each(['companion', 'standalone'] as const)("a user's experiments: %s", mode => {
  let system: System;
  beforeAll(async () => {
    system = await startSystem({mode});
    for (const {kind, metadata, spec} of SAMPLES) {
      if (kind === 'Profile') await createTenant(system, metadata.name, spec as JsonObject);
    }
    await system.applyAll(SAMPLES.filter(({kind}) => kind === 'RoleBinding'));
    await system.driver.settled();
    await until(async () => await isAllowed('test.user2@example.org', 'user2'));
  });
  afterAll(async () => await system?.stop());

  test.each([
    {user: 'test.user2@example.org', namespace: 'user2', allowed: true},
    {user: 'test.user2@example.org', namespace: 'user1', allowed: false},
    {user: 'test.user1@example.org', namespace: 'user1', allowed: true},
    {user: 'test.user1@example.org', namespace: 'user2', allowed: false},
    {user: 'guest@example.org', namespace: 'user2', allowed: false},
  ])('$user lists those of $namespace: $allowed', async ({user, namespace, allowed}) => {
    expect(await isAllowed(user, namespace)).toBe(allowed);
    const question = ['list', 'experiments.pipelines.kubeflow.org', '-n', namespace, '--as', user];
    const {status, stdout} = await runHere('can-i', ...question, '--profiles', SAMPLE, '--mode', mode);
    expect({status, stdout}).toEqual(allowed ? {status: 0, stdout: 'yes\n'} : {status: 1, stdout: 'no\n'});
  });

  async function isAllowed(name: string, namespace: string): Promise<boolean> {
    return await review(system.admin, {...LIST, identity: requesterOf({kind: 'User', name}), namespace});
  }
});
