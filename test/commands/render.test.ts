import {load} from 'js-yaml';
import {describe, expect, test} from 'vitest';
import {folderWith} from '../support/command.ts';
import {binding, profile, render, renderAll} from './rendering.ts';

describe('render prints', () => {
  test('the companion’s objects as YAML documents, by default', async () => {
    const objects = await renderAll(['a.yaml'], {'a.yaml': profile('alice')});
    expect(objects.map(({kind}) => kind)).toEqual(
      expect.arrayContaining(['Secret', 'Role', 'NetworkPolicy']),
    );
    expect(objects.map(({kind}) => kind)).not.toContain('Namespace');
    for (const {metadata} of objects) expect(metadata.namespace).toBe('alice');
  });

  test('the Namespace too in standalone', async () => {
    const objects = await renderAll(['a.yaml', '--mode', 'standalone'], {'a.yaml': profile('alice')});
    expect(objects.map(({kind, metadata}) => `${kind} ${metadata.name}`)).toContain('Namespace alice');
  });

  test('the same objects as a v1 List', async () => {
    const files = {'a.yaml': profile('alice')};
    const {stdout} = await render(['a.yaml', '-o', 'json'], files);
    const items = await renderAll(['a.yaml'], files);
    expect(JSON.parse(stdout)).toEqual({apiVersion: 'v1', kind: 'List', items});
  });

  test('the Profiles of all files and documents, in their order', async () => {
    const files = {
      'a.yaml': `${profile('carol')}---\n${profile('alice')}`,
      'b.yaml': `---\n${profile('bob')}`,
    };
    const objects = await renderAll(['b.yaml', 'a.yaml'], files);
    expect([...new Set(objects.map(({metadata}) => metadata.namespace))]).toEqual(['bob', 'carol', 'alice']);
  });

  test('the items of a List, as kubectl prints several', async () => {
    const list = {apiVersion: 'v1', kind: 'List', items: ['carol', 'alice'].map(name => load(profile(name)))};
    const objects = await renderAll(['a.yaml'], {'a.yaml': JSON.stringify(list)});
    expect([...new Set(objects.map(({metadata}) => metadata.namespace))]).toEqual(['carol', 'alice']);
  });

  test('the same bytes every time', async () => {
    const files = {'a.yaml': profile('alice')};
    expect(await render(['a.yaml', '--mode=standalone'], files)).toEqual(
      await render(['a.yaml', '--mode=standalone'], files),
    );
  });

  test('placeholders where the key would be', async () => {
    const objects = await renderAll(['a.yaml'], {'a.yaml': profile('alice')});
    const {data} = objects.find(({kind}) => kind === 'Secret') as unknown as {data: {accesskey: string}};
    expect(Buffer.from(data.accesskey, 'base64').toString()).toBe('PLACEHOLDER-ACCESS-KEY');
  });
});

describe('render prints by the backend of the values', () => {
  test('no Secret and nothing that reads one for cloud', async () => {
    const files = {'a.yaml': profile('alice'), 'values.yaml': 'credentials: {backend: cloud}\n'};
    const objects = await renderAll(['a.yaml', '--values', 'values.yaml'], files);
    expect(objects.map(({kind}) => kind)).not.toContain('Secret');
    expect(objects.map(({kind}) => kind)).not.toContain('Deployment');
    const launcher = objects.find(({metadata}) => metadata.name === 'kfp-launcher');
    expect(launcher?.data).toMatchObject({providers: expect.stringContaining('"fromEnv":true')});
  });

  test('placeholders for existing', async () => {
    const files = {'a.yaml': profile('alice'), 'values.yaml': 'credentials: {backend: existing}\n'};
    const objects = await renderAll(['a.yaml', '--values', 'values.yaml'], files);
    expect(objects.map(({kind}) => kind)).toContain('Secret');
  });
});

describe('render reads', () => {
  test('values over the shipped ones', async () => {
    const files = {'a.yaml': profile('alice'), 'values.yaml': 'artifactServer: {enabled: false}\n'};
    const objects = await renderAll(['a.yaml', '--values', 'values.yaml'], files);
    expect(objects.map(({kind}) => kind)).not.toContain('Deployment');
  });

  test('template folders instead of the shipped ones', async () => {
    const template =
      'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata: {team: "${ns.labels.?team.orValue(ns.name)}"}\n';
    const namespace = '---\napiVersion: v1\nkind: Namespace\nmetadata: {name: alice, labels: {team: blue}}\n';
    const templates = folderWith({'configmap-settings.yaml': template});
    const objects = await renderAll(['a.yaml', '--templates', templates, '--values', 'values.yaml'], {
      'a.yaml': profile('alice') + namespace,
      'values.yaml': '{}',
    });
    expect(objects).toEqual([expect.objectContaining({kind: 'ConfigMap', data: {team: 'blue'}})]);
  });

  test('collaborators from RoleBindings beside the Profile, in whichever file', async () => {
    const files = {
      'a.yaml': profile('alice'),
      'b.yaml': binding('frank@example.com'),
      'values.yaml': 'collaboratorBindings: true\n',
    };
    const without = await render(['a.yaml', '--values', 'values.yaml'], files);
    const {stdout, stderr} = await render(['a.yaml', 'b.yaml', '--values', 'values.yaml'], files);
    expect(without.stdout).not.toContain('frank@example.com');
    expect(stdout).toContain('frank@example.com');
    expect(stderr).toBe('');
  });
});
