import type {KubernetesObject} from '../kubernetes/object.ts';
import {DECORATOR_ANNOTATION, UID_LABEL} from '../metacontroller/marks.ts';
import {validations} from './admission-validations.ts';
import {IS_PROFILE, quote} from './cel-text.ts';
import type {Needs} from './needs.ts';
import {LABELS, type ManifestOptions, METACONTROLLER_NAME, NAME} from './options.ts';

/**
 * The ValidatingAdmissionPolicy that holds Metacontroller's identity to tenants' namespaces.
 *
 * The role alone is as strong as cluster-admin: RBAC can limit neither the namespaces nor the content of what is
 * written.
 */
export function buildAdmissionPolicy(needs: Needs, {serviceAccount}: ManifestOptions): KubernetesObject {
  const user = `system:serviceaccount:${serviceAccount.namespace}:${serviceAccount.name}`;
  return {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingAdmissionPolicy',
    metadata: {name: METACONTROLLER_NAME, labels: LABELS},
    spec: {
      failurePolicy: 'Fail',
      matchConstraints: {
        resourceRules: [
          {
            apiGroups: ['*'],
            apiVersions: ['*'],
            operations: ['CREATE', 'UPDATE', 'DELETE', 'CONNECT'],
            resources: ['*/*'],
          },
        ],
      },
      matchConditions: [
        {name: 'only-metacontroller', expression: `request.userInfo.username == ${quote(user)}`},
        {name: 'not-its-events-and-leases', expression: NOT_EVENTS_OR_LEASES},
      ],
      variables: Object.entries(variables(needs)).map(([name, expression]) => ({name, expression})),
      validations: validations(needs).map(({message, expression}) => ({
        message,
        expression,
        reason: 'Forbidden',
      })),
    },
  } as unknown as KubernetesObject;
}

/** Puts the policy into force. */
export function buildAdmissionPolicyBinding(): KubernetesObject {
  return {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingAdmissionPolicyBinding',
    metadata: {name: METACONTROLLER_NAME, labels: LABELS},
    spec: {policyName: METACONTROLLER_NAME, validationActions: ['Deny']},
  } as unknown as KubernetesObject;
}

const NOT_EVENTS_OR_LEASES =
  "request.resource.resource != 'events' && request.resource.group != 'coordination.k8s.io'";

/** Fields that change with every write. */
const VERSION_FIELDS = "['generation', 'managedFields', 'ownerReferences', 'resourceVersion']";

function variables({mode}: Needs): {[name: string]: string} {
  return {
    kind: "request.resource.group + '/' + request.resource.resource",
    isProfile: "variables.kind == 'kubeflow.org/profiles'",
    target: "request.operation == 'DELETE' ? oldObject : object",
    tenant: "variables.kind == '/namespaces' ? request.name : request.namespace",
    profiles: `variables.target.metadata.?ownerReferences.orValue([]).filter(o, ${IS_PROFILE})`,
    isMarked:
      mode === 'companion'
        ? `size(variables.profiles) > 0 && variables.target.metadata.?annotations[?${quote(DECORATOR_ANNOTATION)}].orValue('') == ${quote(NAME)}`
        : `variables.profiles.exists(o, o.uid == variables.target.metadata.?labels[?${quote(UID_LABEL)}].orValue(''))`,
    changesOwnerOnly: mode === 'companion' ? 'false' : CHANGES_OWNER_ONLY,
  };
}

// What Metacontroller does to adopt an orphan that carries its label, and to let go of a child that lost it: anybody
// who can write the object can make it, and a refusal would end that tenant's sync.
const CHANGES_OWNER_ONLY = `request.operation == 'UPDATE'
&& object.all(k, k == 'metadata' || object[k] == oldObject[?k].orValue(null))
&& oldObject.all(k, k in object)
&& object.metadata.all(k, k in ${VERSION_FIELDS} || object.metadata[k] == oldObject.metadata[?k].orValue(null))
&& oldObject.metadata.all(k, k in ${VERSION_FIELDS} || k in object.metadata)
&& object.metadata.?ownerReferences.orValue([]).all(o,
  o in oldObject.metadata.?ownerReferences.orValue([])
  || (${IS_PROFILE} && o.uid == object.metadata.?labels[?${quote(UID_LABEL)}].orValue('')))
&& oldObject.metadata.?ownerReferences.orValue([]).all(o,
  o in object.metadata.?ownerReferences.orValue([]) || (${IS_PROFILE}))`;
