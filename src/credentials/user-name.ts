import {hash} from 'node:crypto';

/** AWS allows no longer name of a user. */
const MAX_LENGTH = 64;

/** Hexadecimal digits that tell apart two Profiles of one name. */
const UID_DIGITS = 8;

/**
 * The store's user of a Profile. Users named by Profile alone let a Profile called like the store's admin mint the
 * admin's key; and a name used again must not be the same user.
 */
export function userNameOf(
  {name, uid}: {readonly name: string; readonly uid: string},
  {userPrefix, clusterId}: {readonly userPrefix: string; readonly clusterId: string},
): string {
  const start = userNamePrefix({userPrefix, clusterId});
  const end = hash('sha256', uid, 'hex').slice(0, UID_DIGITS);
  return `${start}${name.slice(0, MAX_LENGTH - start.length - end.length - 1)}-${end}`;
}

/** What the names of all our users in this cluster begin with. */
export function userNamePrefix({userPrefix, clusterId}: {userPrefix: string; clusterId: string}): string {
  return `${userPrefix}-${clusterId}-`;
}
