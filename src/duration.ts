const UNITS: {readonly [unit: string]: number} = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** The milliseconds of a duration such as `10m`, as the values' schema lets through. */
export function durationMilliseconds(duration: string): number {
  const [, amount, unit] = /^(\d+)(ms|s|m|h|d)$/.exec(duration) ?? [];
  return Number(amount) * (UNITS[unit ?? ''] ?? Number.NaN);
}
