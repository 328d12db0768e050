import {isDeepStrictEqual} from 'node:util';
import type {Json, KubernetesObject} from '../kubernetes/object.ts';

/** A field that the API server lets nobody change, and when a change is due. */
interface ImmutableField {
  readonly kind: string;
  readonly field: readonly string[];
  readonly differs: (desired: Json | undefined, observed: Json | undefined) => boolean;
}

const changed = (desired: Json | undefined, observed: Json | undefined) =>
  !isDeepStrictEqual(desired, observed);

const IMMUTABLE_FIELDS: readonly ImmutableField[] = [
  {kind: 'RoleBinding', field: ['roleRef'], differs: changed},
  {kind: 'Deployment', field: ['spec', 'selector'], differs: changed},
  // A Secret without a type is Opaque.
  {
    kind: 'Secret',
    field: ['type'],
    differs: (desired, observed) => (desired ?? 'Opaque') !== (observed ?? 'Opaque'),
  },
  // Once true it cannot be unset, and the data cannot change.
  {
    kind: 'Secret',
    field: ['immutable'],
    differs: (desired, observed) => observed === true && desired !== true,
  },
  {
    kind: 'ConfigMap',
    field: ['immutable'],
    differs: (desired, observed) => observed === true && desired !== true,
  },
];

/**
 * The field for which an observed child must go before the desired one can come, if there is one.
 *
 * Server-side apply would be refused for ever, with the old grant in force. So such a child is left out of every
 * answer in which it is observed so, and returns when it is gone.
 */
export function fieldToReplace(desired: KubernetesObject, observed: KubernetesObject): string | undefined {
  const found = IMMUTABLE_FIELDS.find(
    ({kind, field, differs}) =>
      kind === desired.kind && differs(valueAt(desired, field), valueAt(observed, field)),
  );
  return found?.field.join('.');
}

function valueAt(object: KubernetesObject, path: readonly string[]): Json | undefined {
  return path.reduce<Json | undefined>(
    (value, step) => (value as {[key: string]: Json} | undefined)?.[step],
    object as Json,
  );
}
