import {readdirSync, readFileSync, statSync} from 'node:fs';
import {basename, join} from 'node:path';
import type {Problem} from '../errors.ts';
import {parseYaml, YamlError, type YamlFile, type YamlNode} from '../yaml.ts';

/** What makes a ConfigMap of a folder; named among `*.yaml` by whoever lists templates. */
const KUSTOMIZATION = 'kustomization.yaml';

/** Kubernetes keeps a ConfigMap below 1 MiB; one template is a few kB. */
const MAX_FILE_BYTES = 256 * 1024;

/**
 * Reads template folders, and single templates: a later file of the same name replaces an earlier one.
 *
 * Names that start with a dot (a mounted ConfigMap has some) and `kustomization.yaml` are not templates. Files
 * that are not YAML, and folders that cannot be read, are reported to `problems`.
 */
export function loadTemplates(folders: readonly string[], problems: Problem[]): YamlFile[] {
  const files = new Map<string, string>();
  for (const folder of folders) {
    if (isFile(folder)) {
      if (basename(folder) !== KUSTOMIZATION) files.set(basename(folder), folder);
    } else for (const name of templateNames(folder, problems)) files.set(name, join(folder, name));
  }
  return [...files.values()].flatMap(path => {
    const file = attempt(() => loadYaml(path), problems);
    return file ? [file] : [];
  });
}

/** Reads one YAML file. Throws YamlError, also where it cannot be read, is too large or is no text. */
export function loadYaml(path: string, maxBytes = MAX_FILE_BYTES): YamlFile {
  return parseYaml(readText(path, maxBytes), path);
}

/** Whether a path is a single file, and not a folder. */
export function isFile(path: string): boolean {
  return statSync(path, {throwIfNoEntry: false})?.isFile() ?? false;
}

/** The objects of a file, those in a List each; empty documents are none. */
export function objectNodes({documents}: YamlFile): YamlNode[] {
  return documents.filter(node => node.kind !== 'scalar' || node.value !== null).flatMap(itemsOf);
}

function itemsOf(node: YamlNode): readonly YamlNode[] {
  const entries = node.kind === 'mapping' ? node.entries : [];
  const read = (key: string) => entries.find(entry => entry.key === key)?.value;
  const [kind, items] = [read('kind'), read('items')];
  const isList = kind?.kind === 'scalar' && kind.value === 'List';
  return isList && items?.kind === 'sequence' ? items.items : [node];
}

function templateNames(folder: string, problems: Problem[]): string[] {
  const all = listFolder(folder, 'templates', problems);
  const names = all?.filter(name => !name.startsWith('.') && name !== KUSTOMIZATION) ?? [];
  if (all && names.length === 0)
    problems.push({file: folder, message: 'cannot load templates: the folder holds none'});
  return names.sort().filter(name => {
    if (name.endsWith('.yaml')) return true;
    const message = 'cannot load template: its name does not end in .yaml';
    const hint = name.endsWith('.yml')
      ? `call it ${name.slice(0, -'.yml'.length)}.yaml`
      : 'start its name with a dot, or move it out of the folder';
    problems.push({file: join(folder, name), message, hint});
    return false;
  });
}

/** The names in a folder of `noun`; `undefined` where it cannot be read, which is reported. */
export function listFolder(folder: string, noun: string, problems: Problem[]): string[] | undefined {
  try {
    return readdirSync(folder);
  } catch (error) {
    problems.push({file: folder, message: `cannot load ${noun}: ${systemReason(error)}`});
    return undefined;
  }
}

function readText(path: string, maxBytes: number): string {
  const fail = (reason: string) => new YamlError({file: path, message: `cannot read file: ${reason}`});
  try {
    const stats = statSync(path);
    if (!stats.isFile()) throw fail('it is not a file');
    if (stats.size > maxBytes) throw fail(`it is larger than ${maxBytes} bytes`);
    return new TextDecoder('utf-8', {fatal: true}).decode(readFileSync(path));
  } catch (error) {
    if (error instanceof YamlError) throw error;
    throw fail(error instanceof TypeError ? 'it is not UTF-8 text' : systemReason(error));
  }
}

/** A file, or nothing where it cannot be read, which is reported. */
export function attempt(work: () => YamlFile, problems: Problem[]): YamlFile | undefined {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof YamlError)) throw error;
    problems.push(error.problem);
    return undefined;
  }
}

/** What the operating system says, without the path that the message has anyway. */
export function systemReason(error: unknown): string {
  const {code} = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return 'it does not exist';
  if (code === 'ENOTDIR') return 'it is not a folder';
  if (code === 'EISDIR') return 'it is a folder';
  if (code === 'EACCES') return 'permission denied';
  return code ?? 'unknown error';
}
