import {fieldOf, itemsAt, type Place} from './place.ts';

/** The lists of values under `when` for a key, but for empty ones: Istio leaves those out. */
export function conditionsOn(rule: Place, key: string): Place[][] {
  return itemsAt(rule, 'when')
    .filter(condition => fieldOf(condition, 'key').value === key)
    .map(condition => itemsAt(condition, 'values'))
    .filter(values => values.length > 0);
}

/** Whether a list holds something, and nothing but some of these texts. */
export function isListOf(items: readonly Place[], texts: readonly string[]): boolean {
  return items.length > 0 && items.every(({value}) => texts.some(text => text === value));
}

/** Whether all that a rule lets anybody do is what these lists name, field by field of an operation. */
export function operationsOnly(rule: Place, texts: {readonly [field: string]: readonly string[]}): boolean {
  const operations = itemsAt(rule, 'to').map(item => fieldOf(item, 'operation'));
  return (
    operations.length > 0 &&
    operations.every(operation =>
      Object.entries(texts).every(([field, allowed]) => isListOf(itemsAt(operation, field), allowed)),
    )
  );
}
