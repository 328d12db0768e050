import {closeTarget, load, openTarget, type Workload} from './load.ts';
import type {Server} from './servers.ts';
import {formatTable} from './table.ts';

const MARKS = [2000, 6000, 10_000];
const CONNECTIONS = 5;

/** Memory is read this often: what is used right after a collection is seen in the least of many readings. */
const STEP = {requests: 100, seconds: 10};
const READINGS_PER_MARK = 15;

/** A server that is slower is not waited for; the marks that it did not reach stay empty. */
const PATIENCE_MILLISECONDS = 35_000;

interface Reading {
  readonly residentMegabytes: number;
  readonly heapMegabytes: number;
}

/** One of the servers to compare; it is started for this alone. */
export interface Candidate {
  readonly name: string;
  readonly start: () => Promise<Server>;
}

/** Says what each server takes after so many different Profiles. */
export async function compareMemory(candidates: readonly Candidate[], workload: Workload): Promise<string> {
  const rows = [['MB', 'Profiles', ...MARKS.flatMap(mark => [`RSS ${mark}`, 'heap'])]];
  for (const {name, start} of candidates) {
    const server = await start();
    const cells = await grow(server, workload);
    await server.stop();
    rows.push([name, ...cells]);
  }
  return formatTable(rows);
}

async function grow({port}: Server, workload: Workload): Promise<string[]> {
  const target = await openTarget(port, workload, CONNECTIONS);
  const deadline = performance.now() + PATIENCE_MILLISECONDS;
  const cells: string[] = [];
  let sent = 0;
  for (const mark of MARKS) {
    const readings: Reading[] = [];
    while (sent < mark && performance.now() < deadline) {
      sent += (await load(target, STEP)).requests;
      readings.push(await read(port));
    }
    cells.push(...(sent < mark ? ['-', '-'] : summarize(readings.slice(-READINGS_PER_MARK))));
  }
  closeTarget(target);
  return [String(sent), ...cells];
}

function summarize(readings: readonly Reading[]): string[] {
  const resident = Math.max(...readings.map(({residentMegabytes}) => residentMegabytes));
  const heap = Math.min(...readings.map(({heapMegabytes}) => heapMegabytes));
  return [resident.toFixed(0), heap.toFixed(1)];
}

async function read(port: number): Promise<Reading> {
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  const megabytes = (metric: string) =>
    Number(new RegExp(`^${metric} (\\S+)$`, 'm').exec(text)?.[1]) / 2 ** 20;
  return {
    residentMegabytes: megabytes('process_resident_memory_bytes'),
    heapMegabytes: megabytes('nodejs_heap_size_used_bytes'),
  };
}
