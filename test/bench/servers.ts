import {type ChildProcess, spawn} from 'node:child_process';
import {once} from 'node:events';
import {setTimeout as sleep} from 'node:timers/promises';
import {fileURLToPath} from 'node:url';
import {freePort} from '../support/port.ts';
import {connect, encodeGet} from './connection.ts';

/** A server in a process of its own, ready. */
export interface Server {
  readonly port: number;
  /** From spawn to the first 200 of /readyz. */
  readonly startMilliseconds: number;
  readonly stop: () => Promise<void>;
}

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const GUARDED = fileURLToPath(new URL('./guard-server.ts', import.meta.url));
const BARE = fileURLToPath(new URL('./bare-server.ts', import.meta.url));

const READY = encodeGet('/readyz');
const POLL_MILLISECONDS = 5;
const PATIENCE_MILLISECONDS = 20_000;

/** Starts `profile-sync serve` as an operator would, but for the log, which goes to /dev/null. */
export async function startProfileSync(nodeFlags: readonly string[] = []): Promise<Server> {
  const port = await freePort();
  const env = {HOST: '127.0.0.1', PORT: String(port), LOG_LEVEL: 'info'};
  return await start([...nodeFlags, MAIN, 'serve'], port, env);
}

/** Starts a hook with another guard; `guard-server.ts` names them. */
export async function startGuarded(guard: string): Promise<Server> {
  const port = await freePort();
  return await start([GUARDED, String(port), guard], port, {});
}

/** Starts the reference, which answers with this. */
export async function startBareServer(answer: string): Promise<Server> {
  const port = await freePort();
  return await start([BARE, String(port)], port, {}, answer);
}

async function start(
  args: string[],
  port: number,
  env: {[name: string]: string},
  input = '',
): Promise<Server> {
  const startedAt = performance.now();
  const child = spawn(process.execPath, args, {env, stdio: ['pipe', 'ignore', 'inherit']});
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  child.stdin.end(input);
  await untilReady(child, port);
  const startMilliseconds = performance.now() - startedAt;
  return {
    port,
    startMilliseconds,
    stop: async () => {
      process.off('exit', kill);
      child.kill('SIGINT');
      await once(child, 'exit');
    },
  };
}

async function untilReady(child: ChildProcess, port: number): Promise<void> {
  const deadline = performance.now() + PATIENCE_MILLISECONDS;
  while (performance.now() < deadline && child.exitCode === null) {
    if (await isReady(port)) return;
    await sleep(POLL_MILLISECONDS);
  }
  throw new Error(`cannot measure: ${child.spawnargs.join(' ')} is not ready`);
}

async function isReady(port: number): Promise<boolean> {
  try {
    const connection = await connect(port);
    await connection.exchange(READY);
    connection.close();
    return true;
  } catch {
    // Refused: it does not listen yet.
    return false;
  }
}
