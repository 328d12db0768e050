import {accessSync, constants} from 'node:fs';
import {ConfigError} from '../errors.ts';
import {parseResource} from '../kubernetes/resource.ts';
import type {Action} from '../rbac/evaluate.ts';
import {systemReason} from '../template/load.ts';
import {
  oneOf,
  parseArguments,
  readTemplateOptions,
  TEMPLATE_FLAGS,
  type TemplateOptions,
} from './arguments.ts';

/** Whether somebody may do something in a namespace. */
export interface CanIQuestion {
  readonly kind: 'question';
  readonly namespace: string;
  readonly user: string;
  readonly groups: readonly string[];
  readonly action: Action;
}

/** The arguments of `can-i`. */
export interface CanIConfig extends TemplateOptions {
  readonly profiles: readonly string[];
  readonly clusterRoles?: string;
  readonly task: CanIQuestion | CanIMatrix | {readonly kind: 'isolation'};
}

interface CanIMatrix {
  readonly kind: 'matrix';
  readonly output: 'text' | 'json';
}

/** What only a single question takes. */
const QUESTION_FLAGS = {
  namespace: {type: 'string', short: 'n'},
  as: {type: 'string'},
  'as-group': {type: 'string', multiple: true},
  'resource-name': {type: 'string'},
} as const;

export const CAN_I_FLAGS = {
  ...TEMPLATE_FLAGS,
  ...QUESTION_FLAGS,
  profiles: {type: 'string', multiple: true},
  'cluster-roles': {type: 'string'},
  matrix: {type: 'boolean'},
  isolation: {type: 'boolean'},
  output: {type: 'string', short: 'o'},
} as const;

type Parsed = ReturnType<typeof parseArguments<typeof CAN_I_FLAGS>>;
type Flags = Parsed['values'];

/** Reads the arguments of `can-i`. Throws ConfigError. */
export function readCanIConfig(args: string[]): CanIConfig | 'help' {
  const {values: flags, tokens} = parseArguments(args, CAN_I_FLAGS);
  if (flags.help) return 'help';
  const isQuestion = !(flags.matrix || flags.isolation);
  const {words, files} = splitWords(tokens, isQuestion ? 2 : 0);
  const task = isQuestion ? readQuestion(words, flags) : readWholeTask(words, flags);
  const profiles = [...(flags.profiles ?? []), ...files];
  if (profiles.length === 0) throw new ConfigError('cannot answer: name a file of Profiles with --profiles');
  const clusterRoles = flags['cluster-roles'];
  for (const path of profiles) requireFile('--profiles', path);
  if (clusterRoles !== undefined) requireFile('--cluster-roles', clusterRoles);
  return {
    ...readTemplateOptions(flags),
    profiles,
    ...(clusterRoles !== undefined && {clusterRoles}),
    task,
  };
}

// What a shell makes of `--profiles profiles/*.yaml`: words right behind the flag are files too, but for as many as
// VERB and RESOURCE need.
function splitWords(tokens: Parsed['tokens'], needed: number): {words: string[]; files: string[]} {
  const before: string[] = [];
  const behind: string[] = [];
  let isBehind = false;
  for (const token of tokens) {
    if (token.kind === 'option') isBehind = token.name === 'profiles';
    if (token.kind === 'positional') (isBehind ? behind : before).push(token.value);
  }
  const end = behind.length - Math.max(needed - before.length, 0);
  return {words: [...before, ...behind.slice(Math.max(end, 0))], files: behind.slice(0, Math.max(end, 0))};
}

function readQuestion(words: readonly string[], flags: Flags): CanIQuestion {
  const [verb, resource, surplus] = words;
  if (verb === undefined || resource === undefined) {
    throw new ConfigError('cannot answer: name VERB and RESOURCE, or use --matrix or --isolation');
  }
  if (surplus !== undefined) throw new ConfigError(`cannot answer: "${surplus}" is not expected`);
  if (flags.output !== undefined) throw new ConfigError('cannot use --output: it goes with --matrix');
  const name = flags['resource-name'];
  return {
    kind: 'question',
    namespace: given('namespace', flags.namespace),
    user: given('as', flags.as),
    groups: (flags['as-group'] ?? []).map(group => given('as-group', group)),
    action: {...readAction(verb, resource), ...(name !== undefined && {name: given('resource-name', name)})},
  };
}

function readAction(verb: string, text: string): Action {
  if (!/^([A-Za-z-]+|\*)$/.test(verb)) throw new ConfigError(`cannot use VERB "${verb}": it is no word`);
  const resource = parseResource(text);
  if (resource) return {verb, ...resource};
  throw new ConfigError(`cannot use RESOURCE "${text}": it is not RESOURCE[.GROUP][/SUBRESOURCE]`);
}

function readWholeTask(words: readonly string[], flags: Flags): CanIConfig['task'] {
  const kind = flags.matrix ? 'matrix' : 'isolation';
  if (flags.matrix && flags.isolation) throw new ConfigError('cannot use --matrix: --isolation is given too');
  const surplus = Object.keys(QUESTION_FLAGS).find(flag => flags[flag as keyof Flags] !== undefined);
  if (surplus) throw new ConfigError(`cannot use --${surplus}: --${kind} asks about everybody`);
  if (words.length > 0) throw new ConfigError(`cannot answer: "${words[0]}" is not expected with --${kind}`);
  if (kind === 'matrix') return {kind, output: oneOf('--output', flags.output ?? 'text', ['text', 'json'])};
  if (flags.output !== undefined) throw new ConfigError('cannot use --output: it goes with --matrix');
  return {kind};
}

function given(flag: string, value: string | undefined): string {
  if (value === undefined) throw new ConfigError(`cannot answer: --${flag} is missing`);
  if (value === '') throw new ConfigError(`cannot use --${flag}: it is empty`);
  return value;
}

function requireFile(flag: string, path: string): void {
  try {
    accessSync(path, constants.R_OK);
  } catch (error) {
    throw new ConfigError(`cannot use ${flag} ${path}: ${systemReason(error)}`);
  }
}
