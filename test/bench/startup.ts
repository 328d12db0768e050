import type {Server} from './servers.ts';
import {formatTable, median} from './table.ts';

const STARTS = 5;

/** Starts both servers a few times, one after the other, and says how long it takes until they are ready. */
export async function compareStart(
  startOurs: () => Promise<Server>,
  startBare: () => Promise<Server>,
): Promise<string> {
  const ours: number[] = [];
  const bare: number[] = [];
  for (let count = 0; count < STARTS; count++) {
    ours.push(await timeOf(startOurs));
    bare.push(await timeOf(startBare));
  }
  const columns = ours.map((_, index) => `start ${index + 1}`);
  const row = (name: string, values: readonly number[]) => [name, ...[...values, median(values)].map(format)];
  const ratio = ['ratio', ...columns.map(() => ''), (median(ours) / median(bare)).toFixed(2)];
  return formatTable([['ms', ...columns, 'median'], row('profile-sync', ours), row('bare', bare), ratio]);
}

async function timeOf(start: () => Promise<Server>): Promise<number> {
  const server = await start();
  await server.stop();
  return server.startMilliseconds;
}

function format(milliseconds: number): string {
  return milliseconds.toFixed(0);
}
