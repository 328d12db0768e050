import {jsonOf} from '../kubernetes/json.ts';
import type {KubernetesObject} from '../kubernetes/object.ts';
import type {GuardContext} from './context.ts';
import type {ObjectViolation, Violation} from './violation.ts';

/** Bytes of JSON; etcd refuses an object of 1.5 MiB, and the API server adds managedFields. */
const MAX_OBJECT_BYTES = 1024 * 1024;

/** Bytes of JSON of a whole answer, which Metacontroller reads within its timeout (10 s) and compares in memory. */
const MAX_TOTAL_BYTES = 8 * 1024 * 1024;

/** Objects of one tenant: each is a write at birth and is looked at in every sync. */
const MAX_OBJECTS = 1000;

/** Checks that etcd would take an object. */
export function checkSize(object: KubernetesObject): Violation[] {
  // How many more differs between tenants, and would be told for each.
  if (sizeOf(object) <= MAX_OBJECT_BYTES) return [];
  return [
    {
      rule: 'tenancy/size',
      path: [],
      message: `cannot render ${object.kind}: it takes more than ${MAX_OBJECT_BYTES} bytes`,
      hint: 'split it',
    },
  ];
}

/** Checks that all objects of a tenant together can be answered in time. */
export function checkTotalSize(
  objects: readonly KubernetesObject[],
  _context: GuardContext,
): ObjectViolation[] {
  const [last] = objects.slice(-1);
  if (!last) return [];
  const violation = (message: string): ObjectViolation => ({
    rule: 'tenancy/size',
    object: last,
    path: [],
    message: `cannot render ${last.kind}: ${message}`,
    hint: 'a for-each may go over too long a list',
  });
  const bytes = objects.reduce((sum, object) => sum + sizeOf(object), 0);
  return [
    ...(objects.length > MAX_OBJECTS
      ? [violation(`${objects.length} objects for one tenant, at most ${MAX_OBJECTS} are allowed`)]
      : []),
    ...(bytes > MAX_TOTAL_BYTES
      ? [violation(`all objects take ${bytes} bytes, at most ${MAX_TOTAL_BYTES} are allowed`)]
      : []),
  ];
}

function sizeOf(object: KubernetesObject): number {
  return Buffer.byteLength(jsonOf(object));
}
