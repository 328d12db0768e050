/** Names to work on, each at most once at a time; a failure comes back later and later. */
export interface WorkQueue {
  readonly add: (name: string) => void;
  readonly addAfter: (name: string, milliseconds: number) => void;
  readonly stop: () => void;
  /** Whether nothing is under way or waiting, delayed names aside. */
  readonly isIdle: () => boolean;
}

/** As client-go's rate limiter: 5 ms, doubled with each failure in a row, up to 1000 s. */
const BASE_MILLISECONDS = 5;
const MAX_MILLISECONDS = 1_000_000;

/** Runs `work` for each name, `workers` at a time. `work` resolves to whether it is to be tried again. */
export function createWorkQueue(workers: number, work: (name: string) => Promise<boolean>): WorkQueue {
  const waiting = new Set<string>();
  const active = new Set<string>();
  const failures = new Map<string, number>();
  const timers = new Set<NodeJS.Timeout>();
  let isStopped = false;
  return {add, addAfter, stop, isIdle: () => waiting.size === 0 && active.size === 0};

  function add(name: string): void {
    if (isStopped) return;
    waiting.add(name);
    next();
  }

  function addAfter(name: string, milliseconds: number): void {
    if (isStopped) return;
    const timer = setTimeout(() => {
      timers.delete(timer);
      add(name);
    }, milliseconds);
    timers.add(timer);
  }

  function next(): void {
    for (const name of waiting) {
      if (active.size >= workers) return;
      if (active.has(name)) continue;
      waiting.delete(name);
      active.add(name);
      void process(name);
    }
  }

  async function process(name: string): Promise<void> {
    const failed = await work(name);
    active.delete(name);
    if (failed) {
      const count = failures.get(name) ?? 0;
      failures.set(name, count + 1);
      addAfter(name, Math.min(BASE_MILLISECONDS * 2 ** count, MAX_MILLISECONDS));
    } else failures.delete(name);
    if (!isStopped) next();
  }

  function stop(): void {
    isStopped = true;
    waiting.clear();
    for (const timer of timers) clearTimeout(timer);
  }
}
