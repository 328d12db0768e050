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
