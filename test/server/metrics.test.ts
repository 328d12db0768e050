import {expect, test} from 'vitest';
import {createMetrics} from '../../src/server/metrics.ts';

test('the process shows its own metrics', async () => {
  const text = await createMetrics().text();
  for (const name of [
    'process_cpu_seconds_total',
    'process_resident_memory_bytes',
    'nodejs_eventloop_lag_seconds',
  ]) {
    expect(text).toMatch(new RegExp(`^${name} \\d`, 'm'));
  }
});

test('requests are counted by hook and code, and their duration in seconds by hook', async () => {
  const metrics = createMetrics();
  metrics.observe('sync', 200, 2);
  metrics.observe('sync', 500, 4);
  const text = await metrics.text();
  expect(text).toContain('profile_sync_hook_requests_total{hook="sync",code="200"} 1');
  expect(text).toContain('profile_sync_hook_requests_total{hook="sync",code="500"} 1');
  expect(text).toContain('profile_sync_hook_duration_seconds_sum{hook="sync"} 0.006');
  expect(text).toContain('profile_sync_hook_duration_seconds_bucket{le="0.0025",hook="sync"} 1');
});

test('whether the newest templates are in use is 1 or 0, and 1 at the start', async () => {
  const metrics = createMetrics();
  const current = async () => /^profile_sync_templates_current (\d)$/m.exec(await metrics.text())?.[1];
  expect(await current()).toBe('1');
  metrics.templatesLoaded(false);
  expect(await current()).toBe('0');
  metrics.templatesLoaded(true);
  expect(await current()).toBe('1');
});
