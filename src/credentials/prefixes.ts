/** Fills the namespace into prefixes such as `private-artifacts/<ns>/`. */
export function expandPrefixes(prefixes: readonly string[], namespace: string): string[] {
  return prefixes.map(prefix => prefix.replaceAll('<ns>', namespace));
}
