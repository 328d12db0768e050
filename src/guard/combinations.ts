import {combinationsOf} from './combinations/kinds.ts';
import {POD} from './combinations/pod.ts';
import {guardByKind} from './fields/by-kind.ts';
import {ofPods} from './fields/pod-templates.ts';
import type {ObjectGuard} from './violation.ts';

/**
 * Refuses values and combinations of fields that the API server does not take, and that schemas do not tell: such an
 * object would be refused for ever. As of Kubernetes 1.36.
 */
export const checkCombinations: ObjectGuard = guardByKind('schema/value', key => [
  ...ofPods(key, {spec: POD}),
  ...combinationsOf(key),
]);
