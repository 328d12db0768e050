import {durationMilliseconds} from './duration.ts';
import type {ForeignLedger, Verdict} from './foreign-ledger.ts';
import {groupKey} from './guard/tenancy.ts';
import type {KubernetesObject} from './kubernetes/object.ts';
import {type ForeignField, findForeignField} from './metacontroller/foreign-fields.ts';
import {printable, shownWord} from './printable.ts';
import type {Values} from './template/values.ts';

/** What to do about an observed child that may have a field of somebody else's, and in words which one. */
export type ForeignVerdict = Verdict & {readonly words: string};

/** Decides about an observed child and the one that should be there. */
export type ForeignJudge = (desired: KubernetesObject, observed: KubernetesObject) => ForeignVerdict;

/** Characters of a field's path in a condition, which has to hold an object's name and a manager's too. */
const MAX_PATH_LENGTH = 72;

/** Decides for one Profile what others' fields lead to. */
export function createForeignJudge(
  ledger: ForeignLedger,
  profileUid: string,
  {managers, interval}: Values['foreignFields'],
): ForeignJudge {
  const intervalMilliseconds = durationMilliseconds(interval);
  return (desired, observed) => {
    const field = findForeignField(desired, observed, managers);
    const key = [profileUid, groupKey(desired), desired.metadata.name].join(' ');
    const sighting = {uid: observed.metadata.uid ?? '', isForeign: field !== undefined, intervalMilliseconds};
    const verdict = ledger.judge(key, sighting);
    return {...verdict, words: field ? wordsFor(field, verdict) : ''};
  };
}

// The manager's name is what values.foreignFields.managers takes.
function wordsFor({path, manager}: ForeignField, {action}: Verdict): string {
  const shown = `${printable(path, MAX_PATH_LENGTH)} as ${shownWord(manager) || 'nobody'}`;
  if (action === 'endure') return `somebody keeps adding ${shown}`;
  return `somebody else added ${shown}${action === 'wait' ? ' again' : ''}`;
}
