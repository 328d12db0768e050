import fc from 'fast-check';
import type {JsonObject, KubernetesObject} from '../../src/kubernetes/object.ts';
import type {Action} from '../../src/rbac/evaluate.ts';
import type {Identity} from '../../src/rbac/identity.ts';
import {ACCOUNT, binding, clusterRole, GROUP_OF, role, USER} from '../rbac/support.ts';
import type {Question} from './review.ts';

export const POLICY_NAMESPACES = ['red', 'green', 'blue'];

const GROUPS = ['', 'apps', 'pipelines.kubeflow.org'];
const VERBS = ['get', 'list', 'create', 'readArtifact'];
const NAMES = ['a', 'b', ''];
const LABELS = ['edit', 'view', 'other'];

const some = <T>(items: readonly T[], minLength = 1) => fc.subarray([...items], {minLength});

const rule = fc.record(
  {
    apiGroups: some([...GROUPS, '*'], 2),
    resources: some(['pods', 'runs', 'pods/log', 'pods/exec', '*/log', 'pods/*', '*', '*/*'], 2),
    verbs: some([...VERBS, '*'], 2),
    resourceNames: some([...NAMES, '*'], 0),
  },
  {requiredKeys: ['apiGroups', 'resources', 'verbs']},
);
const rules = fc.array(rule, {minLength: 1, maxLength: 4}) as fc.Arbitrary<JsonObject[]>;
const urls = fc.constant<JsonObject>({nonResourceURLs: ['*'], verbs: ['*']});

const subject: fc.Arbitrary<JsonObject> = fc.oneof(
  fc.constantFrom('ann', 'bob', 'system:anonymous', 'system:serviceaccount:red:robot', 'team').map(USER),
  fc
    .constantFrom(
      ...['team', 'ann', 'system:authenticated', 'system:unauthenticated'],
      ...['system:serviceaccounts', 'system:serviceaccounts:red', 'system:serviceaccounts:gre'],
    )
    .map(GROUP_OF),
  fc
    .tuple(fc.constantFrom('red', 'green'), fc.constantFrom('robot', 'other'))
    .map(([namespace, name]) => ACCOUNT(namespace, name)),
);
/** Of the namespace of its binding. */
const localAccount = fc.constant<JsonObject>({kind: 'ServiceAccount', name: 'robot'});

const selector = (batch: string) =>
  fc
    .oneof(
      fc.constantFrom(...LABELS).map(to => ({matchLabels: {to}})),
      fc.record({key: fc.constant('to'), operator: fc.constantFrom('Exists', 'DoesNotExist')}),
      fc.record({
        key: fc.constant('to'),
        operator: fc.constantFrom('In', 'NotIn'),
        values: some(LABELS),
      }),
    )
    .map<JsonObject>(part => ('key' in part ? {matchExpressions: [part as JsonObject]} : part))
    // Or it would select the ClusterRoles that every cluster has.
    .map(part => ({...part, matchLabels: {batch, ...(part.matchLabels as JsonObject)}}));

const SERIALS = [1, 2, 3];

function clusterRoles(batch: string): fc.Arbitrary<KubernetesObject[]> {
  const labels = fc.option(fc.constantFrom(...LABELS), {nil: undefined});
  const plain = fc.tuple(
    labels,
    fc.oneof(
      {weight: 4, arbitrary: rules},
      urls.map(item => [item]),
    ),
  );
  const aggregating = fc.tuple(labels, fc.array(selector(batch), {minLength: 1, maxLength: 2}));
  const metadata = (name: string, to: string | undefined) => ({
    metadata: {name, labels: {batch, ...(to && {to})}},
  });
  return fc.tuple(fc.tuple(plain, plain, plain), fc.tuple(aggregating, aggregating)).map(([some, others]) => [
    ...some.map(([to, own], index) => clusterRole('', own, metadata(`${batch}-plain-${index + 1}`, to))),
    ...others.map(([to, clusterRoleSelectors], index) =>
      clusterRole('', [], {
        ...metadata(`${batch}-aggregating-${index + 1}`, to),
        aggregationRule: {clusterRoleSelectors},
      }),
    ),
  ]);
}

function bindings(batch: string): fc.Arbitrary<KubernetesObject[]> {
  // The last of each is not there.
  const toCluster = fc.constantFrom(
    ...[...SERIALS, 4].map(serial => `ClusterRole ${batch}-plain-${serial}`),
    ...SERIALS.map(serial => `ClusterRole ${batch}-aggregating-${serial}`),
  );
  const toRole = fc.constantFrom(...[...SERIALS, 4].map(serial => `Role ${batch}-${serial}`));
  const inNamespace = fc.record({
    namespace: fc.constantFrom(...POLICY_NAMESPACES),
    to: fc.oneof(toRole, toCluster),
    subjects: fc.array(fc.oneof({weight: 6, arbitrary: subject}, localAccount), {minLength: 1, maxLength: 4}),
  });
  const everywhere = fc.record({
    namespace: fc.constant(''),
    to: toCluster,
    subjects: fc.array(subject, {minLength: 1, maxLength: 3}),
  });
  return fc
    .tuple(fc.array(inNamespace, {minLength: 6, maxLength: 12}), fc.array(everywhere, {maxLength: 2}))
    .map(parts =>
      parts
        .flat()
        .map(({subjects, ...target}, index) => binding(subjects, {...target, name: `${batch}-${index}`})),
    );
}

function roles(batch: string): fc.Arbitrary<KubernetesObject[]> {
  const each = fc.tuple(rules, fc.constantFrom(...POLICY_NAMESPACES));
  return fc
    .tuple(each, each, each)
    .map(all => all.map(([own, namespace], index) => role(`${batch}-${index + 1}`, own, namespace)));
}

/** RBAC objects that the API server takes, all named after their batch. */
export function randomPolicy(batch: string): fc.Arbitrary<KubernetesObject[]> {
  return fc.tuple(clusterRoles(batch), roles(batch), bindings(batch)).map(parts => parts.flat());
}

const somebody: fc.Arbitrary<Identity> = fc.constantFrom(
  {user: 'ann', groups: ['system:authenticated']},
  {user: 'bob', groups: ['team', 'system:authenticated']},
  {user: 'team', groups: ['ann', 'system:authenticated']},
  {user: 'system:anonymous', groups: ['system:unauthenticated']},
  {user: '', groups: ['team']},
  ...['red', 'green', 'blue'].flatMap(namespace =>
    ['robot', 'other'].map(name => ({
      user: `system:serviceaccount:${namespace}:${name}`,
      groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'],
    })),
  ),
);

const identity = fc.oneof(
  {weight: 50, arbitrary: somebody},
  fc.constant<Identity>({user: 'root', groups: ['system:masters', 'system:authenticated']}),
);

const action: fc.Arbitrary<Action> = fc.record(
  {
    verb: fc.constantFrom(...VERBS, ...VERBS, '*', 'GET'),
    group: fc.constantFrom(...GROUPS, ...GROUPS, '*'),
    resource: fc.constantFrom('pods', 'pods', 'runs', 'runs', '*'),
    subresource: fc.constantFrom('log', 'exec', '*'),
    name: fc.constantFrom(...NAMES, '*'),
  },
  {requiredKeys: ['verb', 'group', 'resource']},
);

/** What anybody may ask about such a policy. */
export const randomQuestion: fc.Arbitrary<Question> = fc
  .tuple(identity, action, fc.constantFrom(...POLICY_NAMESPACES, 'kubeflow'))
  .map(([who, what, namespace]) => ({...what, identity: who, namespace}));
