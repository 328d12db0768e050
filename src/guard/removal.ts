import {groupKey, isJsonObject, type KubernetesObject} from '../kubernetes/object.ts';
import {OUR_MANAGER} from '../metacontroller/marks.ts';

/** What holds a tenant's data: deleted it does not come back, whoever puts its template back. */
const PRECIOUS: readonly {
  readonly group: string;
  readonly isPrecious: (name: string, secret: string) => boolean;
}[] = [
  {group: 'Namespace.v1', isPrecious: () => true},
  {group: 'PersistentVolumeClaim.v1', isPrecious: () => true},
  {group: 'Secret.v1', isPrecious: (name, secret) => name === secret},
];

/** What of a tenant's is observed and answered. */
export interface Removal {
  readonly observed: {readonly [group: string]: {readonly [name: string]: KubernetesObject}};
  readonly children: readonly KubernetesObject[];
  /** Left out only until the observed one is gone. */
  readonly replaced: readonly KubernetesObject[];
  /** The Secret with the tenant's key. */
  readonly secretName: string;
  /** The tenant's. */
  readonly namespace: string;
}

/** Observed objects that an answer would delete for good and with them a tenant's data; what is left out is deleted. */
export function preciousRemovals(
  {observed, children, replaced, secretName, namespace}: Removal,
  allowed: readonly string[],
): KubernetesObject[] {
  const kept = new Set([...children, ...replaced].map(keyOf));
  return PRECIOUS.flatMap(({group, isPrecious}) =>
    Object.values(observed[group] ?? {}).filter(object => {
      const {kind, metadata} = object;
      return (
        isPrecious(metadata.name, secretName) &&
        isOurs(object, namespace) &&
        !kept.has(keyOf(object)) &&
        // A namespace goes with its Profile, never before.
        (kind === 'Namespace' || !allowed.includes(`${kind}/${metadata.name}`))
      );
    }),
  );
}

// Whoever may write in a namespace can make an object look like our child, and must not stop the tenant's answers with
// it: what Metacontroller never wrote, and what stands elsewhere, is not what a template has rendered.
function isOurs({kind, metadata}: KubernetesObject, namespace: string): boolean {
  if (kind === 'Namespace') return metadata.name === namespace;
  const managers = Array.isArray(metadata.managedFields) ? metadata.managedFields : [];
  return (
    metadata.namespace === namespace &&
    managers.some(entry => isJsonObject(entry) && entry.manager === OUR_MANAGER)
  );
}

function keyOf(object: KubernetesObject): string {
  return `${groupKey(object)} ${object.metadata.name}`;
}
