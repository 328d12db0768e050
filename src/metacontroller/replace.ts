import {isDeepStrictEqual} from 'node:util';
import type {JsonObject, KubernetesObject} from '../kubernetes/object.ts';

/** A field that the API server lets nobody change, and when a change is due. */
interface ImmutableField {
  readonly kind: string;
  readonly field: string;
  readonly differs: (desired: KubernetesObject, observed: KubernetesObject) => boolean;
}

const IMMUTABLE_FIELDS: readonly ImmutableField[] = [
  {kind: 'RoleBinding', field: 'roleRef', differs: changed(roleRef)},
  {kind: 'Deployment', field: 'spec.selector', differs: changed(selector)},
  {kind: 'ResourceQuota', field: 'spec.scopes', differs: changed(scopes)},
  // A Secret without a type is Opaque.
  {kind: 'Secret', field: 'type', differs: changed(({type}) => type ?? 'Opaque')},
  {kind: 'Secret', field: 'immutable', differs: isFrozen},
  {kind: 'ConfigMap', field: 'immutable', differs: isFrozen},
];

/**
 * The field for which an observed child must go before the desired one can come, if there is one.
 *
 * Server-side apply would be refused for ever, with the old grant in force. So such a child is left out of every
 * answer in which it is observed so, and returns when it is gone.
 */
export function fieldToReplace(desired: KubernetesObject, observed: KubernetesObject): string | undefined {
  return IMMUTABLE_FIELDS.find(({kind, differs}) => kind === desired.kind && differs(desired, observed))
    ?.field;
}

function changed(read: (object: KubernetesObject) => unknown) {
  return (desired: KubernetesObject, observed: KubernetesObject) =>
    !isDeepStrictEqual(read(desired), read(observed));
}

// The API server fills in the group, and shows neither empty lists nor empty maps.
function roleRef({roleRef}: KubernetesObject): unknown {
  return {apiGroup: 'rbac.authorization.k8s.io', ...(roleRef as JsonObject)};
}

function selector({spec}: KubernetesObject): unknown {
  const {selector = {}} = (spec ?? {}) as {selector?: JsonObject};
  const {matchLabels = {}, matchExpressions = []} = selector;
  return [matchLabels, matchExpressions];
}

function scopes({spec}: KubernetesObject): unknown {
  const {scopes = []} = (spec ?? {}) as {scopes?: string[]};
  return [...scopes].sort();
}

// Once true it cannot be unset, and the content cannot change.
function isFrozen(desired: KubernetesObject, observed: KubernetesObject): boolean {
  if (observed.immutable !== true) return false;
  return desired.immutable !== true || changed(content)(desired, observed);
}

function content({data, binaryData}: KubernetesObject): unknown {
  return [data ?? {}, binaryData ?? {}];
}
