import type {Children} from './children.ts';
import type {CredentialState} from './credentials/provisioner.ts';
import type {Json} from './kubernetes/object.ts';
import type {HookRequest} from './metacontroller/request.ts';
import type {Answer} from './metacontroller/response.ts';
import {printable} from './printable.ts';
import {type Condition, credentialsCondition, isSameStatus, withConditions} from './profile/status.ts';

/** Characters of one name in a condition's message. */
const MAX_SHOWN_LENGTH = 160;

/** What `Ready` says of an answered namespace, in words. */
export function describe(
  {children, missing, replacing, extended}: Children,
  state: CredentialState,
  skipped: readonly string[],
): string {
  const parts = [
    missing.length > 0 && `waiting for ${few(missing)}`,
    replacing.length > 0 && `replacing ${few(replacing)}`,
    extended.length > 0 && `leaving ${few(extended)}`,
    state.status === 'unavailable' && `no new credentials: ${state.reason}`,
    state.status === 'available' && state.warning && `credentials as known before: ${state.warning}`,
  ].filter(part => typeof part === 'string');
  if (parts.length === 0) parts.push(`${children.length} objects are in place`);
  if (skipped.length > 0) parts.push(`left out ${few(skipped)}`);
  return parts.join('; ');
}

/** The condition about a tenant's key; never anything of the key itself. */
export function reportCredentials(state: CredentialState): Condition {
  if (state.status === 'unavailable') return credentialsCondition(false, state.reason);
  const {mode, generation} = state.credentials;
  const words = {
    memory: `key ${generation}, for trying out: no store knows it`,
    iam: `key ${generation} is in the store`,
    existing: `key ${generation} is the admin's`,
    cloud: "no key: pods use the cloud's identity",
  }[mode];
  return credentialsCondition(mode !== 'memory', state.warning ? `${words}; ${state.warning}` : words);
}

/** A few of many names, printable. */
export function few(names: readonly string[]): string {
  const shown = names
    .slice(0, 3)
    .map(name => printable(name, MAX_SHOWN_LENGTH))
    .join(', ');
  return names.length > 3 ? `${shown} and ${names.length - 3} more` : shown;
}

/** The status to answer with, if one is to be written. */
export function statusOf(
  {mode, parent}: HookRequest,
  ...conditions: readonly Condition[]
): Pick<Answer, 'status'> {
  const observed = (parent as {status?: Json}).status;
  const status = withConditions(observed, conditions);
  // A Decorator writes what it is given before any child; a Composite empties what it is not given.
  return mode === 'companion' && isSameStatus(status, observed) ? {} : {status};
}
