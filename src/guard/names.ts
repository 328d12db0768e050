import {ownValue} from '../kubernetes/object.ts';
import {guardByKind} from './fields/by-kind.ts';
import {under} from './fields/check.ts';
import {ofPods} from './fields/pod-templates.ts';
import {KINDS} from './names/kinds.ts';
import {METADATA, metadataOf} from './names/metadata.ts';
import {POD} from './names/pod.ts';
import type {ObjectGuard} from './violation.ts';

/**
 * Refuses names, labels and keys that the API server does not take, and that schemas do not tell. As of Kubernetes
 * 1.36; an annotation's value and a user's name may be any text.
 */
export const checkNames: ObjectGuard = guardByKind('schema/name', key => [
  ...under('metadata', metadataOf(key)),
  ...ofPods(key, {metadata: METADATA, spec: POD}),
  ...(ownValue(KINDS, key) ?? []),
]);
