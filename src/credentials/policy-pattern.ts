/** Whether a value matches, for this user. */
export type Pattern = (value: string, user: string) => boolean;

/** A variable, a wildcard, or text up to the next of them. */
const PART = /\$\{([^}]*)\}|[*?]|[^*?$]+|\$/g;

const WILDCARDS: {readonly [part: string]: string} = {'*': '.*', '?': '.'};

/** Characters that the language writes as variables. */
const ESCAPED = ['*', '?', '$'];

/** `*` is any text, slashes included, `?` any character, `${aws:username}` the user. Throws on any other variable. */
export function compileLike(text: string): Pattern {
  return compile(text, part => WILDCARDS[part]);
}

/** The text itself, variables filled in. Throws on any variable but `${aws:username}`. */
export function compileEquals(text: string): Pattern {
  return compile(text, () => undefined);
}

/** A text or several, as the language writes them. */
export function policyTexts(value: unknown, name: string): string[] {
  const texts: unknown[] = Array.isArray(value) ? value : [value];
  if (texts.length === 0) throw new Error(`cannot evaluate policy: ${name} is empty`);
  return texts.map(text => {
    if (typeof text !== 'string') throw new Error(`cannot evaluate policy: ${name} is no text`);
    return text;
  });
}

function compile(text: string, wildcard: (part: string) => string | undefined): Pattern {
  const parts = [...text.matchAll(PART)].map(([part, variable]) => {
    if (variable === 'aws:username') return escapeUser;
    if (variable !== undefined && !ESCAPED.includes(variable))
      throw new Error(`cannot evaluate policy: unknown variable ${part}`);
    const source = variable === undefined ? (wildcard(part) ?? escapeText(part)) : escapeText(variable);
    return () => source;
  });
  const isFixed = !parts.includes(escapeUser);
  const toRegExp = (user: string) => new RegExp(`^${parts.map(part => part(user)).join('')}$`, 'su');
  const fixed = isFixed ? toRegExp('') : undefined;
  return (value, user) => (fixed ?? toRegExp(user)).test(value);
}

function escapeUser(user: string): string {
  return escapeText(user);
}

function escapeText(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}
