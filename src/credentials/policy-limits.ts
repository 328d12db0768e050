import {buildTenantPolicy} from './policy.ts';
import {POLICY_DIALECTS, type PolicyDialectName} from './policy-dialects.ts';
import {storageOf} from './storage.ts';
import type {StorageValues} from './storage-check.ts';

/** As long as a namespace's name can be. */
const LONGEST_NAMESPACE = 'n'.repeat(63);

/** What the values ask for and a store cannot give, one sentence each: to be told at the start, for the policy just lacks it. */
export function ignoredOptions(
  {policy}: Pick<StorageValues, 'policy'>,
  dialect: PolicyDialectName,
): string[] {
  if (!policy.headBucket || POLICY_DIALECTS[dialect].methodKey) return [];
  const reason =
    'the store cannot tell HeadBucket from a list of the whole bucket, so tenants are refused both';
  return [`credentials.policy.headBucket has no effect on ${dialect}: ${reason}`];
}

/** Why a store would refuse the policy of a tenant whose name is as long as can be; to be checked before there is one. */
export function policyExcess(values: StorageValues, dialect: PolicyDialectName): string | undefined {
  const {maxCharacters} = POLICY_DIALECTS[dialect];
  const storage = storageOf(values, LONGEST_NAMESPACE);
  const {length} = JSON.stringify(buildTenantPolicy({...storage, dialect, options: values.policy}));
  if (length <= maxCharacters) return undefined;
  return `cannot use credentials.prefixes: a tenant's policy could have ${length} characters, ${dialect} takes ${maxCharacters}`;
}
