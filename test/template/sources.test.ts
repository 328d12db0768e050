import {basename, join} from 'node:path';
import {describe, expect, test} from 'vitest';
import {DEFAULT_FOLDERS, loadSet} from '../../src/template/sources.ts';
import {makeFolder} from './folder.ts';
import {complaints, configMap, inputFor, problemsOf} from './support.ts';

describe('loadSet', () => {
  test.each(['companion', 'standalone'] as const)(
    'without settings is the shipped set of the mode: %s',
    mode => {
      const set = loadSet(mode, {});
      const kinds = set.render(inputFor(set)).map(({object}) => object.kind);
      expect(kinds).toContain('Secret');
      expect(kinds.includes('Namespace')).toBe(mode === 'standalone');
      expect(set.mode).toBe(mode);
    },
  );

  test('takes other folders instead, and the shipped ones where they are named', () => {
    const folder = makeFolder({'configmap-a.yaml': configMap('')});
    const render = (...templates: string[]) => {
      const set = loadSet('companion', {templates});
      return set.render(inputFor(set)).map(({object}) => object.metadata.name);
    };
    expect(render(folder)).toEqual(['a']);
    expect(render(...DEFAULT_FOLDERS.companion, folder)).toEqual(
      expect.arrayContaining(['a', 'kfp-launcher']),
    );
  });

  test("merges the operator's values over the shipped ones", () => {
    const valuesFile = join(makeFolder({'values.yaml': 'custom: {a: 1}\n'}), 'values.yaml');
    const {values} = loadSet('companion', {valuesFile}).values.base;
    expect(values).toMatchObject({custom: {a: 1}, clusterDomain: 'cluster.local'});
  });

  test.each([
    {
      wrong: 'no YAML',
      content: 'a: b: c',
      problem: ':1:5: cannot read YAML: bad indentation of a mapping entry',
    },
    {
      wrong: 'an unknown key',
      content: 'cluster: x\n',
      problem: ':1:1: cluster: cannot use values: unknown key "cluster"',
    },
    {wrong: 'not there', content: undefined, problem: ': cannot read file: it does not exist'},
  ])('refuses values that are $wrong', ({content, problem}) => {
    const file = join(makeFolder(content === undefined ? {} : {'values.yaml': content}), 'values.yaml');
    expect(complaints(() => loadSet('companion', {valuesFile: file}))).toEqual([
      expect.stringContaining(`${file}${problem}`),
    ]);
  });

  test('lists what cannot be loaded, compiled and rendered, of all folders', () => {
    const folder = makeFolder({
      'a.yaml': 'a: b: c',
      'b.txt': '',
      'c.yaml': configMap('data: ${x}\n'),
      'd.yaml': configMap('data: ${values.custom.x}\n'),
    });
    const problems = problemsOf(() => loadSet('companion', {templates: [folder, join(folder, 'missing')]}));
    expect(problems.map(({file}) => basename(String(file)))).toEqual([
      'b.txt',
      'missing',
      'a.yaml',
      'c.yaml',
      'd.yaml',
    ]);
  });
});

describe('the sample Profiles find a template that fails', () => {
  const data = (expression: string) => configMap(`data:\n  a: '\${${expression}}'\n`);

  test.each([
    {
      only: 'for a ServiceAccount as owner',
      expression: 'owner.kind == "ServiceAccount" ? values.custom.x : "a"',
    },
    {only: 'for a Group as owner', expression: 'owner.kind == "Group" ? values.custom.x : "a"'},
    {only: 'for a User as owner', expression: 'owner.kind == "User" ? values.custom.x : "a"'},
    {
      only: 'with a quota',
      expression: 'has(profile.spec.resourceQuotaSpec.hard.cpu) ? values.custom.x : "a"',
    },
    {
      only: 'with plugins',
      expression: 'profile.spec.plugins.size() > 0 ? values.custom.x : "a"',
      values: 'plugins: {rolePattern: role/<ns>}',
    },
    {only: 'with a long name', expression: 'size(ns.name) == 63 ? values.custom.x : "a"'},
    {only: 'with collaborators', expression: 'collaborators.exists(c, values.custom.x) ? "a" : "b"'},
    {only: 'without collaborators', expression: 'collaborators[0].name'},
    {only: 'without labels', expression: 'profile.metadata.labels.team'},
    {only: 'without a key', expression: 'credentials.mode == "cloud" ? values.custom.x : "a"'},
    {only: 'with keys of SeaweedFS or AWS', expression: 'credentials.mode == "iam" ? values.custom.x : "a"'},
    {only: 'with Secrets of the admin', expression: 'credentials.mode == "existing" ? values.custom.x : "a"'},
  ])('only $only', ({expression, values = ''}) => {
    const templates = [makeFolder({'t.yaml': data(expression)})];
    const valuesFile = join(makeFolder({'values.yaml': values}), 'values.yaml');
    const problems = problemsOf(() => loadSet('companion', {templates, valuesFile}));
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject({
      line: 6,
      field: 'data.a',
      message: expect.stringMatching(/^cannot evaluate expression: /),
    });
  });

  test('however many, each once', () => {
    const templates = [
      makeFolder({
        'a.yaml': data('owner.kind == "Group" ? values.custom.x : "a"'),
        'b.yaml': data('owner.kind != "Group" ? values.custom.x : "a"'),
      }),
    ];
    const problems = problemsOf(() => loadSet('companion', {templates}));
    expect(problems.map(({file}) => basename(String(file))).sort()).toEqual(['a.yaml', 'b.yaml']);
  });
});
