import type {TemplateOptions} from '../config/arguments.ts';
import type {Problem} from '../errors.ts';
import type {Mode} from '../guard/tenancy.ts';
import {isJsonObject, type JsonObject, type KubernetesObject} from '../kubernetes/object.ts';
import {schemaProblems} from '../kubernetes/schema.ts';
import {isCollaboration} from '../profile/collaborators.ts';
import {type Profile, parseProfile} from '../profile/profile.ts';
import {profileControllerBindings} from '../profile/profile-controller.ts';
import type {Policy} from '../rbac/evaluate.ts';
import type {Subject} from '../rbac/identity.ts';
import type {Tenant} from '../rbac/matrix.ts';
import {buildPolicy, isRbac} from '../rbac/policy.ts';
import {loadSet} from '../template/sources.ts';
import type {Findings} from './findings.ts';
import {type Located, type Place, readObjects} from './object-file.ts';
import {renderOffline} from './offline.ts';
import {type OfflineProfile, readProfileFiles} from './profile-file.ts';

/** Who may do what in the namespaces of the given Profiles. */
export interface Access {
  readonly policy: Policy;
  readonly tenants: readonly Tenant[];
}

/** Where it is read from. */
export interface AccessSources extends TemplateOptions {
  readonly profiles: readonly string[];
  readonly clusterRoles?: string;
}

const CLUSTER_KINDS = {noun: 'ClusterRole', kinds: ['ClusterRole', 'ClusterRoleBinding']};

/**
 * Renders the Profiles and adds what others put beside it: given RoleBindings, profile-controller's in companion
 * mode, given ClusterRoles. Nothing where there are errors. Throws TemplateError.
 */
export function readAccess(sources: AccessSources, findings: Findings): Access | undefined {
  const set = loadSet(sources.mode, sources);
  const profiles = readProfileFiles(sources.profiles, findings);
  // What a Profile asks for and does not get has no say in who may do what.
  const unheard = {errors: findings.errors, warnings: []};
  const rendered = profiles.map(profile => renderOffline(profile, set, unheard));
  const clusterWide = sources.clusterRoles
    ? readObjects(sources.clusterRoles, CLUSTER_KINDS, findings.errors)
    : [];
  if (findings.errors.length > 0) return undefined;
  const tenants = profiles.map((offline, index) => toTenant(offline, rendered[index] ?? [], sources.mode));
  const located = [...clusterWide, ...tenants.flatMap(({objects}) => objects)].map(withoutNulls);
  findings.errors.push(...located.flatMap(schemaErrors));
  if (findings.errors.length > 0) return undefined;
  return {policy: toPolicy(located, findings), tenants};
}

function toTenant(
  {raw, place, roleBindings}: OfflineProfile,
  rendered: readonly KubernetesObject[],
  mode: Mode,
): Tenant & {objects: Located[]} {
  const profile = parseProfile(raw as JsonObject);
  const theirs = mode === 'companion' ? profileControllerBindings(profile.name, profile.owner) : [];
  const made = [...theirs, ...rendered.filter(isRbac)];
  const names = new Set(made.filter(isRoleBinding).map(({metadata}) => metadata.name));
  // One of a name: what is observed under it is put right in the next sync.
  const given = roleBindings.filter(({metadata}) => !names.has(metadata.name));
  return {
    namespace: profile.name,
    parties: [profile.owner, ...collaborators(given, profile)],
    objects: [...made, ...given].map(object => ({object, place})),
  };
}

function collaborators(bindings: readonly KubernetesObject[], profile: Profile): Subject[] {
  return bindings
    .filter(binding => isCollaboration(binding, profile))
    .flatMap(({subjects}) => (Array.isArray(subjects) ? subjects.filter(isJsonObject) : []))
    .map(subject => ({namespace: profile.name, ...subject}) as unknown as Subject);
}

function isRoleBinding({kind}: KubernetesObject): boolean {
  return kind === 'RoleBinding';
}

// kubectl prints them for empty fields (`rules: null`), and the API server takes them for absent ones.
function withoutNulls({object, place}: Located): Located {
  const without = (map: JsonObject) =>
    Object.fromEntries(Object.entries(map).filter(([, value]) => value !== null));
  const {metadata, ...rest} = object;
  return {
    object: {...without(rest as JsonObject), metadata: without(metadata as JsonObject)} as KubernetesObject,
    place,
  };
}

function schemaErrors({object, place}: Located): Problem[] {
  const of = `${object.kind} ${object.metadata.name}`;
  const problems = schemaProblems(object) ?? [{field: 'apiVersion', message: 'is not that of RBAC'}];
  return problems.map(({field, message}) => ({...place, message: `cannot use ${of}: ${field}: ${message}`}));
}

function toPolicy(located: readonly Located[], findings: Findings): Policy {
  const places = new Map<KubernetesObject, Place>(located.map(({object, place}) => [object, place]));
  const {policy, refused} = buildPolicy([...places.keys()]);
  for (const {object, reason} of refused) {
    const message = `left out ${object.kind} ${object.metadata.name}, which Kubernetes refuses: ${reason}`;
    findings.warnings.push({...places.get(object), message});
  }
  return policy;
}
