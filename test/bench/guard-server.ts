import {pino} from 'pino';
import {createMemoryProvisioner} from '../../src/credentials/memory.ts';
import {createForeignLedger} from '../../src/foreign-ledger.ts';
import {createForgetfulGuard, createGuard, type Guard} from '../../src/guard/guard.ts';
import {createMetrics} from '../../src/server/metrics.ts';
import {buildServer} from '../../src/server.ts';
import {loadSet, loadValues} from '../../src/template/sources.ts';

// The hook as `serve` builds it, but for its guard: there is no setting that takes it off.
const GUARDS: {readonly [name: string]: () => Guard} = {
  none: () => () => [],
  remembering: createGuard,
  forgetting: createForgetfulGuard,
};

const [port, name = ''] = process.argv.slice(2);
const guard = GUARDS[name]?.();
if (!guard) throw new Error(`cannot serve: no guard is called ${name}`);
const set = loadSet('standalone', {}, loadValues(), () => guard);

const {app} = buildServer({
  templates: () => set,
  provisioner: createMemoryProvisioner({startedAt: Math.floor(Date.now() / 1000)}),
  foreignLedger: createForeignLedger(Date.now),
  log: pino({level: 'info', base: null}),
  metrics: createMetrics(),
});
await app.listen({host: '127.0.0.1', port: Number(port)});
