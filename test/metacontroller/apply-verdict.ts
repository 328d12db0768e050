import type {GuardContext} from '../../src/guard/context.ts';
import type {Violation} from '../../src/guard/violation.ts';
import type {JsonObject, KubernetesObject} from '../../src/kubernetes/object.ts';
import {lintApply} from '../../src/metacontroller/apply-lint.ts';
import type {ApplyStrategy} from './apply-rows.ts';

/** What the lint says of an object, under a strategy. */
export function lint(object: KubernetesObject, applyStrategy: ApplyStrategy): Violation[] {
  return lintApply(object, {values: {guards: {applyStrategy}}} as unknown as GuardContext);
}

export function isAccepted(object: KubernetesObject, applyStrategy: ApplyStrategy): boolean {
  return lint(object, applyStrategy).length === 0;
}

/** What the lint says of an object named `a`, with paths as text. */
export function verdict(object: JsonObject, strategy: ApplyStrategy): object[] {
  const named = {...object, metadata: {name: 'a', ...(object.metadata as JsonObject)}};
  return lint(named as unknown as KubernetesObject, strategy).map(({path, ...rest}) => ({
    ...rest,
    path: path.join('.'),
  }));
}

/** An object, and the only thing that is wrong with it. */
export interface Case {
  readonly object: JsonObject;
  readonly path: string;
  readonly message: string;
  readonly hint?: string;
  readonly rule?: string;
}

/** How a hint ends where the other strategy would do. */
export const OR_SERVER_SIDE = ', or set guards.applyStrategy: server-side-apply';
