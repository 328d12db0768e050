import {groupKey, isJsonObject, type KubernetesObject, ownValue} from '../kubernetes/object.ts';
import {DECORATOR_ANNOTATION, UID_LABEL} from '../metacontroller/marks.ts';
import {PROFILE_CONTROLLER_OBJECTS} from '../profile/profile-controller.ts';
import type {GuardContext} from './context.ts';
import type {Violation} from './violation.ts';

/** Metadata that the API server writes, or that says whose an object is and when it may go. */
const FORBIDDEN_METADATA = [
  'creationTimestamp',
  'deletionGracePeriodSeconds',
  'deletionTimestamp',
  'finalizers',
  'generateName',
  'generation',
  'managedFields',
  'ownerReferences',
  'resourceVersion',
  'selfLink',
  'uid',
];

/** What Metacontroller and kubectl know their objects by. */
const FORBIDDEN_ANNOTATIONS = [
  DECORATOR_ANNOTATION,
  'metacontroller.k8s.io/last-applied-configuration',
  'kubectl.kubernetes.io/last-applied-configuration',
];

/** What others write under these names in every namespace; `mode` where it is so in one mode alone. */
const OWNED_NAMES: readonly {
  readonly owner: string;
  readonly mode?: GuardContext['mode'];
  readonly kinds: {readonly [kind: string]: readonly string[]};
}[] = [
  {
    owner: 'Kubernetes',
    kinds: {'ConfigMap.v1': ['kube-root-ca.crt'], 'ServiceAccount.v1': ['default']},
  },
  {owner: 'Istio', kinds: {'ConfigMap.v1': ['istio-ca-root-cert']}},
  {
    owner: 'profile-controller',
    mode: 'companion',
    kinds: Object.fromEntries(PROFILE_CONTROLLER_OBJECTS.map(({names, ...kind}) => [groupKey(kind), names])),
  },
];

/** Where KFAM makes two objects of one name for each collaborator (access-management `bindings.go`). */
const KFAM_KINDS = ['RoleBinding.rbac.authorization.k8s.io/v1', 'AuthorizationPolicy.security.istio.io/v1'];
const KFAM_NAME = /^(?:user|group|serviceaccount)-.*-(?:clusterrole|role)-/;

/** Checks that an object claims nothing by its metadata that is others' to write, nor a name that is others'. */
export function checkMetadata(object: KubernetesObject, context: GuardContext): Violation[] {
  return [...checkFields(object), ...checkName(object, context), ...checkCollaboratorMark(object)];
}

function checkFields(object: KubernetesObject): Violation[] {
  const {kind, metadata, status, spec} = object;
  const labels = Object.hasOwn(metadata.labels ?? {}, UID_LABEL) ? [['metadata', 'labels', UID_LABEL]] : [];
  const paths = [
    ...FORBIDDEN_METADATA.filter(field => Object.hasOwn(metadata, field)).map(field => ['metadata', field]),
    ...labels,
    ...FORBIDDEN_ANNOTATIONS.filter(key => ownValue(metadata.annotations, key) !== undefined).map(key => [
      'metadata',
      'annotations',
      key,
    ]),
    ...(status === undefined ? [] : [['status']]),
    ...(kind === 'Namespace' && isJsonObject(spec) && spec.finalizers !== undefined
      ? [['spec', 'finalizers']]
      : []),
  ];
  return paths.map(path => ({
    rule: 'tenancy/metadata',
    path,
    message: `cannot render ${kind}: ${path.at(-1)} is not a template's to write`,
    hint: 'leave it out',
  }));
}

function checkName(object: KubernetesObject, {mode}: GuardContext): Violation[] {
  const key = groupKey(object);
  const {name} = object.metadata;
  const owner =
    OWNED_NAMES.find(owned => (owned.mode ?? mode) === mode && ownValue(owned.kinds, key)?.includes(name))
      ?.owner ?? (KFAM_KINDS.includes(key) && KFAM_NAME.test(name) ? 'KFAM' : undefined);
  if (!owner) return [];
  return [
    {
      rule: 'tenancy/name',
      path: ['metadata', 'name'],
      message: `cannot render ${object.kind}: this name belongs to ${owner}`,
      hint: 'choose another name',
    },
  ];
}

// KFAM lists every RoleBinding that has both, and fails for all tenants if one of them has not exactly one subject.
function checkCollaboratorMark(object: KubernetesObject): Violation[] {
  const {name, annotations} = object.metadata;
  if (object.kind !== 'RoleBinding' || name === 'namespaceAdmin') return [];
  if (ownValue(annotations, 'user') === undefined || ownValue(annotations, 'role') === undefined) return [];
  return [
    {
      rule: 'tenancy/collaborator-mark',
      path: ['metadata', 'annotations', 'user'],
      message:
        'cannot render RoleBinding: with the annotations user and role KFAM takes it for a collaborator',
      hint: 'use other annotations',
    },
  ];
}
