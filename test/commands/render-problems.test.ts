import {loadAll} from 'js-yaml';
import {describe, expect, test} from 'vitest';
import {folderWith} from '../support/command.ts';
import {binding, profile, render} from './rendering.ts';

describe('render warns of what a Profile asks for and does not get', () => {
  const owner = 'owner: {kind: User, name: alice@example.com}';
  test.each([
    {
      rule: 'a quota entry that is no quantity',
      text: profile('alice', `${owner}, resourceQuotaSpec: {hard: {cpu: lots}}`),
      warning: 'a.yaml:1:1: warning: Profile alice: left out quota of cpu: not a quantity',
    },
    {
      rule: 'a plugin of a kind that nobody knows',
      text: profile('alice', `${owner}, plugins: [{kind: Magic, spec: {}}]`),
      warning: 'a.yaml:1:1: warning: Profile alice: left out plugin Magic: this kind is unknown',
    },
    {
      rule: 'a collaborator who is none',
      text: profile('alice') + binding('system:admin'),
      warning:
        'a.yaml:1:1: warning: Profile alice: left out RoleBinding user-frank: a subject is a system user',
    },
    {
      rule: 'a RoleBinding in no namespace of a Profile',
      text: profile('alice') + binding('frank@example.com', 'alcie'),
      warning:
        'a.yaml:6:1: warning: left out RoleBinding user-frank: its metadata.namespace is no Profile of these files',
    },
  ])('$rule', async ({text, warning}) => {
    const {status, stdout, stderr} = await render(['a.yaml'], {'a.yaml': text});
    expect(stderr).toBe(`${warning}\n`);
    expect(status).toBe(0);
    expect(loadAll(stdout)).not.toEqual([]);
  });
});

describe('render prints nothing but what is wrong, and exits 1, for', () => {
  const typo = 'apiVersion: kubeflow.org/v1\nkind: Profile\nmetadata: {name: alice\n';
  test.each([
    {rule: 'YAML with a typo', text: typo, error: /^a\.yaml:\d+:\d+: cannot read YAML: /},
    {
      rule: 'another kind',
      text: `kind: Pod\nmetadata: {name: a}\n`,
      error: 'Pod is not one of Profile, Namespace',
    },
    {
      rule: 'no object',
      text: '- a\n',
      error: 'a.yaml:1:1: cannot read Profile: this is no Kubernetes object',
    },
    {rule: 'an empty file', text: '', error: 'cannot render: there is no Profile in a.yaml'},
    {
      rule: 'a Profile of another group',
      text: profile('alice').replace('kubeflow', 'example'),
      error: 'kind is not',
    },
    {
      rule: 'a Profile without an owner',
      text: profile('alice', ''),
      error: 'a.yaml:1:1: Profile alice: cannot use Profile: spec.owner is missing',
    },
    {
      rule: 'a reserved name',
      text: profile('kube-system'),
      error: 'a.yaml:1:1: Profile kube-system: cannot render Profile: the name is reserved',
    },
  ])('$rule', async ({text, error}) => {
    const {status, stdout, stderr} = await render(['a.yaml'], {'a.yaml': text});
    expect({status, stdout}).toEqual({status: 1, stdout: ''});
    expect(stderr).toMatch(error);
    expect(stderr.split('\n')).toHaveLength(2);
  });

  test('a Profile that is given twice', async () => {
    const files = {'a.yaml': profile('alice'), 'b.yaml': profile('alice')};
    expect(await render(['a.yaml', 'b.yaml'], files)).toEqual({
      status: 1,
      stdout: '',
      stderr: 'b.yaml:1:1: cannot render Profile alice: these files hold another one of the same name\n',
    });
  });

  test('several Profiles, each by its place, however many are fine', async () => {
    const files = {
      'a.yaml': `${profile('alice')}---\n${profile('bob', '')}---\n${profile('default')}`,
      'b.yaml': 'kind: Pod\n',
    };
    const {status, stdout, stderr} = await render(['a.yaml', 'b.yaml', 'c.yaml'], files);
    expect({status, stdout}).toEqual({status: 1, stdout: ''});
    const places = ['b.yaml:1:1', 'c.yaml', 'a.yaml:6:1', 'a.yaml:11:1'];
    expect(
      stderr
        .trim()
        .split('\n')
        .map(line => line.split(': ')[0]),
    ).toEqual(places);
  });

  test('templates that do not render for one Profile, which is named', async () => {
    const data = "data: {team: \"${profile.metadata.name == 'bob' ? ns.labels.team : ''}\"}";
    const template = `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\n${data}\n`;
    const templates = folderWith({'configmap-settings.yaml': template});
    const files = {'a.yaml': `${profile('alice')}---\n${profile('bob')}`};
    const {status, stdout, stderr} = await render(['a.yaml', '--templates', templates], files);
    expect({status, stdout}).toEqual({status: 1, stdout: ''});
    expect(stderr).toMatch(/configmap-settings\.yaml:4:\d+: data\.team: Profile bob: cannot /);
  });

  test('templates and values that do not load', async () => {
    const files = {'a.yaml': profile('alice'), 'values.yaml': 'artifactSrever: {}\n'};
    const {status, stdout, stderr} = await render(['a.yaml', '--values', 'values.yaml'], files);
    expect({status, stdout}).toEqual({status: 1, stdout: ''});
    expect(stderr).toMatch(/^values\.yaml:1:1: .*unknown key "artifactSrever"/);
  });
});
