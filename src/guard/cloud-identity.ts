import {groupKey, type KubernetesObject, ownValue} from '../kubernetes/object.ts';
import {matchesPattern} from '../pattern.ts';
import type {GuardContext, GuardedValues} from './context.ts';
import type {Violation} from './violation.ts';

/** Annotations by which the pods of a ServiceAccount are somebody in a cloud, and the value that gives everybody one. */
const IDENTITIES: {readonly [annotation: string]: (values: GuardedValues['credentials']['cloud']) => string} =
  {
    'azure.workload.identity/client-id': () => '',
    'eks.amazonaws.com/role-arn': ({awsRole}) => awsRole,
    'iam.gke.io/gcp-service-account': ({gcpServiceAccount}) => gcpServiceAccount,
  };

/** Checks that a ServiceAccount is nobody in a cloud but whom the values let this tenant be. */
export function checkCloudIdentity(object: KubernetesObject, context: GuardContext): Violation[] {
  if (groupKey(object) !== 'ServiceAccount.v1') return [];
  const {annotations} = object.metadata;
  return Object.entries(IDENTITIES)
    .map(([annotation, common]) => ({annotation, common, identity: ownValue(annotations, annotation)}))
    .filter(({identity, common}) => identity !== undefined && !isAllowed(identity, common, context))
    .map(({annotation}) => ({
      rule: 'tenancy/cloud-identity',
      path: ['metadata', 'annotations', annotation],
      message: 'cannot render ServiceAccount: its identity in the cloud is not one that this tenant may have',
    }));
}

function isAllowed(
  identity: string,
  common: (values: GuardedValues['credentials']['cloud']) => string,
  {namespace, values: {plugins, credentials}}: GuardContext,
): boolean {
  if (typeof identity !== 'string') return false;
  const [pattern, given] = [plugins.rolePattern, common(credentials.cloud)].map(text =>
    text.replaceAll('<ns>', namespace),
  ) as [string, string];
  return identity === given || (pattern !== '' && matchesPattern(pattern, identity));
}
