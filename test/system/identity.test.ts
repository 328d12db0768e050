import {afterAll, beforeAll, expect, test} from 'vitest';
import {identify} from '../../src/rbac/identity.ts';
import {GROUP_OF} from '../rbac/support.ts';
import {createClient, pathOf} from './client.ts';
import {CLUSTER_ROLE_BINDING} from './objects.ts';
import {startCluster, until} from './system.ts';

const REVIEW = {apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview'};

let cluster: Awaited<ReturnType<typeof startCluster>>;
beforeAll(async () => {
  cluster = await startCluster();
  // Everybody else may ask who they are.
  await cluster.objects.apply({
    ...CLUSTER_ROLE_BINDING,
    metadata: {name: 'strangers'},
    roleRef: {apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'system:basic-user'},
    subjects: [GROUP_OF('system:unauthenticated')],
  });
  await until(async () => (await whoIs('system:anonymous', [])).status === 201);
});
afterAll(async () => await cluster?.stop());

test.each([
  {user: 'anna@example.com', groups: []},
  {user: 'anna@example.com', groups: ['team', 'team']},
  {user: 'anna@example.com', groups: ['system:authenticated']},
  {user: 'anna@example.com', groups: ['system:unauthenticated']},
  {user: 'anna@example.com', groups: ['system:serviceaccounts:red']},
  {user: 'system:anonymous', groups: []},
  {user: 'system:anonymous', groups: ['team']},
  {user: 'system:anonymous', groups: ['system:authenticated']},
  {user: 'system:serviceaccount:red:robot', groups: []},
  {
    user: 'system:serviceaccount:red:robot',
    groups: ['system:serviceaccounts', 'system:serviceaccounts:red', 'team'],
  },
  {user: 'system:serviceaccount:red:', groups: []},
  {user: 'system:serviceaccount:Red:robot', groups: []},
  {user: 'system:serviceaccount:red', groups: []},
])('can-i takes $user with $groups for whom the API server does', async ({user, groups}) => {
  const {body} = await whoIs(user, groups);
  const {userInfo} = body.status as {userInfo: {username: string; groups: string[]}};
  const identity = identify(user, groups);
  expect({user: identity.user, groups: [...identity.groups].sort()}).toEqual({
    user: userInfo.username,
    groups: [...new Set(userInfo.groups)].sort(),
  });
});

// Its token would say all of them: the answer that matters is the one to it.
test('can-i leaves a ServiceAccount its own groups beside given ones, which impersonation does not', async () => {
  const user = 'system:serviceaccount:red:robot';
  const {body} = await whoIs(user, ['team']);
  expect(body.status).toMatchObject({userInfo: {groups: ['team', 'system:authenticated']}});
  expect(identify(user, ['team']).groups).toContain('system:serviceaccounts:red');
});

async function whoIs(user: string, groups: string[]) {
  const headers = {'impersonate-user': user, ...(groups.length > 0 && {'impersonate-group': groups})};
  const {url, ca, adminToken: token} = cluster.controlPlane;
  const client = createClient({url, ca, token, headers});
  try {
    return await client.request('POST', pathOf(REVIEW.apiVersion, 'selfsubjectreviews'), REVIEW);
  } finally {
    client.close();
  }
}
