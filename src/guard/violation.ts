import type {KubernetesObject} from '../kubernetes/object.ts';
import type {GuardContext} from './context.ts';
import type {RuleName} from './rules.ts';

/** What an object would do that no template may, and where it says so. Never quotes what may be secret. */
export interface Violation {
  readonly rule: RuleName;
  readonly path: readonly (string | number)[];
  /** "cannot render ‹kind›: ‹reason›". */
  readonly message: string;
  /** What to write instead; without one the rule's own word on how to allow it stands. */
  readonly hint?: string;
}

/** A violation of one of several objects. */
export interface ObjectViolation extends Violation {
  readonly object: KubernetesObject;
}

/** Judges one object as it would be sent. Pure. */
export type ObjectGuard = (object: KubernetesObject, context: GuardContext) => Violation[];

/** Judges all that a tenant gets, where one object alone does not tell. Pure. */
export type TenantGuard = (
  objects: readonly KubernetesObject[],
  context: GuardContext,
) => readonly ObjectViolation[];
