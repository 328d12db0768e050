import type {Requirement} from './selector.ts';

/** Labels of a pod that no selector selects, or that it would take too long to find out. */
export type Escape = readonly (readonly [key: string, value: string])[] | 'too many labels';

/** The values that a label could have; `undefined` is a pod without it. */
type Candidates = ReadonlyMap<string, readonly (string | undefined)[]>;

/** Steps of a search, which end within milliseconds; policies of real tenants take a handful. */
const MAX_STEPS = 4096;

/** A pod that none of the selectors selects; `undefined` if they select every pod that there could be. */
export function findEscape(selectors: readonly (readonly Requirement[])[]): Escape | undefined {
  // Short ones first: they leave the fewest ways, and an empty one none.
  const ordered = selectors.toSorted((one, other) => one.length - other.length);
  const budget = {steps: MAX_STEPS};
  const found = search(ordered, candidatesOf(ordered.flat()), budget);
  if (budget.steps < 0) return 'too many labels';
  return found && [...found].flatMap(([key, [value]]) => (value === undefined ? [] : [[key, value]]));
}

// A pod escapes a selector by failing one of its requirements.
function search(
  [selector, ...others]: readonly (readonly Requirement[])[],
  candidates: Candidates,
  budget: {steps: number},
): Candidates | undefined {
  if (--budget.steps < 0) return undefined;
  if (selector === undefined) return candidates;
  for (const {key, isMetBy} of selector) {
    const failing = candidates.get(key)?.filter(value => !isMetBy(value)) ?? [];
    const found =
      failing.length > 0 ? search(others, new Map(candidates).set(key, failing), budget) : undefined;
    if (found) return found;
  }
  return undefined;
}

// Beside the values that some requirement mentions, one that none does stands for all others.
function candidatesOf(requirements: readonly Requirement[]): Candidates {
  const mentioned = new Map<string, Set<string>>();
  for (const {key, values} of requirements) {
    const known = mentioned.get(key) ?? new Set();
    for (const value of values) known.add(value);
    mentioned.set(key, known);
  }
  return new Map([...mentioned].map(([key, values]) => [key, [undefined, otherThan(values), ...values]]));
}

function otherThan(values: ReadonlySet<string>): string {
  let other = 'other';
  while (values.has(other)) other += '-other';
  return other;
}
