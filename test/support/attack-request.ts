import {readProfileFiles} from '../../src/commands/profile-file.ts';
import type {KubernetesObject, OwnerReference} from '../../src/kubernetes/object.ts';
import type {HookRequest} from '../../src/metacontroller/request.ts';
import type {Attack} from './attacks.ts';
import {bare, grouped, hookRequest, namespaceObject, related} from './requests.ts';

/** What Metacontroller asks for one of an attack's Profiles, whose Namespace and RoleBindings stand. */
export function requestFor(name: string, {mode, profilesFile, observed}: Attack): HookRequest {
  const profiles = readProfileFiles([profilesFile], {errors: [], warnings: []});
  const found = profiles.find(({raw}) => raw.metadata.name === name);
  if (!found) throw new Error(`${profilesFile} has no Profile ${name}`);
  const {raw, roleBindings} = found;
  const namespace = namespaceObject({metadata: {name, ownerReferences: [ownerOf(raw)]}});
  const own = mode === 'standalone' ? [namespace] : [];
  const standing = observed === undefined ? [] : [observedObject(name, observed)];
  return hookRequest(mode, {
    parent: raw as HookRequest['parent'],
    observed: grouped([...own, ...standing]),
    related: related(namespace, ...roleBindings),
  });
}

function ownerOf({apiVersion, kind, metadata}: KubernetesObject): OwnerReference {
  return {apiVersion, kind, name: metadata.name, uid: metadata.uid as string, controller: true};
}

function observedObject(namespace: string, words: string): KubernetesObject {
  const [kind, name] = words.split(' ') as [string, string];
  const object = bare('v1', kind, name, namespace);
  // By this the hook knows what Metacontroller wrote from what only looks so.
  return {...object, metadata: {...object.metadata, managedFields: [{manager: 'metacontroller'}]}};
}
