/** Longer texts are refused: a definition's pattern may take for ever over a text that a user chose. */
export const MAX_TEXT_LENGTH = 2000;

/** Kubernetes' regular expressions (RE2) know these, JavaScript's read them otherwise or not at all. */
const ONLY_RE2 = /\\[AzQEC]|\\x\{|\[\[:|\(\?P|\(\?[a-zA-Z-]+[:)]|\\p[A-Z]/;

/** A definition's pattern; `undefined` where it would mean something else here than it does to the API server. */
export function compilePattern(pattern: string): RegExp | undefined {
  // A backslash that stands for itself makes no escape of what follows.
  const escapes = pattern.replaceAll('\\\\', '');
  if (ONLY_RE2.test(escapes)) return undefined;
  const expression = tryCompile(pattern, 'u');
  // Without the flag, escapes such as \- are allowed, as in RE2; but \p{…} would be plain letters.
  return expression || escapes.includes('\\p') ? expression : tryCompile(pattern, '');
}

function tryCompile(pattern: string, flags: string): RegExp | undefined {
  try {
    return new RegExp(pattern, flags);
  } catch {
    return undefined;
  }
}
