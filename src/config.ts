import {
  type Environment,
  oneOf,
  parseArguments,
  parseMode,
  parseOutput,
  readTemplateOptions,
  TEMPLATE_FLAGS,
  type TemplateOptions,
} from './config/arguments.ts';
import {CAN_I_FLAGS} from './config/can-i.ts';
import {readBytes, requireFolder} from './config/files.ts';
import {MANIFESTS_FLAGS} from './config/manifests.ts';
import {type RecordStoreConfig, readRecordStoreConfig} from './config/store.ts';
import {SWEEP_FLAGS} from './config/sweep.ts';
import {VALIDATE_FLAGS} from './config/validate.ts';
import type {CredentialMode} from './credentials/provisioner.ts';
import {ConfigError} from './errors.ts';
import type {Mode} from './guard/tenancy.ts';

/** Settings of `serve`, from flags before environment. */
export interface ServeConfig {
  readonly host: string;
  readonly port: number;
  /** Only this mode is served; both where neither `--mode` nor folders are given. */
  readonly mode?: Mode;
  readonly templates?: readonly string[];
  readonly valuesFile?: string;
  readonly crdsFolder?: string;
  readonly logLevel: string;
  readonly tokenFile?: string;
  readonly memorySeed?: Buffer;
  /** Where tenants' keys come from, but for Profiles of which the values say otherwise. */
  readonly credentials: CredentialMode;
  /** The folder of the `existing` backend. */
  readonly existingSecrets?: string;
  /** Of the `iam` backend: also where only some Profiles use it, or did. */
  readonly store?: RecordStoreConfig;
}

export {type CanIQuestion, readCanIConfig} from './config/can-i.ts';
export {readTokenFile} from './config/files.ts';
export {type ManifestsConfig, readManifestsConfig} from './config/manifests.ts';
export {readStoreConfig} from './config/store.ts';
export {readSweepConfig, type SweepConfig} from './config/sweep.ts';
export {readValidateConfig, type ValidateConfig} from './config/validate.ts';

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'];
const BACKENDS: readonly CredentialMode[] = ['memory', 'iam', 'cloud', 'existing'];
const MIN_SEED_BYTES = 32;

const SERVE_FLAGS = {
  ...TEMPLATE_FLAGS,
  host: {type: 'string'},
  port: {type: 'string'},
  credentials: {type: 'string'},
  'log-level': {type: 'string'},
  'token-file': {type: 'string'},
  'memory-seed-file': {type: 'string'},
  'record-key-file': {type: 'string'},
  'existing-secrets': {type: 'string'},
} as const;

const RENDER_FLAGS = {...TEMPLATE_FLAGS, output: {type: 'string', short: 'o'}} as const;

/** The flags of each command. */
export const FLAGS = {
  serve: SERVE_FLAGS,
  render: RENDER_FLAGS,
  validate: VALIDATE_FLAGS,
  'can-i': CAN_I_FLAGS,
  manifests: MANIFESTS_FLAGS,
  sweep: SWEEP_FLAGS,
} as const;

/** The settings that have an environment variable of the same name, such as TOKEN_FILE. */
type Setting = Exclude<keyof typeof SERVE_FLAGS, 'help' | 'mode' | 'templates'>;

/** Reads the settings of `serve`; the only reader of the environment. Throws ConfigError. */
export function readServeConfig(
  args: string[],
  environment: Environment = process.env,
): ServeConfig | 'help' {
  const {values: flags, positionals} = parseArguments(args, SERVE_FLAGS);
  if (flags.help) return 'help';
  if (positionals.length > 0) throw new ConfigError(`cannot serve: "${positionals[0]}" is not expected`);
  const read = (flag: Setting) => readSetting(flag, flags[flag], environment);
  const credentials = oneOf('CREDENTIALS', read('credentials') ?? 'memory', BACKENDS);
  const templates = flags.templates ?? environment.TEMPLATES?.split(':').filter(Boolean);
  const valuesFile = read('values');
  const crdsFolder = read('crds');
  const tokenFile = read('token-file');
  const seedFile = read('memory-seed-file');
  const host = read('host') ?? '127.0.0.1';
  const recordKeyFile = read('record-key-file');
  const existingSecrets = read('existing-secrets');
  if (credentials === 'existing' && !existingSecrets)
    throw new ConfigError('cannot use CREDENTIALS "existing": EXISTING_SECRETS is missing');
  const hasStore = credentials === 'iam' || recordKeyFile !== undefined;
  if (credentials !== 'memory' || hasStore || existingSecrets) requireToken(host, tokenFile);
  return Object.freeze({
    host,
    port: parsePort(read('port') ?? '8080'),
    logLevel: oneOf('LOG_LEVEL', read('log-level') ?? 'info', LOG_LEVELS),
    ...(flags.mode !== undefined && {mode: parseMode(flags.mode)}),
    ...(templates?.length && {templates}),
    ...(valuesFile && {valuesFile}),
    ...(crdsFolder && {crdsFolder}),
    ...(tokenFile && {tokenFile}),
    ...(seedFile && {memorySeed: readSeed(seedFile)}),
    credentials,
    ...(existingSecrets && {existingSecrets: requireFolder('EXISTING_SECRETS', existingSecrets)}),
    ...(hasStore && {store: readRecordStoreConfig(environment, recordKeyFile)}),
  });
}

/** Reads the arguments of `render`. Throws ConfigError. */
export function readRenderConfig(
  args: string[],
): (TemplateOptions & {files: string[]; output: 'yaml' | 'json'}) | 'help' {
  const {values: flags, positionals} = parseArguments(args, RENDER_FLAGS);
  if (flags.help) return 'help';
  if (positionals.length === 0) throw new ConfigError('cannot render: name a PROFILE.yaml');
  return {...readTemplateOptions(flags), files: positionals, output: parseOutput(flags.output)};
}

// An empty variable is what a manifest makes of a value that was left out. An empty flag is a mistake: without a
// token file, say, everybody would be let in.
function readSetting(flag: Setting, given: string | undefined, environment: Environment): string | undefined {
  if (given === '') throw new ConfigError(`cannot use --${flag}: it is empty`);
  return given ?? (environment[flag.toUpperCase().replaceAll('-', '_')] || undefined);
}

const LOOPBACK = ['127.0.0.1', '::1', 'localhost'];

// These keys open a store: whoever may ask the hook reads them.
function requireToken(host: string, tokenFile: string | undefined): void {
  if (tokenFile || LOOPBACK.includes(host)) return;
  throw new ConfigError(
    `cannot listen on ${host} without TOKEN_FILE: whoever reaches it would read tenants' keys`,
  );
}

function parsePort(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new ConfigError(`cannot use PORT "${text}": not a number from 0 to 65535`);
}

function readSeed(path: string): Buffer {
  const seed = readBytes('MEMORY_SEED_FILE', path);
  if (seed.length >= MIN_SEED_BYTES) return seed;
  throw new ConfigError(`cannot use MEMORY_SEED_FILE ${path}: it holds fewer than ${MIN_SEED_BYTES} bytes`);
}
