import type {Children} from './children.ts';
import type {CredentialState} from './credentials/provisioner.ts';
import type {Json} from './kubernetes/object.ts';
import type {HookRequest} from './metacontroller/request.ts';
import type {Answer} from './metacontroller/response.ts';
import {printable} from './printable.ts';
import {type Condition, isSameStatus, withCondition} from './profile/status.ts';

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
  ].filter(part => part !== false);
  if (parts.length === 0) parts.push(`${children.length} objects are in place`);
  if (skipped.length > 0) parts.push(`left out ${few(skipped)}`);
  return parts.join('; ');
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
export function statusOf({mode, parent}: HookRequest, ready: Condition): Pick<Answer, 'status'> {
  const observed = (parent as {status?: Json}).status;
  const status = withCondition(observed, ready);
  // A Decorator writes what it is given before any child; a Composite empties what it is not given.
  return mode === 'companion' && isSameStatus(status, observed) ? {} : {status};
}
