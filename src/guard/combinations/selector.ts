import {isMetBy} from '../../kubernetes/label-selector.ts';
import {isJsonObject, type Json, ownValue} from '../../kubernetes/object.ts';
import {asText, type Check, type FieldCheck, fault, hasItems, ofMap} from '../fields/check.ts';

const requirement: Check = ofMap(({operator, values}) => {
  const wantsValues = operator === 'In' || operator === 'NotIn';
  if (wantsValues && !hasItems(values)) return [fault([], `must have values with the operator ${operator}`)];
  const wantsNone = operator === 'Exists' || operator === 'DoesNotExist';
  return wantsNone && hasItems(values)
    ? [fault(['values'], `must be left out with the operator ${operator}`)]
    : [];
});

/** Requirements of a selector of labels. */
export const REQUIREMENTS: readonly FieldCheck[] = [['matchExpressions[]', requirement]];

/** Whether a selector has nothing to select by. */
export function isEmptySelector(selector: Json): boolean {
  if (!isJsonObject(selector)) return false;
  const {matchLabels, matchExpressions} = selector;
  return !hasItems(matchExpressions) && !(isJsonObject(matchLabels) && Object.keys(matchLabels).length > 0);
}

/** Whether labels are what a selector asks for. */
export function isSelected(labels: Json | undefined, selector: Json): boolean {
  const own = isJsonObject(labels) ? labels : {};
  if (!isJsonObject(selector)) return true;
  const {matchLabels, matchExpressions} = selector;
  const wanted = isJsonObject(matchLabels) ? Object.entries(matchLabels) : [];
  const requirements = Array.isArray(matchExpressions) ? matchExpressions.filter(isJsonObject) : [];
  return (
    wanted.every(([key, value]) => ownValue(own, key) === value) &&
    requirements.every(({key, operator, values}) =>
      isMetBy({operator, values: Array.isArray(values) ? values : []}, ownValue(own, asText(key))),
    )
  );
}
