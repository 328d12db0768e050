import {groupKey, type KubernetesObject, ownValue} from '../kubernetes/object.ts';
import type {Violation} from './violation.ts';

/** By this annotation Kubernetes fills a Secret with a token that never ends. */
const TOKEN_ANNOTATION = 'kubernetes.io/service-account.name';

/** Checks that a Secret is nothing but data: the admission policy takes no other type, and tokens never end. */
export function checkSecretType(object: KubernetesObject): Violation[] {
  if (groupKey(object) !== 'Secret.v1') return [];
  const {type, metadata} = object;
  const violation = (path: string[], reason: string, hint: string): Violation => ({
    rule: 'secrets/type',
    path,
    message: `cannot render Secret: ${reason}`,
    hint,
  });
  return [
    ...(type === undefined || type === 'Opaque'
      ? []
      : [violation(['type'], 'its type is not Opaque', 'write type: Opaque')]),
    ...(ownValue(metadata.annotations, TOKEN_ANNOTATION) === undefined
      ? []
      : [
          violation(
            ['metadata', 'annotations', TOKEN_ANNOTATION],
            'Kubernetes would put a token into it that never ends',
            'let pods have projected tokens, which end',
          ),
        ]),
  ];
}
