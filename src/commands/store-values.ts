import type {PolicyDialectName} from '../credentials/policy-dialects.ts';
import {policyExcess} from '../credentials/policy-limits.ts';
import {type Problem, TemplateError} from '../errors.ts';
import type {ValueSet, Values} from '../template/values.ts';

/** What stands in the names of all that is in the store: changed under a running hook, every record would be lost. */
const LASTING = ['clusterId', 'userPrefix', 'recordBucket', 'bucket'] as const;

/**
 * Refuses values with which the `iam` backend could not tell its tenants apart, or find them again, or whose policies
 * the store would not take. Throws TemplateError.
 */
export function requireStoreValues(
  {base, variants}: Pick<ValueSet, 'base' | 'variants'>,
  dialect: PolicyDialectName,
  before?: Values,
): void {
  const problems = [
    ...unnamedCluster(base.values),
    ...changedValues(base.values, before),
    ...largePolicies(
      [base, ...variants].map(({values}) => values),
      dialect,
    ),
  ];
  if (problems.length > 0) throw new TemplateError(problems);
}

function unnamedCluster({credentials}: Values): Problem[] {
  if (credentials.clusterId !== '') return [];
  return [
    {
      field: 'credentials.clusterId',
      message: 'cannot use values: the iam backend needs it',
      hint: 'name this cluster: the name stands in the names of users and records in the store',
    },
  ];
}

function changedValues({credentials}: Values, before: Values | undefined): Problem[] {
  const changed = LASTING.filter(key => before && before.credentials[key] !== credentials[key]);
  return changed.map(key => ({
    field: `credentials.${key}`,
    message: 'cannot change it while the hook runs',
    hint: 'restart the hook; tenants without a record there count as new',
  }));
}

// Once each: most overrides change nothing about it.
function largePolicies(all: readonly Values[], dialect: PolicyDialectName): Problem[] {
  const excesses = all.map(({credentials}) => policyExcess(credentials, dialect));
  const messages = new Set(excesses.filter(message => message !== undefined));
  return [...messages].map(message => ({message}));
}
