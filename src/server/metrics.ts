import {Counter, collectDefaultMetrics, Gauge, Histogram, Registry} from 'prom-client';

/** What `/metrics` shows. */
export interface Metrics {
  readonly contentType: string;
  readonly text: () => Promise<string>;
  /** Counts one answered request of a hook: `sync`, `finalize` or `customize`. */
  readonly observe: (hook: string, status: number, milliseconds: number) => void;
  /** Whether the newest templates and values are the ones in use. */
  readonly templatesLoaded: (isCurrent: boolean) => void;
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
  return {
    contentType: registry.contentType,
    text: async () => await registry.metrics(),
    observe: (hook, status, milliseconds) => {
      requests.inc({hook, code: String(status)});
      duration.observe({hook}, milliseconds / 1000);
    },
    templatesLoaded: isCurrent => current.set(isCurrent ? 1 : 0),
  };
}
