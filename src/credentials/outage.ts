/** Since when the store cannot be used: at all, and for one tenant, as where its IAM alone is gone. */
export interface Outage {
  /** Unix seconds; undefined while it can. */
  readonly since: (key: string) => number | undefined;
  /** Some call succeeded. */
  readonly ended: () => void;
  /** All that this tenant needed succeeded. */
  readonly endedFor: (key: string) => void;
  /** A call failed: what to say of it. */
  readonly begun: (key: string, reason: string) => string;
}

/** `now` is in Unix seconds. */
export function createOutage(now: () => number): Outage {
  const tenants = new Map<string, number>();
  let all: number | undefined;
  const since = (key: string) => {
    const times = [all, tenants.get(key)].filter(time => time !== undefined);
    return times.length > 0 ? Math.min(...times) : undefined;
  };
  return {
    since,
    ended: () => {
      all = undefined;
    },
    endedFor: key => void tenants.delete(key),
    begun: (key, reason) => {
      all ??= now();
      if (!tenants.has(key)) tenants.set(key, now());
      const time = new Date((since(key) as number) * 1000).toISOString().replace('.000Z', 'Z');
      return `the store cannot be used since ${time}: ${reason}`;
    },
  };
}
