import {describe, expect, test} from 'vitest';
import {CLUSTER_ROLES, canI, SAMPLE} from './can-i.ts';
import {binding, profile} from './rendering.ts';

const OWNER2 = 'test.user2@example.org';
const EXPERIMENTS = ['list', 'experiments.pipelines.kubeflow.org'];
const ask = (words: string[], as: string, ...more: string[]) =>
  canI([...words, '-n', 'user1', '--as', as, '--profiles', SAMPLE, ...more]);

describe('can-i says', () => {
  test('no, and exits 1, of another tenant’s namespace', async () => {
    const args = [...EXPERIMENTS, '-n', 'user1', '--as', OWNER2, '--profiles', SAMPLE];
    expect(await canI(args)).toEqual({status: 1, stdout: 'no\n', stderr: ''});
  });

  test('yes, and exits 0, of the own one', async () => {
    const args = [...EXPERIMENTS, '-n', 'user2', '--as', OWNER2, '--profiles', SAMPLE];
    expect(await canI(args)).toEqual({status: 0, stdout: 'yes\n', stderr: ''});
  });

  const editor = 'system:serviceaccount:user1:default-editor';
  const server = 'system:serviceaccount:user1:ml-pipeline-ui-artifact';
  const versions = 'pipelines.pipelines.kubeflow.org/versions';
  test.each([
    {who: 'a ServiceAccount', as: editor, words: ['create', 'runs.pipelines.kubeflow.org'], answer: 'yes'},
    {who: 'it of a subresource', as: editor, words: ['get', versions], answer: 'yes'},
    {who: 'the artifact server', as: server, words: ['get', 'secrets'], answer: 'no'},
    {
      who: 'it of its one Secret',
      as: server,
      words: ['get', 'secrets', '--resource-name', 'mlpipeline-minio-artifact'],
      answer: 'yes',
    },
    {who: 'it of another', as: server, words: ['get', 'secrets', '--resource-name', 'x'], answer: 'no'},
    {
      who: 'a ServiceAccount of another tenant',
      as: 'system:serviceaccount:user2:default-editor',
      words: EXPERIMENTS,
      answer: 'no',
    },
    {
      who: 'a member of system:masters',
      as: 'x',
      words: ['get', 'pods', '--as-group', 'system:masters'],
      answer: 'yes',
    },
  ])('$answer for $who', async ({as, words, answer}) => {
    const {status, stdout} = await ask(words, as);
    expect({status, stdout}).toEqual({status: answer === 'yes' ? 0 : 1, stdout: `${answer}\n`});
  });

  test('yes for the owner in standalone, where the templates bind them', async () => {
    const args = ['get', 'secrets', '-n', 'user1', '--as', 'test.user1@example.org', '--profiles', SAMPLE];
    const files = {'roles.yaml': CLUSTER_ROLES};
    const more = ['--mode', 'standalone', '--cluster-roles', 'roles.yaml'];
    expect(await canI([...args, ...more], files)).toEqual({status: 0, stdout: 'yes\n', stderr: ''});
  });

  test('what the values let a collaborator do', async () => {
    const files = {'values.yaml': 'collaboratorBindings: true\n'};
    const args = [...EXPERIMENTS, '-n', 'user1', '--as', 'guest@example.org', '--profiles', SAMPLE];
    expect(await canI([...args, '--values', 'values.yaml'], files)).toMatchObject({stdout: 'yes\n'});
    expect(await canI(args)).toMatchObject({stdout: 'no\n'});
  });
});

describe('ClusterRoles', () => {
  const files = {'roles.yaml': CLUSTER_ROLES};
  const args = (as: string) => ['get', 'secrets', '-n', 'user1', '--as', as, '--profiles', SAMPLE];

  test('count where they are given: the owner’s by profile-controller, a collaborator’s by KFAM', async () => {
    for (const as of ['test.user1@example.org', 'guest@example.org']) {
      const outcome = await canI([...args(as), '--cluster-roles', 'roles.yaml'], files);
      expect(outcome).toEqual({status: 0, stdout: 'yes\n', stderr: ''});
    }
    expect(await canI([...args(OWNER2), '--cluster-roles', 'roles.yaml'], files)).toMatchObject({
      stdout: 'no\n',
    });
  });

  test('that nobody gave are named where they could turn no into yes', async () => {
    const {status, stdout, stderr} = await canI(args('guest@example.org'));
    expect({status, stdout}).toEqual({status: 1, stdout: 'no\n'});
    expect(stderr).toBe(
      'warning: the rules of ClusterRole kubeflow-edit are unknown and not counted (--cluster-roles FILE gives those of ClusterRoles)\n',
    );
    expect(await canI(args(OWNER2))).toMatchObject({stdout: 'no\n', stderr: ''});
  });

  test('of a ClusterRoleBinding grant in every namespace', async () => {
    const everybody = `---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: everybody}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: part}
subjects: [{kind: Group, name: 'system:authenticated'}]
`;
    const outcome = await canI([...args('x'), '--cluster-roles', 'r.yaml'], {
      'r.yaml': CLUSTER_ROLES + everybody,
    });
    expect(outcome).toMatchObject({status: 0, stdout: 'yes\n'});
  });
});

describe('of the given files', () => {
  const args = ['get', 'pods', '-n', 'alice', '--as', 'x', '--profiles', 'a.yaml'];

  test('a RoleBinding of a name that is rendered or profile-controller’s does not count', async () => {
    const stale = binding('x')
      .replace('user-frank', 'namespaceAdmin')
      .replace('kubeflow-edit', 'kubeflow-admin');
    expect(await canI(args, {'a.yaml': profile('alice') + stale})).toMatchObject({
      stdout: 'no\n',
      stderr: '',
    });
  });

  test('a RoleBinding that Kubernetes refuses is left out, and said so', async () => {
    const odd = binding('x').replace('[{apiGroup: rbac.authorization.k8s.io', '[{apiGroup: v1');
    expect(await canI(args, {'a.yaml': profile('alice') + odd})).toEqual({
      status: 1,
      stdout: 'no\n',
      stderr:
        'a.yaml:1:1: warning: left out RoleBinding user-frank, which Kubernetes refuses: subjects[0].apiGroup is not rbac.authorization.k8s.io\n',
    });
  });

  test('several may stand behind one --profiles, as a shell expands a pattern', async () => {
    const files = {'a.yaml': profile('alice'), 'b.yaml': profile('bob')};
    const rest = ['-n', 'alice', '--as', 'x'];
    for (const words of [
      ['get', 'pods', ...rest, '--profiles', 'a.yaml', 'b.yaml'],
      ['--profiles', 'a.yaml', 'b.yaml', 'get', 'pods', ...rest],
      ['--profiles', 'a.yaml', '--profiles', 'b.yaml', ...rest, 'get', 'pods'],
    ]) {
      expect(await canI(words, files)).toEqual({status: 1, stdout: 'no\n', stderr: ''});
    }
  });
});

describe('can-i wonders at a resource that nothing knows:', () => {
  test.each([
    {words: ['list', 'experiments'], hint: 'experiments (did you mean experiments.pipelines.kubeflow.org?)'},
    {words: ['get', 'pod/log'], hint: 'pod (did you mean pods/log?)'},
    {words: ['get', 'widgets.example.org'], hint: 'widgets.example.org'},
  ])('$words', async ({words, hint}) => {
    const {stdout, stderr} = await ask(words, OWNER2);
    expect(stdout).toBe('no\n');
    expect(stderr).toBe(`warning: nothing here knows a resource ${hint}\n`);
  });
});
