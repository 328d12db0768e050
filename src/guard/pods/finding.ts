import type {RuleName} from '../rules.ts';

export type Path = readonly (string | number)[];

/** What is wrong with a pod, before anybody says of which object. */
export interface Finding {
  readonly rule: Extract<RuleName, `pods/${string}`>;
  readonly path: Path;
  readonly reason: string;
  readonly hint: string;
}

/** Something that stands at a path. */
export interface Place<T> {
  readonly path: Path;
  readonly value: T;
}

/** A finding about what could hide a pod. */
export function unjudged(path: Path, reason: string, hint: string): Finding {
  return {rule: 'pods/security', path, reason, hint};
}
