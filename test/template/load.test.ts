import {mkdirSync, symlinkSync} from 'node:fs';
import {basename, join} from 'node:path';
import {describe, expect, test} from 'vitest';
import type {Problem} from '../../src/errors.ts';
import {loadTemplates, loadYaml, systemReason} from '../../src/template/load.ts';
import {toJson, YamlError, type YamlNode} from '../../src/yaml.ts';
import {makeFolder} from './folder.ts';

describe('loadTemplates', () => {
  test('reads the files of a folder in the order of their names', () => {
    expect(load(makeFolder({'b.yaml': '2', 'a.yaml': '1', 'B.yaml': '3'}))).toEqual({
      files: ['B.yaml 3', 'a.yaml 1', 'b.yaml 2'],
      problems: [],
    });
  });

  test('passes over kustomization.yaml and names that start with a dot', () => {
    const folder = makeFolder({
      'a.yaml': '1',
      'kustomization.yaml': ': : :',
      '.a.yaml.swp': '\0',
      '..x/a.yaml': '2',
      '.git/x': '',
    });
    expect(load(folder)).toEqual({files: ['a.yaml 1'], problems: []});
  });

  test('reads a mounted ConfigMap, which is made of links', () => {
    const folder = makeFolder({
      '..2026_11_22_21_00_00.123/a.yaml': '1',
      '..2026_11_22_21_00_00.123/b.yaml': '2',
    });
    symlinkSync('..2026_11_22_21_00_00.123', join(folder, '..data'));
    for (const name of ['a.yaml', 'b.yaml']) symlinkSync(join('..data', name), join(folder, name));
    expect(load(folder)).toEqual({files: ['a.yaml 1', 'b.yaml 2'], problems: []});
  });

  test('replaces a file of an earlier folder by one of the same name', () => {
    const folders = [
      makeFolder({'a.yaml': '1', 'b.yaml': '2'}),
      makeFolder({'b.yaml': '3', 'c.yaml': '4'}),
      makeFolder({'c.yaml': '5'}),
    ];
    expect(load(...folders)).toEqual({files: ['a.yaml 1', 'b.yaml 3', 'c.yaml 5'], problems: []});
  });

  test('does not read the file that is replaced, so a bad one can be', () => {
    expect(load(makeFolder({'a.yaml': 'a: b: c'}), makeFolder({'a.yaml': '1'}))).toEqual({
      files: ['a.yaml 1'],
      problems: [],
    });
  });

  test('reports everything that it cannot read, and reads the rest', () => {
    const folder = makeFolder({
      'a.yaml': 'a: b: c',
      'b.yml': '',
      README: '',
      'd.yaml': '1',
      'e.yaml': new Uint8Array([0x89, 0x50, 0xff]),
    });
    mkdirSync(join(folder, 'f.yaml'));
    symlinkSync('nowhere', join(folder, 'g.yaml'));
    const rename = 'start its name with a dot, or move it out of the folder';
    const {files, problems} = load(folder, join(folder, 'missing'), makeFolder({'kustomization.yaml': ''}));
    expect(files).toEqual(['d.yaml 1']);
    expect(
      problems.map(({file, ...problem}) => ({
        file: basename(String(file)).replace(/^templates-.*/, '(empty)'),
        ...problem,
      })),
    ).toEqual([
      {file: 'README', message: 'cannot load template: its name does not end in .yaml', hint: rename},
      {
        file: 'b.yml',
        message: 'cannot load template: its name does not end in .yaml',
        hint: 'call it b.yaml',
      },
      {file: 'missing', message: 'cannot load templates: it does not exist'},
      {file: '(empty)', message: 'cannot load templates: the folder holds none'},
      {file: 'a.yaml', line: 1, column: 5, message: 'cannot read YAML: bad indentation of a mapping entry'},
      {file: 'e.yaml', message: 'cannot read file: it is not UTF-8 text'},
      {file: 'f.yaml', message: 'cannot read file: it is not a file'},
      {file: 'g.yaml', message: 'cannot read file: it does not exist'},
    ]);
  });
});

test('a single template is a folder of its own', () => {
  const folder = makeFolder({'a.yaml': '1', 'b.yaml': '2'});
  const over = makeFolder({'b.yaml': '3'});
  expect(load(folder, join(over, 'b.yaml'))).toEqual({files: ['a.yaml 1', 'b.yaml 3'], problems: []});
  const made = makeFolder({'kustomization.yaml': '4'});
  expect(load(folder, join(made, 'kustomization.yaml'))).toEqual({
    files: ['a.yaml 1', 'b.yaml 2'],
    problems: [],
  });
});

describe('loadYaml', () => {
  test('counts no column for a byte order mark', () => {
    const folder = makeFolder({'a.yaml': '\ufeffa: b: c'});
    expect(refusal(join(folder, 'a.yaml'))).toMatchObject({line: 1, column: 5});
  });

  test('reads 256 KiB and no more', () => {
    const folder = makeFolder({
      'a.yaml': `a: ${'x'.repeat(256 * 1024 - 3)}`,
      'b.yaml': `a: ${'x'.repeat(256 * 1024 - 2)}`,
    });
    expect(loadYaml(join(folder, 'a.yaml')).documents).toHaveLength(1);
    expect(refusal(join(folder, 'b.yaml'))).toEqual({
      file: join(folder, 'b.yaml'),
      message: 'cannot read file: it is larger than 262144 bytes',
    });
  });

  test('refuses a file below a file', () => {
    const folder = makeFolder({'a.yaml': '1'});
    expect(refusal(join(folder, 'a.yaml', 'b'))).toMatchObject({
      message: 'cannot read file: it is not a folder',
    });
  });
});

test.each([
  {code: 'ENOENT', reason: 'it does not exist'},
  {code: 'ENOTDIR', reason: 'it is not a folder'},
  {code: 'EISDIR', reason: 'it is a folder'},
  {code: 'EACCES', reason: 'permission denied'},
  {code: 'ELOOP', reason: 'ELOOP'},
  {code: undefined, reason: 'unknown error'},
])('a system error reads "$reason" and tells no path: $code', ({code, reason}) => {
  expect(systemReason(Object.assign(new Error('at /etc/x'), {code}))).toBe(reason);
});

function load(...folders: string[]) {
  const problems: Problem[] = [];
  const files = loadTemplates(folders, problems);
  return {
    files: files.map(({file, documents}) => `${basename(file)} ${toJson(documents[0] as YamlNode)}`),
    problems,
  };
}

function refusal(path: string): Problem | undefined {
  try {
    loadYaml(path);
    return undefined;
  } catch (error) {
    if (error instanceof YamlError) return error.problem;
    throw error;
  }
}
