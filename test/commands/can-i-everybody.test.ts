import {readFileSync} from 'node:fs';
import {describe, expect, test} from 'vitest';
import type {Cell} from '../../src/rbac/matrix.ts';
import {CLUSTER_ROLES, canI, SAMPLE} from './can-i.ts';
import {binding, profile} from './rendering.ts';

const FILES = {'roles.yaml': CLUSTER_ROLES};

describe('--matrix', () => {
  test('has a line for each namespace, subject and resource, with the verbs or a dash', async () => {
    const args = ['--matrix', '--profiles', SAMPLE, '--cluster-roles', 'roles.yaml'];
    const {status, stdout} = await canI(args, FILES);
    expect(status).toBe(0);
    const rows = stdout
      .trim()
      .split('\n')
      .map(line => line.split(/ {2,}/));
    expect(rows[0]).toEqual(['NAMESPACE', 'SUBJECT', 'RESOURCE', 'VERBS']);
    expect(rows).toContainEqual(['user1', 'User guest@example.org', 'secrets', 'get list']);
    expect(rows).toContainEqual(['user2', 'User guest@example.org', 'secrets', '-']);
    const server = 'ServiceAccount user1/ml-pipeline-ui-artifact';
    expect(rows).toContainEqual(['user1', server, 'secrets "mlpipeline-minio-artifact"', 'get']);
    const jobs = 'get list create delete disable enable';
    expect(rows).toContainEqual([
      'user2',
      'User test.user2@example.org',
      'jobs.pipelines.kubeflow.org',
      jobs,
    ]);
    expect(rows.every(row => row.length === 4)).toBe(true);
  });

  test('names the ClusterRoles that nobody gave, once', async () => {
    const {stderr} = await canI(['--matrix', '--profiles', SAMPLE]);
    const roles = ['admin', 'edit', 'view'].map(name => `ClusterRole kubeflow-${name}`).join(', ');
    expect(stderr).toContain(`warning: the rules of ${roles} are unknown`);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });

  test('as JSON has every cell, each what the question answers', async () => {
    const {stdout} = await canI(['--matrix', '--profiles', SAMPLE, '-o', 'json']);
    const cells = JSON.parse(stdout) as Cell[];
    const subjects = new Set(cells.map(({subject}) => JSON.stringify(subject)));
    expect(subjects.size).toBe(9);
    expect(cells).toContainEqual({
      namespace: 'user1',
      subject: {kind: 'ServiceAccount', name: 'default-viewer', namespace: 'user1'},
      verb: 'get',
      group: 'pipelines.kubeflow.org',
      resource: 'pipelines',
      subresource: 'versions',
      allowed: true,
    });
  });
});

/** A RoleBinding that somebody made in a tenant's namespace, to the shipped Role that lets view. */
const made = (subject: string, namespace: string) => `---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: mistake, namespace: ${namespace}}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: kubeflow-view}
subjects: [${subject}]
`;

const prove = (subject: string) => {
  const sample = readFileSync(SAMPLE, 'utf8');
  const all = `${sample}${made(subject, 'user1')}${made(subject, 'user2')}`;
  return canI(['--isolation', '--profiles', 'all.yaml'], {'all.yaml': all});
};

describe('--isolation', () => {
  test.each([{mode: 'companion'}, {mode: 'standalone'}])(
    'holds for the shipped templates in $mode, and says for how many',
    async ({mode}) => {
      const outcome = await canI(['--isolation', '--profiles', SAMPLE, '--mode', mode]);
      expect(outcome).toMatchObject({status: 0, stderr: ''});
      expect(outcome.stdout).toMatch(
        /^isolated: of 9 subjects nobody has any of \d{2,} permissions in another tenant's namespace \(2 namespaces\)\n$/,
      );
    },
  );

  test.each([
    {
      rule: 'everybody',
      subject: '{kind: Group, name: "system:authenticated"}',
      who: 'Group system:authenticated',
      places: ['user1', 'user2'],
    },
    {
      rule: 'all ServiceAccounts',
      subject: '{kind: Group, name: "system:serviceaccounts"}',
      who: 'Group system:serviceaccounts',
      places: ['user1', 'user2'],
    },
    {
      rule: 'another tenant’s ServiceAccount',
      subject: '{kind: ServiceAccount, name: default-editor, namespace: user2}',
      who: 'ServiceAccount user2/default-editor',
      places: ['user1'],
    },
    {
      rule: 'another owner',
      subject: '{kind: User, name: test.user1@example.org}',
      who: 'User test.user1@example.org',
      places: ['user2'],
    },
  ])(
    'fails where a RoleBinding that nobody rendered binds $rule, and says who may do what, where and through what',
    async row => {
      const {status, stdout} = await prove(row.subject);
      expect(status).toBe(1);
      const lines = stdout.split('\n').filter(line => line.includes(' may '));
      expect(lines.map(line => line.split(' may ')[0])).toEqual(
        row.places.map(place => `${place}: ${row.who}`),
      );
      for (const line of lines) {
        expect(line).toContain(
          ' may get list pipelines.pipelines.kubeflow.org, pipelines.pipelines.kubeflow.org/versions',
        );
        expect(line).toMatch(/ through RoleBinding mistake \(Role kubeflow-view\)$/);
      }
      expect(stdout).toContain(`not isolated: ${row.places.length} grant`);
    },
  );

  test('says whom a group reaches', async () => {
    const {stdout} = await prove('{kind: Group, name: "system:serviceaccounts:user2"}');
    expect(stdout).toContain(
      '  which reaches ServiceAccount user2/default-editor, ServiceAccount user2/default-viewer, ServiceAccount user2/ml-pipeline-ui-artifact\n',
    );
    expect((await prove('{kind: Group, name: "system:authenticated"}')).stdout).toMatch(/ and \d+ more\n/);
  });

  test('counts whom KFAM let in as a party, and nobody whom anything else did', async () => {
    const invited = {'a.yaml': `${profile('alice')}---\n${profile('bob')}${binding('bob@example.com')}`};
    const args = ['--isolation', '--profiles', 'a.yaml'];
    expect(await canI(args, invited)).toMatchObject({status: 0});
    const uninvited = {'a.yaml': invited['a.yaml'].replace(/ {2}annotations.*\n/, '')};
    expect(await canI(args, uninvited)).toMatchObject({
      status: 1,
      stdout: expect.stringMatching(
        /^alice: User bob@example.com may do what nobody here knows through RoleBinding user-frank \(ClusterRole kubeflow-edit\)\n/,
      ),
    });
  });
});
