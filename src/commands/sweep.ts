import {randomUUID} from 'node:crypto';
import {readSweepConfig, type SweepConfig} from '../config.ts';
import {clientsFor} from '../credentials/backend.ts';
import {HOLDER_MILLISECONDS} from '../credentials/lease.ts';
import {createRecords} from '../credentials/records.ts';
import {createSeal} from '../credentials/seal.ts';
import {isStoreError} from '../credentials/store/error.ts';
import {findLeftovers, type Leftover, type SweepContext} from '../credentials/sweep.ts';
import {userNamePrefix} from '../credentials/user-name.ts';
import {ConfigError, DamagedRecordError, RefusedError} from '../errors.ts';
import {loadValues} from '../template/sources.ts';
import {type Findings, reportFindings} from './findings.ts';
import {type Located, readObjects} from './object-file.ts';
import {requireStoreValues} from './store-values.ts';

const SWEEP_HELP = `Usage: kubectl get profiles -o yaml | profile-sync sweep - [options]
       profile-sync sweep PROFILES.yaml... [options]

Finds access to the store that no Profile has a claim to: of Profiles that were let go while the store was down
(finalize.abandonAfter, abandon), and users of ours without a record. Says what it would revoke, one line each, and
revokes it with --revoke: keys, policy, user, record. Artifacts stay, and values.reuse decides who gets them.

Give all Profiles of the cluster that are to keep their access, with their uids: whoever is not among them loses it.
Left alone are users outside <userPrefix>-<clusterId>-, the one that has the admin key, those that may be of another
cluster whose records are in the same bucket, and records younger than an hour or than the oldest of the files.

Options
  --revoke                revoke what was found
  --all                   go on without any Profile: everybody's access is left over then
  --values FILE           values over the shipped templates/values.yaml (VALUES)
  --record-key-file FILE  with which records are sealed (RECORD_KEY_FILE)
  -h, --help
  --version

The store is told by the environment, as to serve: AWS_ENDPOINT_URL_S3 and so on.

Exit status: 0 nothing is left over, or all of it was revoked; 1 there is something to revoke, it could not be
revoked, or something is wrong with values, a file or the store; 2 wrong usage.
`;

/** How old a record must be, whatever the list of Profiles says. */
const YOUNG_SECONDS = 3600;

/** Revokes the access of Profiles that are gone. Throws ConfigError, TemplateError or RefusedError. */
export async function sweepCommand(args: string[]): Promise<number> {
  const config = readSweepConfig(args);
  if (config === 'help') {
    process.stdout.write(SWEEP_HELP);
    return 0;
  }
  const findings: Findings = {errors: [], warnings: []};
  const living = readLiving(config, findings);
  if (!reportFindings(findings)) return 1;
  if (living.length === 0 && !config.mayBeEmpty)
    throw new ConfigError(
      "cannot sweep: there is no Profile in what was given, so everybody's access would be left over (--all, if so)",
    );
  const context = contextOf(config, living);
  const leftovers = await find(context);
  let isClean = true;
  if (leftovers.length === 0)
    say('stderr', `nothing is left over of ${userNamePrefix(context.settings)}…`, true);
  for (const leftover of leftovers) isClean = (await treat(leftover, config.isRevoking)) && isClean;
  return isClean ? 0 : 1;
}

type Living = SweepContext['living'];

function readLiving({files}: SweepConfig, {errors}: Findings): Living {
  const located = files.flatMap(path => readObjects(path, {noun: 'Profile', kinds: ['Profile']}, errors));
  return located.flatMap(({object, place}: Located) => {
    const {name, uid} = object.metadata as {name: string; uid?: unknown};
    if (typeof uid === 'string' && uid !== '') return [{name, uid}];
    const hint = 'give them as kubectl get profiles -o yaml prints them';
    errors.push({...place, message: `cannot tell Profile ${name}: it has no metadata.uid`, hint});
    return [];
  });
}

function contextOf({valuesFile, store, writtenAt}: SweepConfig, living: Living): SweepContext {
  const values = loadValues(valuesFile);
  requireStoreValues(values, store.dialect.policy);
  const {credentials} = values.base.values;
  const {clusterId, recordBucket} = credentials;
  const clients = clientsFor(store, store.adminKey);
  const now = () => Math.floor(Date.now() / 1000);
  return {
    ...clients,
    records: createRecords(clients.objects, createSeal(store.recordKeys), {bucket: recordBucket, clusterId}),
    recordBucket,
    adminKeyId: () => store.adminKey().accessKeyId,
    settings: credentials,
    living,
    listedAt: Math.min(writtenAt, now() - YOUNG_SECONDS),
    nonce: randomUUID,
    now,
    budget: () => AbortSignal.timeout(HOLDER_MILLISECONDS),
  };
}

async function find(context: SweepContext): Promise<Leftover[]> {
  try {
    return await findLeftovers(context);
  } catch (error) {
    if (!isStoreError(error)) throw error;
    throw new RefusedError(`cannot sweep: ${error.message}`);
  }
}

/** Whether nothing of it is left to do. */
async function treat({what, spared, problem, remove}: Leftover, isRevoking: boolean): Promise<boolean> {
  if (spared) return say('stderr', `left alone ${what}: ${spared}`, true);
  if (problem) return say('stderr', `cannot revoke ${what}: ${problem}`, false);
  if (!isRevoking) return say('stdout', `would revoke ${what}`, false);
  try {
    await remove();
    return say('stdout', `revoked ${what}`, true);
  } catch (error) {
    if (!isStoreError(error) && !(error instanceof DamagedRecordError)) throw error;
    return say('stderr', `cannot revoke ${what}: ${error.message}`, false);
  }
}

function say(stream: 'stdout' | 'stderr', line: string, isClean: boolean): boolean {
  process[stream].write(`${line}\n`);
  return isClean;
}
