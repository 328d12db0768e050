import {EvaluationError} from '@marcbachmann/cel-js';
import {MAX_VALUE_LENGTH} from './limits.ts';

/** What is wrong with an expression or its evaluation. Never holds data of the variables: they may be secrets. */
export class CelError extends Error {
  override readonly name = 'CelError';
  /** UTF-16 offset into the source of what is wrong. */
  readonly offset: number;
  readonly hint?: string;

  constructor(message: string, offset: number, hint?: string) {
    super(message);
    this.offset = offset;
    if (hint !== undefined) this.hint = hint;
  }
}

export function compileError(reason: string, offset: number, hint?: string): CelError {
  return new CelError(`cannot compile expression: ${reason}`, offset, hint);
}

export function evaluateError(reason: string, offset: number, hint?: string): CelError {
  return new CelError(`cannot evaluate expression: ${reason}`, offset, hint);
}

/** Code of the library's errors whose message is ours, and holds no data. */
export const REFUSED = 'refused';

/** For code that the library calls: it adds the place. */
export function refused(message: string): EvaluationError {
  return new EvaluationError({code: REFUSED, message});
}

/** Refuses a string or list of that length before it is made. */
export function refuseOverlong(length: number): void {
  if (length > MAX_VALUE_LENGTH) throw refused(`the result is longer than ${MAX_VALUE_LENGTH} characters`);
}
