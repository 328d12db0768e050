import {readFileSync} from 'node:fs';
import {Ajv} from 'ajv';
import {describe, expect, test} from 'vitest';
import {isJsonObject, type Json, type JsonObject} from '../../src/kubernetes/object.ts';
import {loadYaml} from '../../src/template/load.ts';
import {toJson, type YamlNode} from '../../src/yaml.ts';
import schemaFile from '../../templates/values.schema.json' with {type: 'json'};
import {templatePath} from './defaults.ts';

const schema = schemaFile as unknown as JsonObject;
const VALUES = templatePath('values.yaml');
const values = toJson(loadYaml(VALUES).documents[0] as YamlNode) as JsonObject;

/** Keys that whoever creates a Profile must never choose, for they decide who may do what. */
const NEVER_BY_LABEL = [
  'guards',
  'credentials',
  'adopt',
  'reservedNames',
  'namespaces',
  'store',
  'quota',
  'plugins',
  'reuse',
  'abandon',
  'adoptCreatedBefore',
  'allowRemoval',
  'foreignFields',
  'istio',
  'apiServer',
  'egressPolicy',
  'limitRange',
  'collaboratorBindings',
  'imagePullSecrets',
  'overrides',
];

describe('values.schema.json', () => {
  const nodes = [...walk(schema, '')];

  test("compiles under ajv's strict mode", () => {
    expect(() => compile()).not.toThrow();
  });

  test("accepts the image's own values", () => {
    const validate = compile();
    expect({valid: validate(values), errors: validate.errors}).toEqual({valid: true, errors: null});
  });

  test.each(nodes)('$path has a description', ({node}) => {
    expect(node.description).toMatch(/^[A-Z].*\.$/);
  });

  test.each(nodes.filter(({node}) => isJsonObject(node.properties)))('$path is closed', ({node}) => {
    expect(node.additionalProperties).toBe(false);
  });

  test.each(nodes.filter(({path, node}) => isJsonObject(node.properties) && !path.includes('overrides')))(
    '$path requires each of its keys, so that templates need not ask',
    ({path, node}) => {
      // An operator's null removes a key, and for these null is a value.
      const keys = Object.keys(node.properties as JsonObject).filter(
        key => !['adoptCreatedBefore', 'credentials.backend'].includes(path ? `${path}.${key}` : key),
      );
      expect(node.required).toEqual(keys);
    },
  );

  test('marks only harmless keys as settable by label', () => {
    const marked = nodes.filter(({node}) => node['x-by-label'] === true).map(({path}) => path);
    expect(marked).toEqual(['artifactServer.enabled', 'podDefault.enabled', 'custom']);
    expect(marked.filter(path => NEVER_BY_LABEL.includes(path.split('.')[0] as string))).toEqual([]);
  });

  test.each<{wrong: string; override: JsonObject}>([
    {wrong: 'an unknown key', override: {artefactServer: {}}},
    {wrong: 'a store without a dot', override: {store: {host: 'minio'}}},
    {wrong: 'a store with a scheme', override: {store: {host: 'http://minio.example.com'}}},
    {wrong: 'a store with a port', override: {store: {host: 'minio.example.com:9000'}}},
    {wrong: 'no block for the API server, which would be every address', override: {apiServer: {cidrs: []}}},
    {wrong: 'no port for the API server, which would be every port', override: {apiServer: {ports: []}}},
    {wrong: 'a block without its length', override: {egressPolicy: {cidrs: ['10.0.0.0']}}},
    {
      wrong: 'a principal that matches many',
      override: {istio: {principals: {gateway: 'cluster.local/ns/*/sa/x'}}},
    },
    {
      wrong: 'a cloud role that does not name the namespace',
      override: {plugins: {rolePattern: 'arn:aws:iam::1:role/*'}},
    },
    {wrong: 'a prefix that all tenants share', override: {credentials: {prefixes: ['shared/']}}},
    {
      wrong: "a prefix that another tenant's name continues",
      override: {credentials: {prefixes: ['private-artifacts/<ns>']}},
    },
    ...['../other', 'a/b', '..', '.', '/etc', 'a/..', 'A'].map(secret => ({
      wrong: `Secret ${secret}, which is outside the folder or no name`,
      override: {credentials: {existing: {secret}}},
    })),
    {wrong: 'a backend that does not exist', override: {credentials: {backend: 'vault'}}},
    {wrong: 'a role that is none', override: {credentials: {cloud: {awsRole: 'tenant-<ns>'}}}},
    {
      wrong: 'a Google service account that is none',
      override: {credentials: {cloud: {gcpServiceAccount: 'tenant-<ns>'}}},
    },
    {wrong: 'no prefix at all', override: {credentials: {prefixes: []}}},
    {wrong: 'a duration without its unit', override: {credentials: {overlap: '24'}}},
    {wrong: 'a key that is never young enough', override: {credentials: {rotateAfter: '0s'}}},
    {wrong: 'a quantity of an unknown unit', override: {quota: {max: {memory: '8GB'}}}},
    {wrong: 'an override for everybody', override: {overrides: [{values: {}}]}},
    {
      wrong: 'an override chosen twice',
      override: {
        overrides: [{selector: {matchLabels: {a: 'b'}}, profile: {name: 'a', uid: 'b'}, values: {}}],
      },
    },
    {
      wrong: 'an override chosen by no label',
      override: {overrides: [{selector: {matchLabels: {}}, values: {}}]},
    },
    {wrong: 'a Profile by name alone', override: {adopt: [{name: 'alice'}]}},
    {wrong: 'a kind without a version', override: {guards: {kinds: ['Job.batch']}}},
  ])('refuses $wrong', ({override}) => {
    expect(compile()(merge(values, override))).toBe(false);
  });

  test.each<{what: string; override: JsonObject}>([
    {what: 'an IPv6 block', override: {store: {cidrs: ['2001:db8::/32']}}},
    {
      what: 'quantities as numbers and with units',
      override: {quota: {max: {cpu: 4, memory: '8.5Gi', 'requests.nvidia.com/gpu': '2'}}},
    },
    {
      what: 'a cloud role with the namespace in it',
      override: {plugins: {rolePattern: 'arn:aws:iam::1:role/team-<ns>'}},
    },
    {
      what: 'kinds of core and of a group',
      override: {guards: {kinds: ['PodTemplate.v1', 'Notebook.kubeflow.org/v1beta1']}},
    },
    {
      what: 'an override by label',
      override: {overrides: [{selector: {matchLabels: {team: 'a'}}, values: {custom: {a: 1}}}]},
    },
    {what: 'a backend', override: {credentials: {backend: 'existing', existing: {secret: 'a.b-c'}}}},
    {
      what: "roles of another partition and a domain's project",
      override: {
        credentials: {
          cloud: {
            awsRole: 'arn:aws-cn:iam::111122223333:role/tenants/<ns>',
            gcpServiceAccount: 'tenant-<ns>@project.example.com.iam.gserviceaccount.com',
          },
        },
      },
    },
    {what: 'a time', override: {adoptCreatedBefore: '2026-01-31T00:00:00Z'}},
    {what: "anything of the admin's own", override: {custom: {tiers: [{name: 'gold'}]}}},
  ])('accepts $what', ({override}) => {
    const validate = compile();
    expect({valid: validate(merge(values, override)), errors: validate.errors}).toEqual({
      valid: true,
      errors: null,
    });
  });
});

