import {isDeepStrictEqual} from 'node:util';
import {isJsonObject, type Json, type JsonObject} from '../kubernetes/object.ts';

/** An item of `status.conditions`; the CRD knows no other field. */
export interface Condition {
  readonly type: string;
  readonly status: string;
  readonly message: string;
}

/** Long enough to say everything, short enough for `kubectl get -o yaml`. */
const MAX_MESSAGE_LENGTH = 1024;

/** What `Ready` says: what is in place, waited for or refused. */
export function readyCondition(isReady: boolean, message: string): Condition {
  return {type: 'Ready', status: isReady ? 'True' : 'False', message: message.slice(0, MAX_MESSAGE_LENGTH)};
}

/** What `Credentials` says: whether the tenant has a key that the store takes, or why not. */
export function credentialsCondition(isIssued: boolean, message: string): Condition {
  return {
    type: 'Credentials',
    status: isIssued ? 'True' : 'False',
    message: message.slice(0, MAX_MESSAGE_LENGTH),
  };
}

/** The Profile's status with our conditions in it; others' conditions and fields are echoed as they stand. */
export function withConditions(observed: Json | undefined, conditions: readonly Condition[]): JsonObject {
  return conditions.reduce<JsonObject>(withCondition, isJsonObject(observed) ? observed : {});
}

function withCondition(observed: JsonObject, condition: Condition): JsonObject {
  const conditions = Array.isArray(observed.conditions) ? observed.conditions : [];
  const isOurs = (other: Json) => isJsonObject(other) && other.type === condition.type;
  const position = conditions.findIndex(isOurs);
  const others = conditions.filter(other => !isOurs(other));
  others.splice(position === -1 ? others.length : position, 0, {...condition});
  return {...observed, conditions: others};
}

/** Whether a status needs no write. */
export function isSameStatus(status: JsonObject, observed: Json | undefined): boolean {
  return isDeepStrictEqual(status, observed);
}
