import {groupKey} from '../guard/tenancy.ts';
import {isJsonObject, type Json, type JsonObject, type KubernetesObject} from '../kubernetes/object.ts';
import {parseStep} from './managed-field.ts';

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

/** How many pods, and `kubectl rollout restart`: neither changes what they do. */
const UNCOUNTED_PATHS = ['.spec.replicas', '.spec.template.metadata.annotations'];

/** Metacontroller's default for `--apply-strategy-ssa-field-manager`. */
const OUR_MANAGER = 'metacontroller';

/** Controllers of Kubernetes itself. */
const CLUSTER_MANAGERS = ['kube-controller-manager'];

/**
 * The topmost field of an observed child that we do not render and that somebody else owns, if there is one.
 *
 * Server-side apply would leave it in place for ever. Values are not compared: what we render is forced back. Where
 * an object does not say who owns what, nothing can be known, and so nothing is foreign.
 */
export function findForeignField(
  desired: KubernetesObject,
  observed: KubernetesObject,
  exceptedManagers: readonly string[],
): ForeignField | undefined {
  if (NEVER_COUNTED_KINDS.includes(groupKey(desired))) return undefined;
  const {managedFields} = observed.metadata;
  if (!Array.isArray(managedFields)) return undefined;
  for (const entry of managedFields) {
    if (!isJsonObject(entry) || entry.subresource || isOurs(entry)) continue;
    const manager = typeof entry.manager === 'string' ? entry.manager : '';
    if ([...CLUSTER_MANAGERS, ...exceptedManagers].includes(manager)) continue;
    const path = findUnrendered(countedFields(entry.fieldsV1), desired as JsonObject, '');
    if (path !== undefined) return {path: path.replace(/^\./, ''), manager};
  }
  return undefined;
}

// With either operation: what an admission webhook changes in Metacontroller's own write may be recorded as its Update.
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
