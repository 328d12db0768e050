import type {Json} from '../kubernetes/object.ts';
import {MAX_VALUE_LENGTH} from './cel/limits.ts';
import {CelError, type CelVariables, type Compiler, type Expression, type Item} from './cel.ts';

/** A compiled template string. */
export interface Text {
  /** The expressions in it, in order. */
  readonly expressions: readonly Expression[];
  /** The value as written, where the string holds no expression. */
  readonly literal?: string;
  /** Whether the whole string is one expression, which then keeps its type. */
  readonly lone: boolean;
  /** Yields `undefined` where the field is to be dropped. Throws TextError. */
  readonly evaluate: (variables: CelVariables) => Json | undefined;
}

/** What is wrong with a template string; `index` is a UTF-16 index into it. */
export class TextError extends Error {
  override readonly name = 'TextError';
  readonly index: number;
  readonly hint: string | undefined;

  constructor(message: string, index: number, hint?: string) {
    super(message);
    this.index = index;
    this.hint = hint;
  }
}

/**
 * Compiles a template string, so that a bad expression stops the boot.
 *
 * A string that is one `${CEL}` expression keeps that expression's type; anything else is text, in which
 * `$${` stands for a literal `${`.
 */
export function compileText(text: string, compiler: Compiler, item?: Item): Text {
  const parts = split(text).map(part => ('source' in part ? compilePart(part, compiler, item) : part));
  const [first] = parts;
  if (parts.length === 1 && first && 'expression' in first) {
    return {
      expressions: [first.expression],
      lone: true,
      evaluate: variables => evaluatePart(first, variables),
    };
  }
  const expressions = parts.flatMap(part => ('expression' in part ? [part] : []));
  if (expressions.length === 0) {
    const literal = first && 'text' in first ? first.text : '';
    return {expressions: [], literal, lone: false, evaluate: () => literal};
  }
  expressions.forEach(refuseUnjoinable);
  return {
    expressions: expressions.map(part => part.expression),
    lone: false,
    evaluate: variables => join(parts, variables),
  };
}

type Part = {readonly text: string} | {readonly start: number; readonly expression: Expression};

function join(parts: readonly Part[], variables: CelVariables): string {
  let text = '';
  for (const part of parts) {
    if ('text' in part) text += part.text;
    else {
      text += joinable(part, variables);
      // Before more is made: no deadline bounds memory.
      if (text.length > MAX_VALUE_LENGTH)
        throw new TextError(`cannot join text: it is longer than ${MAX_VALUE_LENGTH} characters`, part.start);
    }
  }
  return text;
}

type RawPart = {readonly text: string} | {readonly start: number; readonly source: string};

function split(text: string): RawPart[] {
  const parts: RawPart[] = [];
  let literal = '';
  let at = 0;
  while (at < text.length) {
    const start = text.indexOf('${', at);
    if (start === -1) break;
    if (text[start - 1] === '$') {
      literal += `${text.slice(at, start - 1)}\${`;
      at = start + 2;
      continue;
    }
    literal += text.slice(at, start);
    if (literal) parts.push({text: literal});
    literal = '';
    const end = expressionEnd(text, start + 2);
    parts.push({start: start + 2, source: text.slice(start + 2, end)});
    at = end + 1;
  }
  literal += text.slice(at);
  return literal ? [...parts, {text: literal}] : parts;
}

/** A CEL string literal, with its prefix: braces in it do not count. */
const STRING =
  /[bB]?(?:"""(?:\\[\s\S]|[^\\])*?"""|'''(?:\\[\s\S]|[^\\])*?'''|"(?:\\[\s\S]|[^"\\])*"|'(?:\\[\s\S]|[^'\\])*')/y;
/** In a raw string a backslash escapes nothing. */
const RAW_STRING = /(?:[rR][bB]?|[bB][rR])(?:"""[\s\S]*?"""|'''[\s\S]*?'''|"[^"]*"|'[^']*')/y;

/** A comment of CEL, where a brace or a quote does not count either. */
const COMMENT = /\/\/[^\n]*/y;

function expressionEnd(text: string, start: number): number {
  let depth = 0;
  for (let at = start; at < text.length; at++) {
    const end = opaqueEnd(text, at);
    if (end !== undefined) at = end - 1;
    else if (text[at] === '{') depth++;
    else if (text[at] === '}' && depth-- === 0) return at;
  }
  throw new TextError(
    'cannot read expression: no } ends it',
    start - 2,
    'quote this expression, or write $${ for a literal ${',
  );
}

/** Where a string or a comment ends that begins here. */
function opaqueEnd(text: string, at: number): number | undefined {
  // A prefix letter at the end of a name, as in `bar"x"`, is no prefix; CEL has no such juxtaposition anyway.
  for (const pattern of [RAW_STRING, STRING, COMMENT]) {
    pattern.lastIndex = at;
    if (pattern.test(text)) return pattern.lastIndex;
  }
  return undefined;
}

function compilePart(part: {start: number; source: string}, compiler: Compiler, item?: Item) {
  return {start: part.start, expression: located(part.start, () => compiler.compile(part.source, item))};
}

function evaluatePart(
  part: {start: number; expression: Expression},
  variables: CelVariables,
): Json | undefined {
  return located(part.start, () => part.expression.evaluate(variables));
}

function located<T>(start: number, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof CelError)) throw error;
    throw new TextError(error.message, start + error.offset, error.hint);
  }
}

const JOIN_HINT = 'text takes strings, numbers and booleans: use json(…) or .join(…)';

function refuseUnjoinable({start, expression}: {start: number; expression: Expression}): void {
  const kind = /^(list|map|optional|null)/.exec(expression.type)?.[0];
  if (!kind) return;
  const value = kind === 'optional' ? 'an optional value' : kind === 'null' ? 'null' : `a ${kind}`;
  const hint = kind === 'optional' ? 'use .orValue("…")' : JOIN_HINT;
  throw new TextError(`cannot join ${value} into text`, start, hint);
}

function joinable(part: {start: number; expression: Expression}, variables: CelVariables): string {
  const value = evaluatePart(part, variables);
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    return String(value);
  const kind = value === undefined ? 'nothing' : Array.isArray(value) ? 'a list' : 'a map';
  throw new TextError(`cannot join ${kind} into text`, part.start, JOIN_HINT);
}
