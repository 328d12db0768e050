import {readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, test} from 'vitest';
import {loadYaml} from '../../src/template/load.ts';
import {toJson, type YamlNode} from '../../src/yaml.ts';
import {SETS, templatePath} from './defaults.ts';

const files = SETS.flatMap(set => templateFiles(set).map(file => ({set, file})));

describe('default template files', () => {
  test.each(files)('$set/$file begins with a comment for the admin who opens it', ({set, file}) => {
    expect(readFileSync(join(templatePath(set), file), 'utf8')).toMatch(/^# \S/);
  });

  test.each(files)('$set/$file is named for its kind', ({set, file}) => {
    const kind = String(readJson(set, file).kind).toLowerCase();
    expect(file).toMatch(new RegExp(`^${kind}-[a-z0-9-]+\\.yaml$`));
  });

  test.each(files)('$set/$file has its fields in the usual order and no namespace', ({set, file}) => {
    const object = readJson(set, file);
    expect(Object.keys(object).slice(0, 3)).toEqual(['apiVersion', 'kind', 'metadata']);
    expect(object.metadata).not.toHaveProperty('namespace');
  });

  test.each(files.filter(({file}) => !file.startsWith('secret-')))(
    '$set/$file does not read the key',
    ({set, file}) => {
      expect(readFileSync(join(templatePath(set), file), 'utf8')).not.toMatch(
        /credentials\.(access|secret)Key/,
      );
    },
  );

  test('no file of one set replaces one of another', () => {
    const all = files.map(({file}) => file);
    expect(all).toEqual([...new Set(all)]);
  });
});

describe.each(SETS)('%s/kustomization.yaml', set => {
  const kustomization = readJson(set, 'kustomization.yaml') as unknown as {
    generatorOptions: object;
    configMapGenerator: {name: string; files: string[]}[];
  };

  test('lists exactly the files of the folder', () => {
    expect(kustomization.configMapGenerator.flatMap(({files}) => files).sort()).toEqual(templateFiles(set));
  });

  test('keeps the name of its ConfigMap, so that a changed template reaches a running hook', () => {
    expect(kustomization.generatorOptions).toEqual({disableNameSuffixHash: true});
    expect(kustomization.configMapGenerator.map(({name}) => name)).toEqual([`profile-sync-templates-${set}`]);
  });
});

function templateFiles(set: string): string[] {
  return readdirSync(templatePath(set))
    .filter(name => name !== 'kustomization.yaml')
    .sort();
}

function readJson(set: string, file: string): {[field: string]: unknown} {
  const [root] = loadYaml(join(templatePath(set), file)).documents;
  return toJson(root as YamlNode) as {[field: string]: unknown};
}
