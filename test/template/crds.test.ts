import {mkdtempSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {beforeEach, describe, expect, test} from 'vitest';
import {formatProblem, type Problem} from '../../src/errors.ts';
import {loadCrds} from '../../src/template/crds.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'crds-'));
});

function definition(kind: string, version = 'v1'): string {
  const plural = `${kind.toLowerCase()}s`;
  return `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  creationTimestamp: null
  name: ${plural}.example.com
spec:
  group: example.com
  scope: Namespaced
  names: {kind: ${kind}, plural: ${plural}}
  versions:
  - name: ${version}
    served: true
    storage: true
    schema:
      openAPIV3Schema:
        type: object
        properties:
          spec: {type: object, properties: {size: {type: string}}}
status: {acceptedNames: {kind: '', plural: ''}, conditions: [], storedVersions: []}
`;
}

function write(name: string, text: string): void {
  writeFileSync(join(folder, name), text);
}

function load(): {kinds: string[]; lines: string[]} {
  const problems: Problem[] = [];
  const kinds = [...loadCrds(folder, problems).keys()];
  return {kinds, lines: problems.map(problem => formatProblem(problem).replaceAll(`${folder}/`, ''))};
}

describe('loadCrds', () => {
  test('reads every document of every YAML and JSON file, and the items of Lists', () => {
    write('a.yaml', `---\n${definition('Apple')}---\n${definition('Ant')}---\n`);
    write(
      'b.yml',
      `kind: List\napiVersion: v1\nitems:\n- ${definition('Bear').trim().replaceAll('\n', '\n  ')}\n`,
    );
    write('c.json', JSON.stringify({apiVersion: 'v1', kind: 'List', items: []}));
    expect(load()).toEqual({
      kinds: ['Apple.example.com/v1', 'Ant.example.com/v1', 'Bear.example.com/v1'],
      lines: [],
    });
  });

  test('gives kinds that judge objects', () => {
    write('a.yaml', definition('Apple'));
    const apple = loadCrds(folder, []).get('Apple.example.com/v1');
    const object = {apiVersion: 'example.com/v1', kind: 'Apple', metadata: {name: 'x'}, spec: {sise: 'a'}};
    expect(apple).toMatchObject({scope: 'Namespaced', plural: 'apples'});
    expect(apple?.problems(object).map(({message}) => message)).toEqual([
      'unknown field "sise", did you mean "size"?',
    ]);
  });

  test('passes over kustomization.yaml and names that start with a dot', () => {
    for (const name of ['kustomization.yaml', 'kustomization.yml', '.hidden.yaml', '..data'])
      write(name, 'a: b');
    expect(load()).toEqual({kinds: [], lines: []});
  });

  test.each([
    {
      what: 'a file of another name',
      name: 'README.md',
      text: 'words',
      lines: ['README.md: cannot load definition: its name does not end in .yaml, .yml or .json'],
    },
    {
      what: 'a file that is not YAML',
      name: 'a.yaml',
      text: 'a: [',
      lines: [expect.stringMatching(/^a\.yaml:1:\d+: cannot read YAML: /)],
    },
    {
      what: 'another object',
      name: 'a.yaml',
      text: 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\n',
      lines: [
        'a.yaml:2:7: kind: cannot load definition: must be CustomResourceDefinition of apiextensions.k8s.io/v1',
      ],
    },
    {
      what: 'no object',
      name: 'a.yaml',
      text: '- a\n',
      lines: ['a.yaml:1:1: cannot load definition: it is no Kubernetes object'],
    },
    {
      what: 'a null in a list',
      name: 'a.yaml',
      text: `${definition('Apple')}`.replace('conditions: []', 'conditions: [null]'),
      lines: ['a.yaml:19:62: status.conditions[0]: cannot load definition: cannot send null in a list'],
    },
    {
      what: 'a schema that is not structural',
      name: 'a.yaml',
      text: definition('Apple').replace('{size: {type: string}}', '{size: {}}'),
      lines: [
        'a.yaml:18:51: spec.versions[0].schema.openAPIV3Schema.properties.spec.properties.size.type: cannot load definition: must be one of array, boolean, integer, number, object, string',
      ],
    },
  ])('reports $what, and where', ({name, text, lines}) => {
    write(name, text);
    expect(load()).toEqual({kinds: [], lines});
  });

  test('reports a kind that two files define', () => {
    write('a.yaml', definition('Apple'));
    write('b.yaml', definition('Apple'));
    expect(load().lines).toEqual([
      'b.yaml:9:17: spec.names.kind: cannot load definition: Apple.example.com/v1 is defined twice',
    ]);
  });

  test('takes two versions from two files', () => {
    write('a.yaml', definition('Apple'));
    write('b.yaml', definition('Apple', 'v2'));
    expect(load()).toEqual({kinds: ['Apple.example.com/v1', 'Apple.example.com/v2'], lines: []});
  });

  test('reports a folder that does not exist', () => {
    folder = join(folder, 'missing');
    expect(load().lines).toEqual([`${folder}: cannot load definitions: it does not exist`]);
  });
});
