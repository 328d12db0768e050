import {
  groupKey,
  isJsonObject,
  type Json,
  type JsonObject,
  type KubernetesObject,
} from '../kubernetes/object.ts';
import {parseStep} from './managed-field.ts';
import {OUR_MANAGER} from './marks.ts';

/** A field that somebody else put into an object of ours. */
export interface ForeignField {
  /** As people write it, in the words of whoever added it: not fit to be shown as it is. */
  readonly path: string;
  /** Who says to have added it. */
  readonly manager: string;
}

/** Where what others add does harm. */
const COUNTED_STEPS = ['f:spec', 'f:data', 'f:binaryData', 'f:rules'];

/** RBAC and NetworkPolicies consist of atomic lists, which are sent and so reset; the others hold what must not be lost. */
const NEVER_COUNTED_KINDS = [
  'NetworkPolicy.networking.k8s.io/v1',
  'Role.rbac.authorization.k8s.io/v1',
  'RoleBinding.rbac.authorization.k8s.io/v1',
  'Namespace.v1',
  'PersistentVolumeClaim.v1',
  'Secret.v1',
];

/**
 * How many pods, and `kubectl rollout restart`: neither changes what they do. Kubernetes' own controllers add nothing
 * else: they write status, and replicas through `scale`.
 */
const UNCOUNTED_PATHS = ['.spec.replicas', '.spec.template.metadata.annotations'];

/**
 * The topmost field of an observed child that we do not render and that somebody else owns, if there is one.
 *
 * Server-side apply would leave it in place for ever. Values are not compared: what we render is forced back. What
 * nobody owns is not foreign: it is what defaulting and admission set, in whoever's write.
 */
export function findForeignField(
  desired: KubernetesObject,
  observed: KubernetesObject,
  exceptedManagers: readonly string[],
): ForeignField | undefined {
  if (NEVER_COUNTED_KINDS.includes(groupKey(desired))) return undefined;
  const entries = entriesOf(observed);
  const isApplied = entries.some(entry => isOurs(entry) && entry.operation === 'Apply');
  for (const entry of entries) {
    // The name alone anybody can take: `kubectl edit --field-manager=metacontroller`. But with Metacontroller's other
    // strategy all its entries are updates, with every default in them.
    if (isOurs(entry) && (entry.operation === 'Apply' || !isApplied)) continue;
    const manager = typeof entry.manager === 'string' ? entry.manager : '';
    if (exceptedManagers.includes(manager)) continue;
    const path = findUnrendered(countedFields(entry.fieldsV1), desired as JsonObject, '');
    if (path !== undefined) return {path: path.replace(/^\./, ''), manager};
  }
  return undefined;
}

/**
 * Whether somebody has wiped who owns what in an observed child, so that a field that would be foreign may hide.
 *
 * Whoever may write an object may write its `managedFields`, and Metacontroller applies an object again only when its
 * specification has changed.
 */
export function isWiped(observed: KubernetesObject): boolean {
  if (NEVER_COUNTED_KINDS.includes(groupKey(observed)) || !mayHide(observed)) return false;
  // It may apply by another name; by ours it may only update.
  return !entriesOf(observed).some(entry => entry.operation === 'Apply' || isOurs(entry));
}

function mayHide(observed: KubernetesObject): boolean {
  return COUNTED_STEPS.some(step => step.slice('f:'.length) in observed);
}

function entriesOf({metadata: {managedFields}}: KubernetesObject): JsonObject[] {
  return Array.isArray(managedFields) ? managedFields.filter(isJsonObject) : [];
}

function isOurs({manager}: JsonObject): boolean {
  return manager === OUR_MANAGER;
}

function countedFields(fields: Json | undefined): JsonObject {
  const counted = isJsonObject(fields) ? Object.entries(fields) : [];
  return Object.fromEntries(counted.filter(([step]) => COUNTED_STEPS.includes(step)));
}

function findUnrendered(fields: JsonObject, rendered: Json | undefined, path: string): string | undefined {
  for (const [text, below] of Object.entries(fields)) {
    const step = parseStep(text);
    const found = step && findUnrenderedAt(`${path}${step.shown}`, step.read(rendered), below);
    if (found !== undefined) return found;
  }
  return undefined;
}

// It goes down as far as what we render, not as far as what others wrote.
function findUnrenderedAt(path: string, rendered: Json | undefined, below: Json): string | undefined {
  if (UNCOUNTED_PATHS.includes(path)) return undefined;
  const parts = isJsonObject(below) ? Object.keys(below).filter(key => key !== '.') : [];
  const mayHoldUncounted = parts.length > 0 && UNCOUNTED_PATHS.some(other => other.startsWith(`${path}.`));
  if (rendered === undefined && !mayHoldUncounted) return path;
  return findUnrendered(parts.length > 0 ? (below as JsonObject) : {}, rendered, path);
}
