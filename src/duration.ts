const UNITS = {ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000};

/** The milliseconds of a duration such as `10m`, as the values' schema lets it through. */
export function durationMilliseconds(duration: string): number {
  const unit = duration.replace(/^\d+/, '') as keyof typeof UNITS;
  return Number.parseInt(duration, 10) * UNITS[unit];
}
