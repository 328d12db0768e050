import {describe, expect, test} from 'vitest';
import {CLUSTER_ROLES, canI, SAMPLE} from './can-i.ts';
import {binding, profile} from './rendering.ts';

describe('can-i exits 2 for', () => {
  const words = ['get', 'pods', '--as', 'x', '-n', 'user1'];
  const whole = ['--profiles', SAMPLE];
  test.each([
    {rule: 'an unknown flag', args: [...words, ...whole, '--nope'], error: "Unknown option '--nope'"},
    {rule: 'no Profiles', args: words, error: 'name a file of Profiles with --profiles'},
    {
      rule: 'a missing file',
      args: [...words, '--profiles', 'nope.yaml'],
      error: 'cannot use --profiles nope.yaml: it does not exist',
    },
    {
      rule: 'missing ClusterRoles',
      args: [...words, ...whole, '--cluster-roles', 'nope'],
      error: 'cannot use --cluster-roles nope',
    },
    {
      rule: 'no namespace',
      args: ['get', 'pods', '--as', 'x', ...whole],
      error: 'cannot answer: --namespace is missing',
    },
    {
      rule: 'an empty namespace',
      args: ['get', 'pods', '--as', 'x', ...whole, '-n', ''],
      error: 'cannot use --namespace: it is empty',
    },
    {
      rule: 'nobody',
      args: ['get', 'pods', '-n', 'user1', ...whole],
      error: 'cannot answer: --as is missing',
    },
    {
      rule: 'an empty user',
      args: ['get', 'pods', '-n', 'user1', ...whole, '--as', ''],
      error: 'cannot use --as: it is empty',
    },
    {
      rule: 'an empty group',
      args: [...words, ...whole, '--as-group', ''],
      error: 'cannot use --as-group: it is empty',
    },
    {
      rule: 'an empty name',
      args: [...words, ...whole, '--resource-name='],
      error: 'cannot use --resource-name: it is empty',
    },
    {
      rule: 'a namespace of no Profile',
      args: ['get', 'pods', '--as', 'x', ...whole, '-n', 'usr1'],
      error: 'cannot use --namespace "usr1": no given Profile has it (did you mean user1?)',
    },
    {
      rule: 'a flag twice',
      args: [...words, ...whole, '-n', 'user2'],
      error: 'cannot read arguments: --namespace is given twice',
    },
    {rule: 'no words', args: ['--as', 'x', '-n', 'user1', ...whole], error: 'name VERB and RESOURCE'},
    {rule: 'one word', args: ['get', '--as', 'x', '-n', 'user1', ...whole], error: 'name VERB and RESOURCE'},
    {
      rule: 'a word too many',
      args: ['get', 'pods', 'web', '--as', 'x', '-n', 'user1', ...whole],
      error: '"web" is not expected',
    },
    {
      rule: 'no verb',
      args: ['a.b', 'pods', '--as', 'x', '-n', 'user1', ...whole],
      error: 'cannot use VERB "a.b"',
    },
    {
      rule: 'no resource',
      args: ['get', 'pods//', '--as', 'x', '-n', 'user1', ...whole],
      error: 'cannot use RESOURCE "pods//"',
    },
    {
      rule: 'an output that is none',
      args: ['--matrix', ...whole, '-o', 'yaml'],
      error: 'cannot use --output "yaml"',
    },
    {
      rule: 'an output of one word',
      args: [...words, ...whole, '-o', 'json'],
      error: 'cannot use --output: it goes with --matrix',
    },
    {
      rule: 'an output of a proof',
      args: ['--isolation', ...whole, '-o', 'json'],
      error: 'cannot use --output: it goes with --matrix',
    },
    {
      rule: 'two tasks',
      args: ['--matrix', '--isolation', ...whole],
      error: 'cannot use --matrix: --isolation is given too',
    },
    {
      rule: 'a matrix of a word',
      args: ['get', '--matrix', ...whole],
      error: '"get" is not expected with --matrix',
    },
    {
      rule: 'a matrix of one',
      args: ['--matrix', '--as', 'x', ...whole],
      error: 'cannot use --as: --matrix asks about everybody',
    },
    {
      rule: 'a proof of one namespace',
      args: ['--isolation', '-n', 'a', ...whole],
      error: 'cannot use --namespace: --isolation asks about everybody',
    },
    {rule: 'a mode that is none', args: [...words, ...whole, '--mode', 'x'], error: 'cannot use --mode "x"'},
  ])('$rule', async ({args, error}) => {
    const {status, stdout, stderr} = await canI(args);
    expect({status, stdout}).toEqual({status: 2, stdout: ''});
    expect(stderr).toContain(error);
    expect(stderr).toMatch(/\nprofile-sync can-i --help says more\.\n$/);
  });
});

describe('can-i answers nothing, says what is wrong, and exits 1, for', () => {
  const args = [
    'get',
    'pods',
    '-n',
    'alice',
    '--as',
    'x',
    '--profiles',
    'a.yaml',
    '--cluster-roles',
    'r.yaml',
  ];
  const good = {'a.yaml': profile('alice'), 'r.yaml': CLUSTER_ROLES};
  test.each([
    {rule: 'YAML with a typo', files: {'a.yaml': 'kind: {'}, error: /^a\.yaml:\d+:\d+: cannot read YAML/},
    {
      rule: 'a Profile that does not render',
      files: {'a.yaml': profile('alice', '')},
      error: 'spec.owner is missing',
    },
    {
      rule: 'another kind among ClusterRoles',
      files: {'r.yaml': profile('alice')},
      error: 'r.yaml:1:1: cannot read ClusterRole: Profile is not one of ClusterRole, ClusterRoleBinding',
    },
    {
      rule: 'a misspelt field',
      files: {'r.yaml': CLUSTER_ROLES.replace('[get, list]', '[get], verb: [x]')},
      error:
        'r.yaml:15:1: cannot use ClusterRole part: rules[0].verb: unknown field "verb", did you mean "verbs"?',
    },
    {
      rule: 'an unknown operator',
      files: {'r.yaml': CLUSTER_ROLES.replace('operator: In', 'operator: Is')},
      error: 'operator: must be one of',
    },
    {
      rule: 'an old version',
      files: {'r.yaml': CLUSTER_ROLES.replaceAll('/v1', '/v1beta1')},
      error: 'apiVersion: is not that of RBAC',
    },
    {
      rule: 'a binding without a role',
      files: {'a.yaml': profile('alice') + binding('x').replace(/roleRef.*\n/, '')},
      error: 'a.yaml:1:1: cannot use RoleBinding user-frank: roleRef: required field is missing',
    },
  ])('$rule', async ({files, error}) => {
    const {status, stdout, stderr} = await canI(args, {...good, ...files});
    expect({status, stdout}).toEqual({status: 1, stdout: ''});
    expect(stderr).toMatch(error);
  });
});