test('values.yaml says something about every top-level key', () => {
  const lines = readFileSync(VALUES, 'utf8').split('\n');
  const silent = lines.filter((line, index) => /^\w+:/.test(line) && !lines[index - 1]?.startsWith('# '));
  expect(silent).toEqual([]);
});

function compile() {
  const ajv = new Ajv({strict: true, allErrors: true, allowUnionTypes: true});
  ajv.addKeyword({keyword: 'x-by-label', schemaType: 'boolean'});
  return ajv.compile(schema);
}

/** Each key of the schema with its dotted path; `[]` for the items of a list. */
function* walk(node: JsonObject, path: string): Generator<{path: string; node: JsonObject}> {
  yield {path, node};
  const properties = Object.entries(isJsonObject(node.properties) ? node.properties : {});
  for (const [key, child] of properties) yield* walk(child as JsonObject, path ? `${path}.${key}` : key);
  if (isJsonObject(node.items) && node.items.description) yield* walk(node.items, `${path}[]`);
}

function merge(under: Json | undefined, over: JsonObject): JsonObject {
  const base = isJsonObject(under) ? under : {};
  const entries = Object.entries(over).map(([key, value]) => [
    key,
    isJsonObject(value) ? merge(base[key], value) : value,
  ]);
  return {...base, ...Object.fromEntries(entries)};
}
