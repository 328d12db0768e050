import type {Json} from '../../kubernetes/object.ts';
import {ownValue} from '../../kubernetes/object.ts';
import {all, type Check, type FieldCheck, fault, ofMap} from '../fields/check.ts';
import {
  annotationKey,
  dnsLabel,
  dnsSubdomain,
  type Format,
  keys,
  labels,
  pathSegment,
  text,
} from '../fields/formats.ts';

/** As the API server limits them: keys and values together. */
const MAX_ANNOTATIONS_BYTES = 256 * 1024;

/** A CronJob appends eleven characters for each of its Jobs, whose names end at 63. */
const cronJobName: Format = {
  accepts: name => name.length <= 52 && dnsSubdomain.accepts(name),
  description: dnsSubdomain.description.replace('253', '52'),
};

/** Kinds whose names are of another format than most, by `Kind.group/version`. */
const NAMES: {readonly [kind: string]: Format} = {
  'CronJob.batch/v1': cronJobName,
  'Namespace.v1': dnsLabel,
  'PodDisruptionBudget.policy/v1': pathSegment,
  'Role.rbac.authorization.k8s.io/v1': pathSegment,
  'RoleBinding.rbac.authorization.k8s.io/v1': pathSegment,
  'Service.v1': dnsLabel,
};

const annotationSize: Check = ofMap(annotations => {
  const bytes = Object.entries(annotations)
    .flat()
    .reduce<number>((sum, part) => sum + bytesOf(part), 0);
  return bytes > MAX_ANNOTATIONS_BYTES
    ? [fault([], 'must be at most 256 KiB, keys and values together')]
    : [];
});

/** Labels and annotations. What an annotation says is free text. */
export const METADATA: readonly FieldCheck[] = [
  ['labels', labels],
  ['annotations', all(keys(annotationKey), annotationSize)],
];

/** An object's own name, labels and annotations. */
export function metadataOf(key: string): readonly FieldCheck[] {
  return [['name', text(ownValue(NAMES, key) ?? dnsSubdomain)], ...METADATA];
}

function bytesOf(value: Json): number {
  return typeof value === 'string' ? Buffer.byteLength(value) : 0;
}
