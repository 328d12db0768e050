import type {GuardContext, GuardValues} from '../../src/guard/context.ts';
import type {Mode} from '../../src/guard/tenancy.ts';
import {valuesOf} from '../template/support.ts';

/** What a test changes of the Profile `alice` and of the shipped values. */
export interface Changes {
  readonly mode?: Mode;
  readonly owner?: GuardContext['owner'];
  readonly collaborators?: GuardContext['collaborators'];
  readonly guards?: Partial<GuardValues>;
  readonly values?: Partial<GuardContext['values']>;
}

/** The Profile `alice` as guards see it, with the shipped values. */
export function guardContext({
  mode = 'companion',
  owner = {kind: 'User', name: 'alice@example.com'},
  collaborators = [],
  guards = {},
  values = {},
}: Changes = {}): GuardContext {
  const shipped = valuesOf().base.values;
  return {
    mode,
    namespace: 'alice',
    owner,
    collaborators,
    values: {...shipped, ...values, guards: {...shipped.guards, ...guards}},
  };
}
