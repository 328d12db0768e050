import {TemplateError} from '../errors.ts';
import type {Values} from '../template/values.ts';

/** What stands in the names of all that is in the store: changed under a running hook, every record would be lost. */
const LASTING = ['clusterId', 'userPrefix', 'recordBucket', 'bucket'] as const;

/** Refuses values with which the `iam` backend could not tell its tenants apart, or find them again. Throws TemplateError. */
export function requireStoreValues({credentials}: Values, before?: Values): void {
  if (credentials.clusterId === '')
    throw new TemplateError([
      {
        field: 'credentials.clusterId',
        message: 'cannot use values: the iam backend needs it',
        hint: 'name this cluster: the name stands in the names of users and records in the store',
      },
    ]);
  const changed = LASTING.filter(key => before && before.credentials[key] !== credentials[key]);
  if (changed.length === 0) return;
  throw new TemplateError(
    changed.map(key => ({
      field: `credentials.${key}`,
      message: 'cannot change it while the hook runs',
      hint: 'restart the hook; tenants without a record there count as new',
    })),
  );
}
