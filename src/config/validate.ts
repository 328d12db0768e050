import type {Mode} from '../guard/tenancy.ts';
import {
  oneOf,
  parseArguments,
  readTemplateOptions,
  TEMPLATE_FLAGS,
  type TemplateOptions,
} from './arguments.ts';

/** The arguments of `validate`. */
export interface ValidateConfig extends Omit<TemplateOptions, 'mode'> {
  /** Both, where neither a mode nor a folder is named: then it is about the shipped sets. */
  readonly modes: readonly Mode[];
  /** Files of Profiles to try besides the generated ones. */
  readonly profiles: readonly string[];
  readonly output: 'text' | 'json' | 'github' | 'sarif';
}

export const VALIDATE_FLAGS = {
  ...TEMPLATE_FLAGS,
  profiles: {type: 'string', multiple: true},
  output: {type: 'string', short: 'o'},
} as const;

/** Reads the arguments of `validate`. Throws ConfigError. */
export function readValidateConfig(args: string[]): ValidateConfig | 'help' {
  const {values: flags, positionals} = parseArguments(args, VALIDATE_FLAGS);
  if (flags.help) return 'help';
  const folders = [...(flags.templates ?? []), ...positionals];
  const {mode, ...options} = readTemplateOptions({...flags, ...(folders.length > 0 && {templates: folders})});
  const isShipped = flags.mode === undefined && folders.length === 0;
  return {
    ...options,
    modes: isShipped ? ['companion', 'standalone'] : [mode],
    profiles: flags.profiles ?? [],
    output: oneOf('--output', flags.output ?? 'text', ['text', 'json', 'github', 'sarif']),
  };
}
