/** Since when the store cannot be used. */
export interface Outage {
  /** Unix seconds; undefined while it can. */
  readonly since: () => number | undefined;
  /** A call succeeded. */
  readonly ended: () => void;
  /** A call failed: what to say of it. */
  readonly begun: (reason: string) => string;
}

/** `now` is in Unix seconds. */
export function createOutage(now: () => number): Outage {
  let since: number | undefined;
  return {
    since: () => since,
    ended: () => {
      since = undefined;
    },
    begun: reason => {
      since ??= now();
      const time = new Date(since * 1000).toISOString().replace('.000Z', 'Z');
      return `the store cannot be used since ${time}: ${reason}`;
    },
  };
}
