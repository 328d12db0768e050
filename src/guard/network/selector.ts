import {isMetBy, type LabelOperation} from '../../kubernetes/label-selector.ts';
import {isJsonObject, type Json} from '../../kubernetes/object.ts';

/** What a label selector asks of one label. */
export interface Requirement {
  readonly key: string;
  /** The values that it mentions. */
  readonly values: readonly string[];
  /** Whether a pod with this value of the label meets it; `undefined` is a pod without the label. */
  readonly isMetBy: (value: string | undefined) => boolean;
}

/** All that a label selector asks; of one that the API server would not take, `undefined`. */
export function requirementsOf(selector: Json | undefined): Requirement[] | undefined {
  if (selector === undefined) return [];
  if (!isJsonObject(selector)) return undefined;
  const {matchLabels = {}, matchExpressions = []} = selector;
  if (!isJsonObject(matchLabels) || !Array.isArray(matchExpressions)) return undefined;
  const requirements = [
    ...Object.entries(matchLabels).map(([key, value]) => requirement(key, 'In', [value])),
    ...matchExpressions.map(parseExpression),
  ];
  return requirements.every(found => found !== undefined) ? requirements : undefined;
}

function parseExpression(expression: Json): Requirement | undefined {
  if (!isJsonObject(expression)) return undefined;
  const {key, operator, values = []} = expression;
  return requirement(key, operator, values);
}

function requirement(
  key: Json | undefined,
  operator: Json | undefined,
  values: Json,
): Requirement | undefined {
  if (typeof key !== 'string' || !isTexts(values)) return undefined;
  const operation = {operator, values};
  return isOperation(operation) ? {key, values, isMetBy: value => isMetBy(operation, value)} : undefined;
}

function isOperation({operator, values}: LabelOperation): boolean {
  const isEmpty = values.length === 0;
  if (operator === 'In' || operator === 'NotIn') return !isEmpty;
  return isEmpty && (operator === 'Exists' || operator === 'DoesNotExist');
}

function isTexts(values: Json): values is string[] {
  return Array.isArray(values) && values.every(value => typeof value === 'string');
}
