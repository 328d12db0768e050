import type {Json} from '../../kubernetes/object.ts';
import {type Check, type FieldCheck, fault, ofMap} from '../fields/check.ts';

/** A number of pods, or a part of all. */
export function countOrPercent(maxPercent: number): Check {
  return value => {
    if (typeof value !== 'number' && typeof value !== 'string') return [];
    const isFit =
      typeof value === 'number'
        ? value >= 0
        : /^[0-9]+%$/.test(value) && Number.parseInt(value, 10) <= maxPercent;
    return isFit ? [] : [fault([], 'must be an integer of at least 0, or a percentage such as 25%')];
  };
}

/** Rolling updates of a workload that has such settings for one of its types alone. */
const onlyRolling: Check = ofMap(({type, rollingUpdate}) =>
  rollingUpdate !== undefined && type !== undefined && type !== 'RollingUpdate'
    ? [fault(['rollingUpdate'], 'must be left out but for the type RollingUpdate')]
    : [],
);

// Both have a default that is not 0.
const someProgress: Check = ofMap(({maxSurge, maxUnavailable}) =>
  isZero(maxSurge) && isZero(maxUnavailable)
    ? [fault(['maxUnavailable'], 'must not be 0 together with maxSurge')]
    : [],
);

const progressDeadline: Check = ofMap(
  ({progressDeadlineSeconds: deadline = DEFAULT_DEADLINE_SECONDS, minReadySeconds: ready = 0}) =>
    typeof deadline === 'number' && typeof ready === 'number' && deadline <= ready
      ? [fault([], 'must have a progressDeadlineSeconds above minReadySeconds')]
      : [],
);

/** The API server's, where a Deployment has none. */
const DEFAULT_DEADLINE_SECONDS = 600;

const SETTINGS: readonly FieldCheck[] = [
  ['rollingUpdate.maxSurge', countOrPercent(Number.POSITIVE_INFINITY)],
  ['rollingUpdate.maxUnavailable', countOrPercent(100)],
];

/** How a Deployment replaces its pods. */
export const DEPLOYMENT_ROLLOUT: readonly FieldCheck[] = [
  ['', progressDeadline],
  ['strategy', onlyRolling],
  ['strategy.rollingUpdate', someProgress],
  ...SETTINGS.map(([pattern, check]) => [`strategy.${pattern}`, check] as const),
];

/** How a DaemonSet or StatefulSet replaces its pods. */
export const SET_ROLLOUT: readonly FieldCheck[] = [
  ['updateStrategy', onlyRolling],
  ...SETTINGS.map(([pattern, check]) => [`updateStrategy.${pattern}`, check] as const),
];

function isZero(value: Json | undefined): boolean {
  return value === 0 || (typeof value === 'string' && /^0+%$/.test(value));
}
