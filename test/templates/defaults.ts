import {fileURLToPath} from 'node:url';
import {type Credentials, placeholderCredentials} from '../../src/credentials/provisioner.ts';
import {storageOf} from '../../src/credentials/storage.ts';
import type {Mode} from '../../src/guard/tenancy.ts';
import type {JsonObject, KubernetesObject} from '../../src/kubernetes/object.ts';
import type {Collaborator} from '../../src/profile/collaborators.ts';
import {parseProfile} from '../../src/profile/profile.ts';
import {loadTemplates, loadYaml} from '../../src/template/load.ts';
import {compileSet, type TemplateSet} from '../../src/template/set.ts';
import {createValues} from '../../src/template/values.ts';
import {parseYaml, toJson} from '../../src/yaml.ts';
import schema from '../../templates/values.schema.json' with {type: 'json'};

/** What differs from a Profile `alice` of `alice@example.com` with the image's values. */
export interface Case {
  readonly mode?: Mode;
  /** The operator's values. */
  readonly values?: JsonObject;
  /** The Profile's spec. */
  readonly spec?: JsonObject;
  readonly credentials?: Partial<Credentials>;
  readonly collaborators?: readonly Collaborator[];
}

export const SETS = ['pipelines', 'namespace'] as const;

/** The values that switch everything optional on. */
export const EVERYTHING = toJson(
  loadYaml(pathOf('../values/everything.yaml')).documents[0] as NonNullable<
    ReturnType<typeof loadYaml>['documents'][0]
  >,
) as JsonObject;

const OWNER = {kind: 'User', name: 'alice@example.com'};

const compiled = new Map<string, TemplateSet>();

/** The folder of a set, or a file among the default templates. */
export function templatePath(name: string): string {
  return pathOf(`../../templates/${name}`);
}

/** Renders the default templates. */
export function renderDefaults(wanted: Case = {}): KubernetesObject[] {
  const {spec = {}, collaborators = [], credentials = {}} = wanted;
  const set = compileDefaults(wanted);
  const metadata = {name: 'alice', uid: '6a1c5a7e-0000-4000-8000-000000000001', generation: 1};
  const profile = parseProfile({
    apiVersion: 'kubeflow.org/v1',
    kind: 'Profile',
    metadata,
    spec: {owner: OWNER, ...spec},
  });
  const {base} = set.values;
  const request = storageOf(base.values.credentials, profile.name);
  const input = {
    profile,
    namespaceLabels: {},
    collaborators,
    values: base,
    credentials: {...placeholderCredentials('memory', request), ...credentials},
    sharingEpoch: 0,
  };
  return set.render(input).map(({object}) => object);
}

/** The object of that kind and name; fails where there is none. */
export function find(objects: readonly KubernetesObject[], kind: string, name: string): KubernetesObject {
  const found = objects.find(object => object.kind === kind && object.metadata.name === name);
  if (!found) throw new Error(`no ${kind} ${name} among ${names(objects).join(', ')}`);
  return found;
}

/** `Kind name` of each object. */
export function names(objects: readonly KubernetesObject[]): string[] {
  return objects.map(({kind, metadata}) => `${kind} ${metadata.name}`);
}

function compileDefaults({mode = 'companion', values = {}}: Case): TemplateSet {
  const key = JSON.stringify([mode, values]);
  const known = compiled.get(key);
  if (known) return known;
  const folders = (mode === 'standalone' ? SETS : (['pipelines'] as const)).map(templatePath);
  const operator = parseYaml(JSON.stringify(values), 'operator.yaml');
  const valueSet = createValues(
    schema as unknown as JsonObject,
    loadYaml(templatePath('values.yaml')),
    operator,
  );
  const set = compileSet(loadTemplates(folders, []), valueSet, mode);
  compiled.set(key, set);
  return set;
}

function pathOf(relative: string): string {
  return fileURLToPath(new URL(relative, import.meta.url));
}
