import fc from 'fast-check';
import {afterAll, beforeAll, expect, test} from 'vitest';
import type {KubernetesObject} from '../../src/kubernetes/object.ts';
import {isAllowed} from '../../src/rbac/evaluate.ts';
import {buildPolicy} from '../../src/rbac/policy.ts';
import type {PolicyRule} from '../../src/rbac/rule.ts';
import {binding, clusterRole, role, USER} from '../rbac/support.ts';
import {CLUSTER_ROLE, NAMESPACE} from './objects.ts';
import {POLICY_NAMESPACES, randomPolicy, randomQuestion} from './random-policy.ts';
import {disagreements, requesterOf, review} from './review.ts';
import {startCluster, until} from './system.ts';

const POLICIES = 60;
const QUESTIONS = 100;

type Started = Awaited<ReturnType<typeof startCluster>>;

let cluster: Started;
beforeAll(async () => {
  cluster = await startCluster();
  for (const name of POLICY_NAMESPACES) await cluster.objects.apply({...NAMESPACE, metadata: {name}});
});
afterAll(async () => await cluster?.stop());

test('the API server decides as can-i does, whatever the roles and bindings', async () => {
  let count = 0;
  let allowedCount = 0;
  const questions = fc.array(randomQuestion, {minLength: QUESTIONS, maxLength: QUESTIONS});
  const property = fc.asyncProperty(randomPolicy('random'), questions, async (objects, asked) => {
    const {policy, refused} = buildPolicy(objects);
    expect(refused).toEqual([]);
    const answered = asked.map(question => ({
      ...question,
      allowed: isAllowed(policy, question.identity, question.namespace, question),
    }));
    count += answered.length;
    allowedCount += answered.filter(({allowed}) => allowed).length;
    await putIntoForce(objects);
    const lines = await disagreements(cluster.admin, answered);
    for (const object of objects) await cluster.objects.remove(object);
    expect(lines).toEqual([]);
  });
  // Applying a policy takes longer than asking about it, so that a smaller example would be a long time coming.
  await fc.assert(property, {numRuns: POLICIES, seed: 1, endOnFailure: true});
  console.log(`${POLICIES} policies, ${count} questions, ${allowedCount} of them allowed`);
});

let serial = 0;

// The authorizer watches each of the four kinds for itself: what was written last of each tells that it has seen the rest.
async function putIntoForce(objects: readonly KubernetesObject[]): Promise<void> {
  const {admin} = cluster;
  await cluster.objects.applyAll(objects);
  await untilAggregated(objects);
  serial += 1;
  const verb = `marker-${serial}`;
  const rules = [{apiGroups: ['marker'], resources: ['markers'], verbs: [verb]}];
  await cluster.objects.applyAll([
    clusterRole('marker', rules),
    role('marker', rules, 'red'),
    binding([USER(`everywhere-${serial}`)], {to: 'ClusterRole marker', name: 'marker', namespace: ''}),
    binding([USER(`red-${serial}`)], {to: 'Role marker', name: 'marker', namespace: 'red'}),
  ]);
  await until(async () => {
    const answers = ['everywhere', 'red'].map(name => {
      const identity = requesterOf(USER(`${name}-${serial}`));
      return review(admin, {identity, namespace: 'red', verb, group: 'marker', resource: 'markers'});
    });
    return (await Promise.all(answers)).every(isInForce => isInForce);
  });
}

async function untilAggregated(objects: readonly KubernetesObject[]): Promise<void> {
  const {roles} = buildPolicy(objects).policy;
  for (const {metadata} of objects.filter(({aggregationRule}) => aggregationRule !== undefined)) {
    const expected = comparable(roles.get(`ClusterRole ${metadata.name}`) ?? []);
    await until(async () => {
      const {rules} = await cluster.objects.get(CLUSTER_ROLE, metadata.name);
      return comparable((rules ?? []) as unknown as PolicyRule[]) === expected;
    }, `ClusterRole ${metadata.name} has ${expected}`);
  }
}

// Each rule once, in any order, without its empty lists.
function comparable(rules: readonly PolicyRule[]): string {
  const texts = rules.map(rule =>
    JSON.stringify(
      Object.entries(rule)
        .filter(([, list]) => list.length > 0)
        .sort(),
    ),
  );
  return [...new Set(texts)].sort().join('\n');
}
