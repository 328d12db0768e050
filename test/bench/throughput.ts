import {closeTarget, joined, load, type Measured, openTarget, type Workload} from './load.ts';
import type {Server} from './servers.ts';
import {formatTable, median, quantile} from './table.ts';

const ROUNDS = 3;
const CONNECTIONS = [1, 5];

/** The servers take turns this often, so that whatever else the machine does meets both. */
const SLICES = 4;
const SLICE = {requests: 4000, seconds: 0.4};

/** So that no round pays for V8's compiling. */
const WARM_UP = {requests: 2000, seconds: 1.5};

const HEAD = ['connections', 'round', 'req/s', 'p50 ms', 'p99 ms', 'bare req/s', 'p50 ms', 'p99 ms', 'ratio'];

/** Compares two servers by one kind of request, and says how they did, round by round. */
export async function compareThroughput(ours: Server, bare: Server, workload: Workload): Promise<string> {
  const rows: string[][] = [HEAD];
  for (const connections of CONNECTIONS) {
    const rounds: number[][] = [];
    await warmUp([ours, bare], workload, connections);
    for (let round = 1; round <= ROUNDS; round++) {
      const figures = await compareOnce(ours, bare, workload, connections);
      rounds.push(figures);
      rows.push([String(connections), String(round), ...figures.map(format)]);
    }
    const medians = HEAD.slice(2).map((_, column) =>
      median(rounds.map(figures => figures[column] as number)),
    );
    rows.push([String(connections), 'median', ...medians.map(format)]);
  }
  return formatTable(rows);
}

async function compareOnce(
  ours: Server,
  bare: Server,
  workload: Workload,
  connections: number,
): Promise<number[]> {
  const targets = [
    await openTarget(ours.port, workload, connections),
    await openTarget(bare.port, workload, connections),
  ] as const;
  const parts: [Measured[], Measured[]] = [[], []];
  for (let slice = 0; slice < SLICES; slice++) {
    parts[0].push(await load(targets[0], SLICE));
    parts[1].push(await load(targets[1], SLICE));
  }
  targets.forEach(closeTarget);
  const [own, reference] = parts.map(joined) as [Measured, Measured];
  return [...figuresOf(own), ...figuresOf(reference), rate(own) / rate(reference)];
}

async function warmUp(servers: readonly Server[], workload: Workload, connections: number): Promise<void> {
  for (const {port} of servers) {
    const target = await openTarget(port, workload, connections);
    await load(target, WARM_UP);
    closeTarget(target);
  }
}

function figuresOf(measured: Measured): number[] {
  return [rate(measured), quantile(measured.milliseconds, 0.5), quantile(measured.milliseconds, 0.99)];
}

function rate({requests, seconds}: Measured): number {
  return requests / seconds;
}

function format(value: number): string {
  return value.toFixed(value < 100 ? 2 : 0);
}
