import {getScalarValue, SCALAR_STYLE, type ScalarEvent} from 'js-yaml';

/** What a piece of a scalar's source stands for: a line break and the white around it, an escape, any character. */
const FOLD = String.raw`(?<fold>[ \t]*(?:\r\n?|\n)[ \t\r\n]*)`;
const ESCAPE = String.raw`(?<joined>\\(?:\r\n?|\n)[ \t\r\n]*)|\\U(?<wide>[0-9a-fA-F]{8})|\\(?:x..|u....|.)`;
const PLAIN = new RegExp(`${FOLD}|[^]`, 'gy');
const SINGLE_QUOTED = new RegExp(`${FOLD}|''|[^]`, 'gy');
const DOUBLE_QUOTED = new RegExp(`${FOLD}|${ESCAPE}|[^]`, 'gy');

/**
 * For each UTF-16 unit of a scalar's value, the offset in the source of what it came from; js-yaml gives only the
 * scalar's start and end.
 */
export function scalarOffsets(event: ScalarEvent, source: string): number[] {
  switch (event.style) {
    case SCALAR_STYLE.PLAIN:
      return flowOffsets(event, source, PLAIN);
    case SCALAR_STYLE.SINGLE_QUOTED:
      return flowOffsets(event, source, SINGLE_QUOTED);
    case SCALAR_STYLE.DOUBLE_QUOTED:
      return flowOffsets(event, source, DOUBLE_QUOTED);
    default:
      return blockOffsets(event, source);
  }
}

function flowOffsets({valueStart, valueEnd}: ScalarEvent, source: string, token: RegExp): number[] {
  const text = source.slice(valueStart, valueEnd);
  return [...text.matchAll(token)].flatMap(({index, groups}) =>
    Array.from({length: unitsOf(groups)}, () => valueStart + index),
  );
}

/** How many UTF-16 units a piece stands for. */
function unitsOf({fold, joined, wide}: {[group: string]: string | undefined} = {}): number {
  if (joined !== undefined) return 0;
  if (wide !== undefined) return Number.parseInt(wide, 16) > 0xffff ? 2 : 1;
  // One line break becomes a space, more of them one less.
  return fold === undefined ? 1 : Math.max(1, fold.split(/\r\n?|\n/).length - 2);
}

// Indentation and folding change nothing but white space, so the two texts are walked together by the rest.
function blockOffsets(event: ScalarEvent, source: string): number[] {
  let at = event.valueStart;
  return getScalarValue(source, event)
    .split('')
    .map(unit => {
      if (unit === ' ' || unit === '\t' || unit === '\n') return at;
      while (at < event.valueEnd && source[at] !== unit) at++;
      return at++;
    });
}
