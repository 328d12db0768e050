import {statSync} from 'node:fs';
import {ConfigError} from '../errors.ts';
import {systemReason} from '../template/load.ts';
import {type Environment, parseArguments} from './arguments.ts';
import {type RecordStoreConfig, readRecordStoreConfig} from './store.ts';

/** Settings of `sweep`. */
export interface SweepConfig {
  /** Files of Profiles; `-` is standard input. */
  readonly files: readonly string[];
  readonly valuesFile?: string;
  /** Takes back what was found, and does not only say so. */
  readonly isRevoking: boolean;
  /** No Profile may be there at all. */
  readonly mayBeEmpty: boolean;
  /** When the oldest file was written; Infinity where there are none. Unix seconds. */
  readonly writtenAt: number;
  readonly store: RecordStoreConfig;
}

export const SWEEP_FLAGS = {
  values: {type: 'string'},
  'record-key-file': {type: 'string'},
  revoke: {type: 'boolean'},
  all: {type: 'boolean'},
  help: {type: 'boolean', short: 'h'},
} as const;

/** Reads the settings of `sweep`: those of the store from the environment, as `serve` does. Throws ConfigError. */
export function readSweepConfig(
  args: string[],
  environment: Environment = process.env,
): SweepConfig | 'help' {
  const {values: flags, positionals: files} = parseArguments(args, SWEEP_FLAGS);
  if (flags.help) return 'help';
  const mayBeEmpty = flags.all ?? false;
  if (files.length === 0 && !mayBeEmpty)
    throw new ConfigError('cannot sweep: name a file of all Profiles, or - for standard input');
  const valuesFile = flags.values ?? (environment.VALUES || undefined);
  const recordKeyFile = flags['record-key-file'] ?? environment.RECORD_KEY_FILE;
  return {
    files,
    ...(valuesFile !== undefined && {valuesFile}),
    isRevoking: flags.revoke ?? false,
    mayBeEmpty,
    writtenAt: Math.min(...files.map(writtenAt)),
    store: readRecordStoreConfig(environment, recordKeyFile),
  };
}

function writtenAt(path: string): number {
  if (path === '-') return Number.POSITIVE_INFINITY;
  try {
    return Math.floor(statSync(path).mtimeMs / 1000);
  } catch (error) {
    throw new ConfigError(`cannot sweep: cannot use ${path}: ${systemReason(error)}`);
  }
}
