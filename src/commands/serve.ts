import type {AddressInfo} from 'node:net';
import closeWithGrace from 'close-with-grace';
import {type Logger, pino} from 'pino';
import {readServeConfig, type ServeConfig} from '../config.ts';
import {ignoredOptions} from '../credentials/policy-limits.ts';
import {ConfigError, RefusedError} from '../errors.ts';
import {createForeignLedger} from '../foreign-ledger.ts';
import type {Mode} from '../guard/tenancy.ts';
import {createMetrics} from '../server/metrics.ts';
import {createTokenCheck} from '../server/token.ts';
import {watchTokens} from '../server/token-file.ts';
import {buildServer, type Server, type ServerOptions} from '../server.ts';
import type {TemplateSet} from '../template/set.ts';
import {loadSet, loadValues} from '../template/sources.ts';
import type {Values} from '../template/values.ts';
import {watchSources} from '../template/watch.ts';
import {traceOf} from '../trace.ts';
import {buildBackends} from './serve-backends.ts';
import {requireStoreValues} from './store-values.ts';

export const SERVE_HELP = `Usage: profile-sync serve [options]

Answers Metacontroller's sync, finalize and customize hooks.

Options (environment variable)
  --host ADDRESS           where to listen (HOST, 127.0.0.1)
  --port PORT              (PORT, 8080)
  --mode MODE              serve only companion or standalone; with --templates the default is companion,
                           without it both are served
  --templates DIR          template folder instead of the shipped ones; repeat it, a later file replaces
                           an earlier one of the same name (TEMPLATES, separated by colons)
  --values FILE            values over the shipped templates/values.yaml (VALUES)
  --crds DIR               CustomResourceDefinitions of the kinds in guards.kinds (CRDS)
  --credentials BACKEND    memory: keys for trying out, which no store knows; iam: a user of its own for each
                           tenant in a store with AWS's IAM API, such as SeaweedFS; cloud: no key, pods have the
                           cloud's identity; existing: keys that you made (CREDENTIALS, memory). Values may choose
                           another one for a Profile
  --memory-seed-file FILE  at least 32 bytes from which keys are derived, so that a restart keeps them
                           (MEMORY_SEED_FILE; without it every start makes new keys)
  --record-key-file FILE   32 bytes in base64 a line, with which records in the store are sealed; the first
                           seals, all open (RECORD_KEY_FILE; iam needs it, also where only some Profiles use it,
                           or did)
  --existing-secrets DIR   a folder for each of your Secrets, with files accesskey, secretkey and maybe
                           generation (EXISTING_SECRETS; existing needs it)
  --token-file FILE        tokens, one a line, one of which every hook request must carry (TOKEN_FILE)
  --log-level LEVEL        fatal, error, warn, info, debug, trace or silent (LOG_LEVEL, info)
  -h, --help
  --version

The store of iam is told by the environment alone: AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL_IAM where it is another,
AWS_REGION (us-east-1), AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or files of them: AWS_ACCESS_KEY_ID_FILE and
AWS_SECRET_ACCESS_KEY_FILE; STORE_DIALECT: seaweedfs (default), aws or ceph.

Templates, values, tokens and the store's admin key are read again when their files change.
`;

/** Time for endpoints to stop sending requests here, after a SIGTERM and before the port closes. */
const DRAIN_MILLISECONDS = 1000;

/** Kubernetes sends SIGKILL after 30 s. */
const CLOSE_MILLISECONDS = 20_000;

