import type {AddressInfo} from 'node:net';
import {pino} from 'pino';
import type {Mode} from '../../src/guard/tenancy.ts';
import {createMetrics} from '../../src/server/metrics.ts';
import {createTokenCheck} from '../../src/server/token.ts';
import {buildServer} from '../../src/server.ts';
import {dependencies, type HookOptions} from '../support/hook.ts';

/** The hook on a port, as `serve` runs it. */
export interface RunningHook {
  readonly url: string;
  readonly token: string;
  /** What it logged: one line a request. */
  readonly lines: readonly string[];
  readonly close: () => Promise<void>;
}

export async function startHook(options: HookOptions & {readonly mode: Mode}): Promise<RunningHook> {
  const token = 'token-of-the-system-tests';
  const lines: string[] = [];
  const log = pino({base: null}, {write: (line: string) => lines.push(line)});
  const server = buildServer({
    log,
    metrics: createMetrics(),
    isAllowed: createTokenCheck(() => [token]),
    ...dependencies(options),
  });
  await server.app.listen({host: '127.0.0.1', port: 0});
  const {port} = server.app.server.address() as AddressInfo;
  return {url: `http://127.0.0.1:${port}`, token, lines, close: server.close};
}
