/** A path as people write it: `spec.rules[0].verbs`, `metadata.labels["app.kubernetes.io/name"]`. */
export function fieldPath(path: readonly (string | number)[]): string {
  return path.map(fieldStep).join('').replace(/^\./, '');
}

/** One step of such a path, with the dot before it. */
export function fieldStep(step: string | number): string {
  if (typeof step === 'number') return `[${step}]`;
  return /^[\w-]+$/.test(step) ? `.${step}` : `[${JSON.stringify(step)}]`;
}

/** The path that a JSON pointer names in a value: steps into lists become numbers, which only the value tells from keys. */
export function pathOfPointer(value: unknown, pointer: string): (string | number)[] {
  let current = value;
  return pointer
    .split('/')
    .slice(1)
    .map(token => {
      const key = token.replaceAll('~1', '/').replaceAll('~0', '~');
      const step = Array.isArray(current) ? Number(key) : key;
      current = (current as {[key: string]: unknown})[step];
      return step;
    });
}
