import {closeTarget, joined, load, type Measured, openTarget, type Workload} from './load.ts';
import {createKnownTenants, createTenants} from './requests.ts';
import {type Server, startGuarded} from './servers.ts';
import {formatTable, median} from './table.ts';

/** As `guard-server.ts` names them; the first is what the others are compared with. */
const GUARDS = ['none', 'remembering', 'forgetting'] as const;

const ROUNDS = 3;
const SLICES = 6;
const SLICE = {requests: 2000, seconds: 0.4};
const WARM_UP = {requests: 3000, seconds: 2};

/** Profiles that come in turn; each guard has seen them all before it is measured. */
const KNOWN_PROFILES = 200;

/** What guards cost: requests that were never sent before, of Profiles that were and that were not. */
export async function compareGuards(request: string, answerLength: number): Promise<string> {
  const workloads = {
    'known Profiles': {createSource: createKnownTenants(request, KNOWN_PROFILES), answerLength},
    'new Profiles': {createSource: createTenants(request), answerLength},
  };
  const servers = await Promise.all(GUARDS.map(startGuarded));
  const rows = [['requests', 'guard', 'req/s', 'of none']];
  for (const [name, workload] of Object.entries(workloads)) {
    const rates = await compareOn(servers, workload);
    rows.push(
      ...GUARDS.map((guard, index) => {
        const own = rates.map(round => round[index] as number);
        const ratios = rates.map(round => (round[index] as number) / (round[0] as number));
        return [name, guard, median(own).toFixed(0), median(ratios).toFixed(2)];
      }),
    );
  }
  await Promise.all(servers.map(({stop}) => stop()));
  return formatTable(rows);
}

/** Requests a second of each server, round by round. They take turns, so that what else the machine does meets all. */
async function compareOn(servers: readonly Server[], workload: Workload): Promise<number[][]> {
  const targets = await Promise.all(servers.map(({port}) => openTarget(port, workload, 1)));
  for (const target of targets) await load(target, WARM_UP);
  const rounds: number[][] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const parts: Measured[][] = targets.map(() => []);
    for (let slice = 0; slice < SLICES; slice++)
      for (const [index, target] of targets.entries()) parts[index]?.push(await load(target, SLICE));
    rounds.push(parts.map(part => rate(joined(part))));
  }
  targets.forEach(closeTarget);
  return rounds;
}

function rate({requests, seconds}: Measured): number {
  return requests / seconds;
}
