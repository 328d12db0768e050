/**
 * Whether a text matches a pattern in which `*` stands for any characters but white space.
 *
 * Not a RegExp: a few stars and a long text, which a Profile's creator chooses, would take it minutes.
 */
export function matchesPattern(pattern: string, text: string): boolean {
  const [start = '', ...rest] = pattern.split('*');
  const end = rest.pop();
  if (end === undefined) return text === start;
  if (/\s/.test(text) || !text.startsWith(start) || !text.endsWith(end)) return false;
  let position = start.length;
  for (const literal of rest) {
    const found = text.indexOf(literal, position);
    if (found === -1) return false;
    position = found + literal.length;
  }
  return position <= text.length - end.length;
}
