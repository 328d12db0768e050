/** A CEL expression for "this owner reference, `o`, makes a Profile the controller". */
export const IS_PROFILE =
  "o.kind == 'Profile' && o.apiVersion.startsWith('kubeflow.org/') && o.?controller.orValue(false)";

/** A CEL list of strings. */
export function list(items: readonly string[]): string {
  return `[${items.map(quote).join(', ')}]`;
}

/** A CEL string literal. */
export function quote(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&')}'`;
}

/** A CEL literal of lists, maps and strings. */
export function literal(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    return `{${Object.entries(value)
      .map(([key, each]) => `${quote(key)}: ${literal(each)}`)
      .join(', ')}}`;
  }
  return quote(String(value));
}
