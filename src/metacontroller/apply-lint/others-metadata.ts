import {isJsonObject, type JsonObject, NAMESPACE_NAME_LABEL, ownValue} from '../../kubernetes/object.ts';
import {type Finding, writtenAgain} from './violation.ts';

/** Metadata that others write anew whenever dynamic-apply has written it. */
const WRITTEN_BY_OTHERS = [
  {
    kind: 'Deployment',
    map: 'annotations',
    key: 'deployment.kubernetes.io/revision',
    writer: "Kubernetes' deployment controller",
  },
  {kind: 'Namespace', map: 'labels', key: NAMESPACE_NAME_LABEL, writer: 'the API server'},
];

/** Metadata over which dynamic-apply and Kubernetes would fight. */
export function othersMetadata({kind, metadata}: JsonObject): Finding[] {
  if (!isJsonObject(metadata)) return [];
  return WRITTEN_BY_OTHERS.flatMap(({kind: ofKind, map, key, writer}) => {
    const written = isJsonObject(metadata[map]) ? ownValue(metadata[map], key) : undefined;
    if (kind !== ofKind || written === undefined || written === metadata.name) return [];
    return [writtenAgain(['metadata', map, key], `${writer} writes ${key}`, 'leave it out')];
  });
}
