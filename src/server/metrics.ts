import {Counter, collectDefaultMetrics, Gauge, Histogram, Registry} from 'prom-client';

/** What `/metrics` shows. */
export interface Metrics {
  readonly contentType: string;
  readonly text: () => Promise<string>;
  /** Counts one answered request of a hook: `sync`, `finalize` or `customize`. */
  readonly observe: (hook: string, status: number, milliseconds: number) => void;
  /** Whether the newest templates and values are the ones in use. */
  readonly templatesLoaded: (isCurrent: boolean) => void;
  /** Whether the last call to the store succeeded. */
  readonly storeWorks: (works: boolean) => void;
  /** Counts something that happened to tenants' keys: `minted`, `revoked`, `abandoned`, `damaged`. */
  readonly keysChanged: (what: string) => void;
  /** Counts a call to the store that failed, by kind of failure. */
  readonly storeFailed: (failure: string) => void;
}

export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({register: registry});
  const requests = new Counter({
    name: 'profile_sync_hook_requests_total',
    help: 'Answered hook requests by hook and HTTP status.',
    labelNames: ['hook', 'code'],
    registers: [registry],
  });
  const duration = new Histogram({
    name: 'profile_sync_hook_duration_seconds',
    help: 'Time from a hook request to its answer.',
    labelNames: ['hook'],
    buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.05, 0.25, 1, 5],
    registers: [registry],
  });
  const current = new Gauge({
    name: 'profile_sync_templates_current',
    help: '1 while the newest templates and values are in use, 0 while they are refused and older ones serve.',
    registers: [registry],
  });
  current.set(1);
  const store = new Gauge({
    name: 'profile_sync_store_up',
    help: '1 while the last call to the object store succeeded, 0 while it failed.',
    registers: [registry],
  });
  const keys = new Counter({
    name: 'profile_sync_tenant_keys_total',
    help: "What happened to tenants' keys: minted, revoked, abandoned (let go without proof), damaged (record unreadable).",
    labelNames: ['event'],
    registers: [registry],
  });
  const failures = new Counter({
    name: 'profile_sync_store_failures_total',
    help: 'Failed calls to the object store by kind of failure.',
    labelNames: ['failure'],
    registers: [registry],
  });
  return {
    contentType: registry.contentType,
    text: async () => await registry.metrics(),
    observe: (hook, status, milliseconds) => {
      requests.inc({hook, code: String(status)});
      duration.observe({hook}, milliseconds / 1000);
    },
    templatesLoaded: isCurrent => current.set(isCurrent ? 1 : 0),
    storeWorks: works => store.set(works ? 1 : 0),
    keysChanged: event => keys.inc({event}),
    storeFailed: failure => failures.inc({failure}),
  };
}
