import type {Problem} from '../errors.ts';
import {isJsonObject, type KubernetesObject} from '../kubernetes/object.ts';
import {loadYaml} from '../template/load.ts';
import {positionAt, toJson, YamlError, type YamlNode} from '../yaml.ts';

/** One Profile of a file, with what the files say to observe in its namespace. */
export interface OfflineProfile {
  readonly raw: KubernetesObject;
  readonly place: Place;
  readonly namespace?: KubernetesObject;
  readonly roleBindings: readonly KubernetesObject[];
}

/** All that is to be said of the given files: errors stop a command, warnings do not. */
export interface Findings {
  readonly errors: Problem[];
  readonly warnings: Problem[];
}

type Place = Pick<Problem, 'file' | 'line' | 'column'>;

interface Located {
  readonly object: KubernetesObject;
  readonly place: Place;
}

/** Stands for the uid that the API server would give. */
const OFFLINE_UID = '00000000-0000-4000-8000-000000000000';

const KINDS = ['Profile', 'Namespace', 'RoleBinding'];

/** Reads Profiles, and the Namespaces and RoleBindings beside them. */
export function readProfileFiles(paths: readonly string[], findings: Findings): OfflineProfile[] {
  const located = paths.flatMap(path => readObjects(path, findings.errors));
  const profiles = located.filter(({object}) => object.kind === 'Profile');
  if (profiles.length === 0 && findings.errors.length === 0) {
    findings.errors.push({message: `cannot render: there is no Profile in ${paths.join(', ')}`});
  }
  const names = profiles.map(({object}) => object.metadata.name);
  findings.errors.push(...repeated(profiles, names));
  findings.warnings.push(...strayBindings(located, names));
  return profiles.map(({object, place}) => observe(object, place, located));
}

function observe(profile: KubernetesObject, place: Place, located: readonly Located[]): OfflineProfile {
  const {name} = profile.metadata;
  const objects = located.map(({object}) => object);
  const namespace = objects.find(({kind, metadata}) => kind === 'Namespace' && metadata.name === name);
  return {
    raw: {...profile, metadata: {uid: OFFLINE_UID, generation: 1, ...profile.metadata}},
    place,
    ...(namespace && {namespace}),
    roleBindings: objects.filter(({kind, metadata}) => kind === 'RoleBinding' && metadata.namespace === name),
  };
}

function repeated(profiles: readonly Located[], names: readonly string[]): Problem[] {
  return profiles
    .filter(({object}, index) => names.indexOf(object.metadata.name) < index)
    .map(({object, place}) => ({
      ...place,
      message: `cannot render Profile ${object.metadata.name}: these files hold another one of the same name`,
    }));
}

function strayBindings(located: readonly Located[], profiles: readonly string[]): Problem[] {
  return located
    .filter(
      ({object: {kind, metadata}}) =>
        kind === 'RoleBinding' && !profiles.includes(metadata.namespace as string),
    )
    .map(({object, place}) => ({
      ...place,
      message: `left out RoleBinding ${object.metadata.name}: its metadata.namespace is no Profile of these files`,
    }));
}

function readObjects(path: string, errors: Problem[]): Located[] {
  try {
    const {documents, source} = loadYaml(path);
    return documents
      .filter(node => node.kind !== 'scalar' || node.value !== null)
      .flatMap(itemsOf)
      .flatMap(node => readObject(node, {file: path, ...positionAt(source, node.offset)}, errors));
  } catch (error) {
    if (!(error instanceof YamlError)) throw error;
    errors.push(error.problem);
    return [];
  }
}

/** The objects of a List, as `kubectl get -o yaml` prints several, or the one object. */
function itemsOf(node: YamlNode): readonly YamlNode[] {
  const entries = node.kind === 'mapping' ? node.entries : [];
  const read = (key: string) => entries.find(entry => entry.key === key)?.value;
  const [kind, items] = [read('kind'), read('items')];
  return kind?.kind === 'scalar' && kind.value === 'List' && items?.kind === 'sequence'
    ? items.items
    : [node];
}

function readObject(node: YamlNode, place: Place, errors: Problem[]): Located[] {
  const object = toJson(node);
  if (!isJsonObject(object) || !isJsonObject(object.metadata) || typeof object.metadata.name !== 'string') {
    errors.push({...place, message: 'cannot read Profile: this is no Kubernetes object with a name'});
    return [];
  }
  if (KINDS.includes(String(object.kind))) return [{object: object as KubernetesObject, place}];
  const message = `cannot read Profile: ${String(object.kind)} is not one of ${KINDS.join(', ')}`;
  errors.push({...place, message});
  return [];
}
