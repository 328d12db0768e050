import {readFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import {dump} from 'js-yaml';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {type Access, readAccess} from '../../src/commands/access.ts';
import type {Findings} from '../../src/commands/findings.ts';
import type {Mode} from '../../src/guard/tenancy.ts';
import type {JsonObject} from '../../src/kubernetes/object.ts';
import {type Action, isAllowed, type Policy} from '../../src/rbac/evaluate.ts';
import {identityOf, type Subject} from '../../src/rbac/identity.ts';
import {accessMatrix, type Cell, subjectsOf, type Tenant} from '../../src/rbac/matrix.ts';
import {folderWith} from '../support/command.ts';
import {CLUSTER_ROLE, CLUSTER_ROLE_BINDING, PROFILE} from './objects.ts';
import {type Answered, disagreements, requesterOf, review} from './review.ts';
import {type System, startSystem, until} from './system.ts';
import {collaborator, createTenant} from './tenants.ts';

/** One of each kind that may own a Profile; the robot lives in no tenant's namespace. */
const OWNERS: {readonly [tenant: string]: JsonObject} = {
  anna: {kind: 'User', name: 'anna@example.com'},
  band: {kind: 'Group', name: 'band'},
  cart: {kind: 'ServiceAccount', name: 'robot', namespace: 'robots'},
};
const TENANTS = Object.keys(OWNERS);

const COLLABORATORS = [
  ...TENANTS.flatMap(tenant => [
    collaborator(tenant, `editor-of-${tenant}@example.com`, 'edit'),
    collaborator(tenant, `viewer-of-${tenant}@example.com`, 'view'),
  ]),
  // Somebody with a namespace of her own who is let into another one.
  collaborator('band', 'anna@example.com', 'view'),
];

const CLUSTER_ROLES = fileURLToPath(new URL('cluster-roles.yaml', import.meta.url));

/** What a cell must be about, whatever the roles say. */
const RESOURCES = ['experiments', 'networkpolicies', 'pods', 'rolebindings', 'roles', 'runs', 'secrets'];

/** What a role may allow without naming it, or seem to. */
const BEYOND: readonly Action[] = [
  {verb: 'create', group: '', resource: 'pods', subresource: 'exec'},
  {verb: 'get', group: '', resource: 'pods', subresource: 'exec', name: 'a'},
  {verb: 'get', group: '', resource: 'pods', subresource: 'log', name: 'a'},
  {verb: 'create', group: '', resource: 'pods', subresource: 'ephemeralcontainers'},
  {verb: 'create', group: '', resource: 'serviceaccounts', subresource: 'token', name: 'default-editor'},
  {verb: 'impersonate', group: '', resource: 'serviceaccounts', name: 'default-editor'},
  {verb: 'get', group: '', resource: 'secrets', name: 'mlpipeline-minio-artifact'},
  {verb: 'get', group: '', resource: 'secrets', name: 'another'},
  {verb: 'list', group: '', resource: 'secrets', name: 'mlpipeline-minio-artifact'},
  {verb: '*', group: '', resource: 'secrets'},
  {verb: '*', group: '*', resource: '*'},
  {verb: 'get', group: '', resource: '*'},
  {verb: 'get', group: '*', resource: 'pods'},
  {verb: 'get', group: '', resource: 'deployments'},
  {verb: 'get', group: 'apps', resource: 'pods'},
  {verb: 'escalate', group: 'rbac.authorization.k8s.io', resource: 'roles'},
  {verb: 'bind', group: 'rbac.authorization.k8s.io', resource: 'clusterroles', name: 'kubeflow-admin'},
  {verb: 'create', group: 'authorization.k8s.io', resource: 'localsubjectaccessreviews'},
  {verb: 'get', group: 'kubeflow.org', resource: 'viewers'},
  {verb: 'update', group: 'kubeflow.org', resource: 'viewers'},
  {verb: 'readArtifact', group: 'pipelines.kubeflow.org', resource: 'runs'},
  {verb: 'READARTIFACT', group: 'pipelines.kubeflow.org', resource: 'runs'},
  {verb: 'get', group: 'pipelines.kubeflow.org', resource: 'runs', subresource: 'status'},
  {verb: 'get', group: 'pipelines.kubeflow.org', resource: 'pipelines', subresource: 'versions'},
  {verb: 'update', group: 'argoproj.io', resource: 'workflows', subresource: 'finalizers'},
  {verb: 'delete', group: 'security.istio.io', resource: 'authorizationpolicies'},
];

const PIPELINES = ['experiments', 'jobs', 'pipelines', 'pipelineversions', 'runs', 'artifacts'];
const PIPELINES_VERBS = [
  ...['get', 'list', 'watch', 'create', 'update', 'patch', 'delete', 'deletecollection'],
  ...['archive', 'unarchive', 'retry', 'terminate', 'reportMetrics', 'readArtifact', 'enable', 'disable'],
];

/** Whether the roles name it or not. */
const OF_PIPELINES: readonly Action[] = PIPELINES.flatMap(resource =>
  PIPELINES_VERBS.map(verb => ({verb, group: 'pipelines.kubeflow.org', resource})),
);

/** Whom no binding of a tenant names. */
const STRANGERS: readonly Subject[] = [
  {kind: 'User', name: 'nobody@example.com'},
  {kind: 'User', name: 'band'},
  {kind: 'Group', name: 'anna@example.com'},
  {kind: 'Group', name: 'system:serviceaccounts:anna'},
  {kind: 'ServiceAccount', namespace: 'robots', name: 'default-editor'},
  {kind: 'ServiceAccount', namespace: 'cart', name: 'robot'},
];

/** Nobody's, or the platform's: nobody has anything there. */
const OTHER_NAMESPACES = ['default', 'kubeflow', 'robots'];

describe.each([
  {mode: 'companion', values: {}},
  {mode: 'standalone', values: {collaboratorBindings: true}},
] as const)('can-i agrees with the API server: $mode $values', ({mode, values}) => {
  let system: System;
  beforeAll(async () => {
    system = await startSystem({mode, values});
    for (const tenant of TENANTS) await createTenant(system, tenant, {owner: OWNERS[tenant] as JsonObject});
    await system.applyAll(COLLABORATORS);
    await system.driver.settled();
    await untilAggregated(system);
  });
  afterAll(async () => await system?.stop());

  test('about every cell of the matrix', async () => {
    const cells = accessMatrix(...offline(mode, values));
    expect([...new Set(cells.map(({resource}) => resource))]).toEqual(expect.arrayContaining(RESOURCES));
    expect(await disagreements(system.admin, told(cells.map(asked)))).toEqual([]);
  });

  test('about what no role names in the words of the question', async () => {
    const [policy, tenants] = offline(mode, values);
    const questions = [...TENANTS, ...OTHER_NAMESPACES].flatMap(namespace =>
      [...subjectsOf(policy, tenants), ...STRANGERS].flatMap(subject =>
        [...BEYOND, ...OF_PIPELINES].map(action => ({
          ...action,
          namespace,
          identity: requesterOf(subject),
          allowed: isAllowed(policy, identityOf(subject), namespace, action),
        })),
      ),
    );
    expect(await disagreements(system.admin, told(questions))).toEqual([]);
  });

  test('given all ClusterRoles and their bindings, as kubectl prints them', async () => {
    const kinds = [CLUSTER_ROLE, CLUSTER_ROLE_BINDING];
    const items = (await Promise.all(kinds.map(kind => system.list(kind)))).flat();
    const file = dump({apiVersion: 'v1', kind: 'List', items});
    const cells = accessMatrix(...offline(mode, values, file));
    expect(await disagreements(system.admin, told(cells.map(asked)))).toEqual([]);
  });
});

function asked({subject, ...cell}: Cell): Answered {
  return {...cell, identity: requesterOf(subject)};
}

/** What can-i decides from, given the Profiles and bindings that the cluster has. */
function offline(
  mode: Mode,
  values: JsonObject,
  clusterRoles = readFileSync(CLUSTER_ROLES, 'utf8'),
): [Policy, readonly Tenant[]] {
  const profiles = TENANTS.map(name => ({...PROFILE, metadata: {name}, spec: {owner: OWNERS[name]}}));
  const folder = folderWith({
    'profiles.yaml': [...profiles, ...COLLABORATORS].map(object => `---\n${dump(object)}`).join(''),
    'cluster-roles.yaml': clusterRoles,
    'values.yaml': dump(values),
  });
  const findings: Findings = {errors: [], warnings: []};
  const sources = {
    mode,
    profiles: [`${folder}/profiles.yaml`],
    clusterRoles: `${folder}/cluster-roles.yaml`,
    valuesFile: `${folder}/values.yaml`,
  };
  const access = readAccess(sources, findings);
  expect(findings).toEqual({errors: [], warnings: []});
  const {policy, tenants} = access as Access;
  return [policy, tenants];
}

// The controller fills each role after those that it selects, and the authorizer's caches lag behind its writes.
async function untilAggregated(system: System): Promise<void> {
  const last = {identity: requesterOf(OWNERS.cart as unknown as Subject), namespace: 'cart'};
  const ofEachPart: Action[] = [
    {verb: 'create', group: 'rbac.authorization.k8s.io', resource: 'roles'},
    {verb: 'get', group: '', resource: 'pods', subresource: 'exec'},
    {verb: 'get', group: '', resource: 'pods', subresource: 'log'},
  ];
  const viewer = requesterOf({kind: 'User', name: 'anna@example.com'});
  await until(async () => {
    const answers = await Promise.all([
      ...ofEachPart.map(action => review(system.admin, {...action, ...last})),
      review(system.admin, {...(ofEachPart[2] as Action), identity: viewer, namespace: 'band'}),
    ]);
    return answers.every(isAllowed => isAllowed);
  });
}

/** Says how much is compared: a comparison of nothing would agree. */
function told(questions: readonly Answered[]): readonly Answered[] {
  const allowed = questions.filter(question => question.allowed).length;
  expect(allowed).toBeGreaterThan(0);
  console.log(`${questions.length} questions, ${allowed} of them allowed`);
  return questions;
}
