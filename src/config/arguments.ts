import {type ParseArgsConfig, parseArgs} from 'node:util';
import {ConfigError} from '../errors.ts';
import type {Mode} from '../guard/tenancy.ts';

/** What every command that renders takes. */
export interface TemplateOptions {
  readonly mode: Mode;
  readonly templates?: readonly string[];
  readonly valuesFile?: string;
  readonly crdsFolder?: string;
}

/** The flags behind `TemplateOptions`, and --help. */
export const TEMPLATE_FLAGS = {
  mode: {type: 'string'},
  templates: {type: 'string', multiple: true},
  values: {type: 'string'},
  crds: {type: 'string'},
  help: {type: 'boolean', short: 'h'},
} as const;

/** Environment variables. */
export type Environment = {readonly [name: string]: string | undefined};

/** Takes a command's arguments apart. Throws ConfigError. */
export function parseArguments<T extends NonNullable<ParseArgsConfig['options']>>(
  args: string[],
  options: T,
) {
  const parsed = attempt(() =>
    parseArgs({args, options, allowPositionals: true, strict: true, tokens: true}),
  );
  const names = parsed.tokens.flatMap(token => (token.kind === 'option' ? [token.name] : []));
  const twice = names.find((name, index) => names.indexOf(name) < index && !options[name]?.multiple);
  // The last one would win, without a word.
  if (twice !== undefined) throw new ConfigError(`cannot read arguments: --${twice} is given twice`);
  return parsed;
}

function attempt<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    throw new ConfigError(`cannot read arguments: ${(error as Error).message}`);
  }
}

/** Reads the flags that every command takes which renders. Throws ConfigError. */
export function readTemplateOptions(flags: {
  readonly mode?: string;
  readonly templates?: readonly string[];
  readonly values?: string;
  readonly crds?: string;
}): TemplateOptions {
  return {
    mode: parseMode(flags.mode ?? 'companion'),
    ...(flags.templates && {templates: flags.templates}),
    ...(flags.values !== undefined && {valuesFile: flags.values}),
    ...(flags.crds !== undefined && {crdsFolder: flags.crds}),
  };
}

/** Reads `--mode`. Throws ConfigError. */
export function parseMode(mode: string): Mode {
  return oneOf('--mode', mode, ['companion', 'standalone']);
}

/** Reads the --output of what prints objects. Throws ConfigError. */
export function parseOutput(output = 'yaml'): 'yaml' | 'json' {
  return oneOf('--output', output, ['yaml', 'json']);
}

/** The value, where it is one of those allowed. Throws ConfigError. */
export function oneOf<T extends string>(name: string, value: string, allowed: readonly T[]): T {
  const found = allowed.find(item => item === value);
  if (found !== undefined) return found;
  throw new ConfigError(`cannot use ${name} "${value}": not one of ${allowed.join(', ')}`);
}
