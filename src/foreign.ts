import {durationMilliseconds} from './duration.ts';
import type {ForeignLedger, Verdict} from './foreign-ledger.ts';
import {groupKey, type KubernetesObject} from './kubernetes/object.ts';
import {type ForeignField, findForeignField, isWiped} from './metacontroller/foreign-fields.ts';
import {printable, shownWord} from './printable.ts';
import type {Values} from './template/values.ts';

/** What to do about an observed child that may have a field of somebody else's, and in words which one. */
export type ForeignVerdict = Verdict & {readonly words: string};

/** Decides about an observed child and the one that should be there. */
export type ForeignJudge = (desired: KubernetesObject, observed: KubernetesObject) => ForeignVerdict;

/** Characters of a field's path in a condition, which has to hold an object's name and a manager's too. */
const MAX_PATH_LENGTH = 72;

/** What decides for one Profile. */
export interface ForeignOptions {
  readonly ledger: ForeignLedger;
  readonly profile: {readonly uid: string};
  readonly values: Values['foreignFields'];
  /** Says whether requests say who owns what: no tenant can write it. */
  readonly namespace: KubernetesObject;
}

/** Decides for one Profile what others' fields lead to. */
export function createForeignJudge({ledger, profile, values, namespace}: ForeignOptions): ForeignJudge {
  const {managers, interval} = values;
  const intervalMilliseconds = durationMilliseconds(interval);
  const ownersAreTold = Array.isArray(namespace.metadata.managedFields);
  return (desired, observed) => {
    const addition = findAddition(desired, observed, managers, ownersAreTold);
    const key = [profile.uid, groupKey(desired), desired.metadata.name].join(' ');
    const isForeign = addition !== undefined;
    const verdict = ledger.judge(key, {uid: observed.metadata.uid ?? '', isForeign, intervalMilliseconds});
    return {...verdict, words: addition === undefined ? '' : wordsFor(addition, verdict)};
  };
}

/** What was done, of an object of which a field was added or who owns what was wiped. */
function findAddition(
  desired: KubernetesObject,
  observed: KubernetesObject,
  managers: readonly string[],
  ownersAreTold: boolean,
): Addition | undefined {
  const field = findForeignField(desired, observed, managers);
  if (field) return {once: 'added', everAgain: 'adding', what: shownField(field)};
  if (!ownersAreTold || !isWiped(observed)) return undefined;
  return {once: 'wiped', everAgain: 'wiping', what: 'metadata.managedFields'};
}

interface Addition {
  readonly once: string;
  readonly everAgain: string;
  readonly what: string;
}

// The manager's name is what values.foreignFields.managers takes.
function shownField({path, manager}: ForeignField): string {
  return `${printable(path, MAX_PATH_LENGTH)} as ${shownWord(manager) || 'nobody'}`;
}

function wordsFor({once, everAgain, what}: Addition, {action}: Verdict): string {
  if (action === 'endure') return `somebody keeps ${everAgain} ${what}`;
  return `somebody else ${once} ${what}${action === 'wait' ? ' again' : ''}`;
}
