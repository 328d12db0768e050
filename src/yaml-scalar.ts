import {getScalarValue, SCALAR_STYLE, type ScalarEvent} from 'js-yaml';

/** Escapes of double-quoted scalars that stand for white space, which folding may drop. */
const WHITE_ESCAPES = /^\\(?:[nrt0NL_Pe \t]|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|\r?\n)/;
const ESCAPE = /^\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|\r?\n|[^\r\n])/;

/**
 * For each UTF-16 unit of a scalar's value, the offset in the source of what it came from.
 *
 * js-yaml gives only the scalar's start and end. Quoting, escapes, folding and indentation change nothing
 * but white space and escape sequences, so the two texts are walked together by their visible characters.
 */
export function scalarOffsets(event: ScalarEvent, source: string): number[] {
  const value = getScalarValue(source, event);
  const doubleQuoted = event.style === SCALAR_STYLE.DOUBLE_QUOTED;
  const singleQuoted = event.style === SCALAR_STYLE.SINGLE_QUOTED;
  const offsets: number[] = [];
  let at = event.valueStart;
  for (let index = 0; index < value.length; index++) {
    const character = value[index] as string;
    if (/\s/.test(character)) {
      offsets.push(at);
      if (source[at] === character) at++;
      else if (doubleQuoted && source[at] === '\\')
        at += WHITE_ESCAPES.exec(source.slice(at, at + 10))?.[0].length ?? 0;
      continue;
    }
    at = skipWhite(source, at, event.valueEnd, doubleQuoted);
    offsets.push(at);
    at += tokenLength(source, at, {doubleQuoted, singleQuoted});
  }
  return offsets;
}

function skipWhite(source: string, start: number, end: number, doubleQuoted: boolean): number {
  let at = start;
  while (at < end) {
    if (/\s/.test(source[at] as string)) at++;
    else if (doubleQuoted && /^\\\r?\n/.test(source.slice(at, at + 3))) at += source[at + 1] === '\r' ? 3 : 2;
    else break;
  }
  return at;
}

function tokenLength(
  source: string,
  at: number,
  style: {doubleQuoted: boolean; singleQuoted: boolean},
): number {
  if (style.doubleQuoted && source[at] === '\\')
    return ESCAPE.exec(source.slice(at, at + 10))?.[0].length ?? 1;
  if (style.singleQuoted && source[at] === "'") return 2;
  return 1;
}
