import type {FieldCheck} from '../fields/check.ts';
import {labelKey, labels, labelValue, text} from '../fields/formats.ts';

/** Labels that a selector asks for. */
export const LABEL_SELECTOR: readonly FieldCheck[] = [
  ['matchLabels', labels],
  ['matchExpressions[].key', text(labelKey)],
  ['matchExpressions[].values[]', text(labelValue)],
];
