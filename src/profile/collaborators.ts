import {isJsonObject, type Json, type KubernetesObject} from '../kubernetes/object.ts';
import {controllerOf} from '../kubernetes/owner.ts';
import {printable} from '../printable.ts';
import {hasControlCharacters, MAX_USER_NAME_LENGTH, type ProfileKey} from './profile.ts';

/** Somebody whom the owner let in through KFAM. */
export interface Collaborator {
  readonly kind: 'User';
  readonly name: string;
  readonly role: 'admin' | 'edit' | 'view';
}

/** Who was let in, and whose entry cannot be honoured; the reasons go into a condition. */
export interface Collaborators {
  readonly collaborators: readonly Collaborator[];
  readonly skipped: readonly string[];
}

/** KFAM's own map from ClusterRole to role (access-management `bindings.go`). */
const ROLES: {readonly [clusterRole: string]: Collaborator['role']} = {
  'kubeflow-admin': 'admin',
  'kubeflow-edit': 'edit',
  'kubeflow-view': 'view',
};

/** More than a namespace has, and fewer than a template may repeat an object for: too many must not stop a sync. */
const MAX_COLLABORATORS = 300;

/** Characters of a RoleBinding's name in a condition; Kubernetes allows it 253 of any kind. */
const MAX_SHOWN_LENGTH = 63;

/**
 * Reads the collaborators from a namespace's RoleBindings.
 *
 * Access comes from subjects and roleRef. KFAM's annotations only mark a binding as a collaborator's: the owner
 * can write them, so nothing else in them is believed.
 */
export function readCollaborators(bindings: readonly KubernetesObject[], profile: ProfileKey): Collaborators {
  const found = new Map<string, Collaborator>();
  const skipped: string[] = [];
  for (const binding of bindings) {
    const role = collaboratorRole(binding, profile);
    if (!role) continue;
    for (const subject of subjectsOf(binding)) {
      const reason = refusal(subject);
      if (reason)
        skipped.push(`RoleBinding ${printable(binding.metadata.name, MAX_SHOWN_LENGTH)}: ${reason}`);
      else if (subject.kind === 'User')
        found.set(`${role} ${subject.name}`, {kind: 'User', name: subject.name as string, role});
    }
  }
  const collaborators = [...found]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, collaborator]) => collaborator);
  const beyond = collaborators.length - MAX_COLLABORATORS;
  if (beyond > 0) skipped.push(`${beyond} collaborators: at most ${MAX_COLLABORATORS} are honoured`);
  return {collaborators: collaborators.slice(0, MAX_COLLABORATORS), skipped: skipped.sort()};
}

/** Whether a RoleBinding lets somebody in as KFAM does. */
export function isCollaboration(binding: KubernetesObject, profile: ProfileKey): boolean {
  return collaboratorRole(binding, profile) !== undefined;
}

function collaboratorRole(binding: KubernetesObject, profile: ProfileKey): Collaborator['role'] | undefined {
  const {name, namespace, annotations = {}} = binding.metadata;
  if (namespace !== profile.name || name === 'namespaceAdmin') return undefined;
  if (controllerOf(binding)?.uid === profile.uid) return undefined;
  if (annotations.user === undefined || annotations.role === undefined) return undefined;
  const roleRef = isJsonObject(binding.roleRef) ? binding.roleRef : {};
  return roleRef.kind === 'ClusterRole' && Object.hasOwn(ROLES, String(roleRef.name))
    ? ROLES[String(roleRef.name)]
    : undefined;
}

function subjectsOf(binding: KubernetesObject): {kind?: Json; name?: Json}[] {
  return (Array.isArray(binding.subjects) ? binding.subjects : []).filter(isJsonObject);
}

// The name itself is left out: whoever wrote it chooses it, and it ends in a condition that others read.
function refusal({kind, name}: {kind?: Json; name?: Json}): string | undefined {
  if (kind !== 'User')
    return `a subject of kind ${kind === 'Group' || kind === 'ServiceAccount' ? kind : 'unknown'} is not a collaborator`;
  if (typeof name !== 'string' || name === '') return 'a subject has no name';
  if (name.startsWith('system:')) return 'a subject is a system user';
  if (name.includes('*')) return 'a subject has * in its name';
  if (hasControlCharacters(name)) return 'a subject has control characters in its name';
  return name.length > MAX_USER_NAME_LENGTH
    ? `a subject's name is longer than ${MAX_USER_NAME_LENGTH} characters`
    : undefined;
}
