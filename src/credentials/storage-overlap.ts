/** Stands in a prefix for the tenant's namespace. */
export const NAMESPACE = '<ns>';

/** What a namespace can be called: a part of a prefix that is no such name meets no tenant's. */
const NAME = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/** A prefix, and the one namespace that it is for; without one it is for any. */
export interface Reach {
  readonly prefix: string;
  readonly namespace?: string | undefined;
}

/** The parts of a prefix between its slashes. */
export function segmentsOf(prefix: string): string[] {
  return prefix.replace(/\/$/, '').split('/');
}

/**
 * Whether the first prefix, for some tenant, is the start of the second for another one.
 *
 * `<ns>/` meets `private-artifacts/<ns>/`: a tenant called private-artifacts would have everybody's.
 */
export function meets(outer: Reach, inner: Reach): boolean {
  const outerSegments = segmentsOf(outer.prefix);
  const innerSegments = segmentsOf(inner.prefix);
  if (outerSegments.length > innerSegments.length) return false;
  let [owner, other] = [outer.namespace, inner.namespace];
  for (const [index, segment] of outerSegments.entries()) {
    const innerSegment = innerSegments[index];
    const left = segment === NAMESPACE ? owner : segment;
    const right = innerSegment === NAMESPACE ? other : innerSegment;
    const name = left ?? right;
    // Free on both sides: whoever it is, it is the same tenant.
    if (name === undefined) return false;
    const isBound = left !== undefined && right !== undefined;
    if (isBound ? left !== right : !NAME.test(name)) return false;
    if (segment === NAMESPACE) owner = name;
    if (innerSegment === NAMESPACE) other = name;
  }
  return owner === undefined || owner !== other;
}