/** Runs the hook until a signal ends it. Throws ConfigError or TemplateError where it cannot start. */
export async function serve(args: string[]): Promise<number> {
  const config = readServeConfig(args);
  if (config === 'help') {
    process.stdout.write(SERVE_HELP);
    return 0;
  }
  const log = pino({level: config.logLevel, base: null});
  const sets = loadSets(config);
  const metrics = createMetrics();
  const {provisioner, readiness, start} = buildBackends(config, valuesOf(sets), log, metrics);
  const server = buildServer({
    templates: mode => setFor(sets, mode),
    provisioner,
    foreignLedger: createForeignLedger(Date.now),
    ...(readiness && {readiness}),
    ...access(config, log),
    log,
    metrics,
  });
  if (config.credentials === 'memory') warnAboutDefaults(config, log);
  warnAboutIgnored(config, sets, log);
  await listen(server, config, log);
  start();
  const reload = () => {
    const before = filesOf(sets);
    Object.assign(sets, loadSets(config, valuesOf(sets)()));
    warnAboutIgnored(config, sets, log);
    server.forgetAnswers();
    const gone = before.filter(file => !filesOf(sets).includes(file));
    for (const file of gone)
      log.warn(
        {file},
        'template is gone: what it rendered will be deleted from every tenant, but for what removal/observed holds',
      );
  };
  watchSources(config, log, isCurrent => metrics.templatesLoaded(isCurrent), reload);
  closeOnSignal(server, log);
  return 0;
}

function filesOf(sets: Sets): string[] {
  return Object.values(sets).flatMap(({templates}) => templates.map(({file}) => file));
}

type Sets = {[mode in Mode]?: TemplateSet};

function loadSets({mode, templates, valuesFile, crdsFolder, store}: ServeConfig, before?: Values): Sets {
  const modes: Mode[] = mode ? [mode] : templates ? ['companion'] : ['companion', 'standalone'];
  const sources = {...(templates && {templates}), ...(crdsFolder && {crdsFolder})};
  const values = loadValues(valuesFile);
  if (store) requireStoreValues(values, store.dialect.policy, before);
  return Object.fromEntries(modes.map(each => [each, loadSet(each, sources, values)]));
}

// All modes share one set of values.
function valuesOf(sets: Sets): () => Values {
  return () => (Object.values(sets)[0] as TemplateSet).values.base.values;
}

function access({tokenFile}: ServeConfig, log: Logger): Pick<ServerOptions, 'isAllowed'> {
  return tokenFile ? {isAllowed: createTokenCheck(watchTokens(tokenFile, log))} : {};
}

function setFor(sets: Sets, mode: Mode): TemplateSet {
  const set = sets[mode];
  if (set) return set;
  throw new RefusedError(
    `cannot answer: this hook serves ${Object.keys(sets).join()} alone; start it with --mode ${mode}`,
  );
}

// It may listen so everywhere only because no store knows these keys: a backend with real ones must keep to loopback.
function warnAboutDefaults({host, tokenFile, memorySeed}: ServeConfig, log: Logger): void {
  log.warn('credentials are in memory: keys for trying out, which no object store knows');
  if (!memorySeed) log.warn('no MEMORY_SEED_FILE: a restart makes new keys');
  if (!tokenFile) log.warn({host}, "no TOKEN_FILE: whoever reaches this port can read tenants' keys");
}

function warnAboutIgnored({store}: ServeConfig, sets: Sets, log: Logger): void {
  if (!store) return;
  for (const reason of ignoredOptions(valuesOf(sets)().credentials, store.dialect.policy)) log.warn(reason);
}

async function listen({app}: Server, {host, port}: ServeConfig, log: Logger): Promise<void> {
  try {
    await app.listen({host, port});
    const {port: actual} = app.server.address() as AddressInfo;
    log.info({host, port: actual}, 'listening');
  } catch (error) {
    throw new ConfigError(`cannot listen on ${host}:${port}: ${listenReason(error)}`);
  }
}

function listenReason(error: unknown): string {
  const {code} = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE') return 'the port is in use; choose another with PORT or --port';
  return code ?? 'unknown error';
}

function closeOnSignal(server: Server, log: Logger): void {
  const onTimeout = () => log.error(`not closed within ${CLOSE_MILLISECONDS} ms: ends all the same`);
  closeWithGrace({delay: CLOSE_MILLISECONDS, logger: undefined, onTimeout}, async ({signal, err}) => {
    if (err) log.fatal(traceOf(err), 'ends for an error that nothing caught');
    log.info({signal}, 'shutting down');
    server.drain();
    if (signal === 'SIGTERM') await new Promise(resolve => setTimeout(resolve, DRAIN_MILLISECONDS));
    await server.close();
    log.info('closed');
  });
}
