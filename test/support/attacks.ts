import {existsSync, readdirSync, readFileSync} from 'node:fs';
import {basename, dirname, join, relative} from 'node:path';
import type {Problem} from '../../src/errors.ts';
import type {Mode} from '../../src/guard/tenancy.ts';
import {runHere} from './command.ts';

export const ATTACKS = 'test/attacks';

/** How what is wrong gets into a template; each is the name of a file, or its beginning. */
export const WAYS_IN = [
  'literal',
  'expression',
  'for-each',
  'values',
  'overrides',
  'profile-field',
  'collaborator-name',
] as const;

export type WayIn = (typeof WAYS_IN)[number];

/** One template, and what stands beside it. */
export interface Attack {
  readonly rule: string;
  /** From `test/attacks`, without its extension. */
  readonly title: string;
  readonly file: string;
  readonly mode: Mode;
  /** Folders and files of the whole set, the template itself last. */
  readonly templates: readonly string[];
  readonly valuesFile?: string;
  readonly profilesFile: string;
  /** Where a guard must point. */
  readonly refusals: readonly Refusal[];
  /** `Kind name`, for attacks on what stands already. */
  readonly observed?: string;
}

export interface Refusal {
  readonly rule: string;
  readonly file: string;
  readonly line: number;
  readonly field?: string;
}

/** The rules that have a folder. */
export function attackedRules(): string[] {
  return readdirSync(ATTACKS, {recursive: true, withFileTypes: true})
    .filter(entry => entry.isFile() && entry.name.endsWith('.yaml') && !entry.name.startsWith('.'))
    .map(({parentPath}) => relative(ATTACKS, parentPath).split('/').slice(0, 2).join('/'))
    .filter((rule, index, rules) => rules.indexOf(rule) === index)
    .sort();
}

/** A rule's attacks, and what passes although it looks like them. */
export function attacksOn(rule: string): {attacks: Attack[]; passing: Attack[]} {
  const folder = join(ATTACKS, rule);
  const names = existsSync(folder) ? readdirSync(folder).filter(name => !name.startsWith('.')) : [];
  const paths = names.map(name => join(folder, name));
  const isPassing = (path: string) => basename(path).startsWith('passes-');
  return {
    attacks: paths.filter(path => !isPassing(path)).map(path => readAttack(rule, folder, path)),
    passing: paths.filter(isPassing).map(path => readAttack(rule, folder, path)),
  };
}

/** The way in that a file is named after. */
export function wayInOf({file}: Attack): WayIn | undefined {
  const name = basename(file, '.yaml');
  return WAYS_IN.find(way => name === way || name.startsWith(`${way}-`));
}

function readAttack(rule: string, folder: string, path: string): Attack {
  const isFolder = !path.endsWith('.yaml');
  const file = isFolder ? join(path, 'template.yaml') : path;
  const values = isFolder ? join(path, 'values.yaml') : join(folder, '.values.yaml');
  const companions = ['.with', `.with-${basename(path, '.yaml')}`].map(name => join(folder, name));
  const source = readFileSync(file, 'utf8');
  const own = join(folder, '.profiles.yaml');
  const [, observed] = OBSERVED.exec(source) ?? [];
  return {
    rule,
    title: relative(ATTACKS, isFolder ? dirname(file) : file).replace(/\.yaml$/, ''),
    file,
    mode: /^kind: Namespace\b/m.test(source) ? 'standalone' : 'companion',
    templates: [...companions.filter(existsSync), file],
    ...(existsSync(values) && {valuesFile: values}),
    profilesFile: existsSync(own) ? own : join(ATTACKS, '.profiles.yaml'),
    refusals: refusalsIn(rule, file, source),
    ...(observed !== undefined && {observed}),
  };
}

const OBSERVED = /^# (?:refused once|passes although) observed: (.+)$/m;

/** A second rule, where it is inevitably broken too, stands behind the field. */
const HERE = /# (?:also )?refused here: (.+?)(?: \[(\S+)\])?$/;

/** What comments call an object of which no single field is wrong. */
const WHOLE = 'the whole object';

/** What the comments say: at the end of the line, or on one of their own above it. */
function refusalsIn(rule: string, file: string, source: string): Refusal[] {
  return source.split('\n').flatMap((line, index) => {
    const [, field, other = rule] = HERE.exec(line) ?? [];
    if (field === undefined) return [];
    const isAbove = line.trimStart().startsWith('#');
    return [{rule: other, file, line: index + (isAbove ? 2 : 1), ...(field !== WHOLE && {field})}];
  });
}

/** Validates an attack's set with the hostile Profile. */
export async function validateAttack({
  mode,
  templates,
  valuesFile,
  profilesFile,
}: Attack): Promise<{status: number | null; problems: Problem[]}> {
  const values = valuesFile === undefined ? [] : ['--values', valuesFile];
  const args = [...templates, '--mode', mode, ...values, '--profiles', profilesFile, '-o', 'json'];
  const {status, stdout} = await runHere('validate', ...args);
  return {status, problems: (JSON.parse(stdout) as {problems: Problem[]}).problems};
}
