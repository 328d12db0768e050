import type {Problem} from '../errors.ts';
import type {KubernetesObject} from '../kubernetes/object.ts';
import type {Findings} from './findings.ts';
import {type Located, type Place, readObjects} from './object-file.ts';

/** One Profile of a file, with what the files say to observe in its namespace. */
export interface OfflineProfile {
  readonly raw: KubernetesObject;
  readonly place: Place;
  readonly namespace?: KubernetesObject;
  readonly roleBindings: readonly KubernetesObject[];
}

/** Stands for the uid that the API server would give. */
const OFFLINE_UID = '00000000-0000-4000-8000-000000000000';

const EXPECTED = {noun: 'Profile', kinds: ['Profile', 'Namespace', 'RoleBinding']};

/** Reads Profiles, and the Namespaces and RoleBindings beside them. */
export function readProfileFiles(paths: readonly string[], findings: Findings): OfflineProfile[] {
  const located = paths.flatMap(path => readObjects(path, EXPECTED, findings.errors));
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
