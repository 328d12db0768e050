/** Why a tenant's access is not tried again yet. */
export interface Pause {
  readonly reason: string;
  readonly seconds: number;
}

/** Holds back the next attempt for a tenant, longer with each failure in a row. */
export interface Backoff {
  readonly pause: (key: string) => Pause | undefined;
  readonly failed: (key: string, reason: string, atLeastSeconds: number) => Pause;
  readonly succeeded: (key: string) => void;
}

const FIRST_SECONDS = 2;
const LAST_SECONDS = 120;

/** `now` is in Unix seconds. */
export function createBackoff(now: () => number): Backoff {
  const failures = new Map<string, {count: number; until: number; reason: string}>();
  return {
    pause: key => {
      const failure = failures.get(key);
      return failure && failure.until > now()
        ? {reason: failure.reason, seconds: failure.until - now()}
        : undefined;
    },
    failed: (key, reason, atLeastSeconds) => {
      const count = (failures.get(key)?.count ?? 0) + 1;
      const seconds = Math.max(atLeastSeconds, Math.min(LAST_SECONDS, FIRST_SECONDS * 2 ** (count - 1)));
      failures.set(key, {count, reason, until: now() + seconds});
      return {reason, seconds};
    },
    succeeded: key => void failures.delete(key),
  };
}
