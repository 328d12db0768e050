/** Something wrong in a file, a request or a setting, where it is, and what to do about it. */
export interface Problem {
  /** What cannot be done and why: "cannot ‹verb› ‹noun›: reason". Never holds a secret. */
  readonly message: string;
  readonly file?: string;
  /** Counted from one, as editors do. */
  readonly line?: number;
  /** Counted from one, as editors do. */
  readonly column?: number;
  /** Path of the field in its object, such as `spec.rules[0].verbs`. */
  readonly field?: string;
  /** The guard's rule that it breaks, such as `pods/security`. */
  readonly rule?: string;
  readonly hint?: string;
}

/** One line for people: `file:line:column: field: message [rule] (hint)`. */
export function formatProblem({file, line, column, field, message, rule, hint}: Problem): string {
  const position = [file, line, column].filter(part => part !== undefined).join(':');
  const text = [message, rule && `[${rule}]`, hint && `(${hint})`].filter(Boolean).join(' ');
  return [position, field, text].filter(Boolean).join(': ');
}

/** A request that is not what Metacontroller sends; the sender is at fault. */
export class RequestError extends Error {
  override readonly name = 'RequestError';
  readonly statusCode: number;

  constructor(message: string, statusCode = 400) {
    super(message);
    this.statusCode = statusCode;
  }
}

/** Answering would delete or overwrite something that we must not touch, so nothing is answered. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError';
  readonly statusCode = 500;
}

/** Wrong templates or values: everything wrong with them at once. */
export class TemplateError extends Error {
  override readonly name = 'TemplateError';
  readonly statusCode = 500;
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(problems.map(formatProblem).join('\n'));
    this.problems = problems;
  }
}

/** A record of a tenant's credentials cannot be read: nothing may be made of it, and nothing be made in its place. */
export class DamagedRecordError extends Error {
  override readonly name = 'DamagedRecordError';
  readonly statusCode = 503;
}

/** Wrong settings of the command: it cannot start. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}
