/** A requirement of a label selector (metav1's LabelSelectorRequirement), but for the key of its label. */
export interface LabelOperation {
  readonly operator: unknown;
  /** Of `In` and `NotIn`. */
  readonly values: readonly unknown[];
}

/**
 * Whether an object whose label has this value is selected; `undefined` is an object without the label
 * (`Requirement.Matches` in apimachinery). An operator that does not exist selects nothing.
 */
export function isMetBy({operator, values}: LabelOperation, value: unknown): boolean {
  const isListed = value !== undefined && values.includes(value);
  switch (operator) {
    case 'In':
      return isListed;
    case 'NotIn':
      return !isListed;
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    default:
      return false;
  }
}
