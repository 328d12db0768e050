import {join} from 'node:path';
import type {Problem} from '../errors.ts';
import {CanonicalError, canonical} from '../kubernetes/canonical.ts';
import {type CustomKind, type CustomKinds, compileCrd} from '../kubernetes/crds.ts';
import {fieldPath} from '../kubernetes/field-path.ts';
import {isJsonObject, type JsonObject} from '../kubernetes/object.ts';
import {nodeAt, positionAt, toJson, type YamlFile, type YamlNode} from '../yaml.ts';
import {attempt, listFolder, loadYaml, objectNodes} from './load.ts';

/** The definitions of a whole product in one file. */
const MAX_FILE_BYTES = 8 * 1024 * 1024;

/**
 * Reads a folder of CustomResourceDefinitions: what the guards then know of their kinds. Names that start with a dot
 * and `kustomization.yaml` are passed over; whatever else is no definition is reported to `problems`.
 */
export function loadCrds(folder: string, problems: Problem[]): CustomKinds {
  const kinds = new Map<string, CustomKind>();
  for (const name of fileNames(folder, problems)) {
    const file = attempt(() => loadYaml(join(folder, name), MAX_FILE_BYTES), problems);
    for (const node of file ? objectNodes(file) : []) readDefinition(node, file as YamlFile, kinds, problems);
  }
  return kinds;
}

function fileNames(folder: string, problems: Problem[]): string[] {
  const names = listFolder(folder, 'definitions', problems) ?? [];
  const own = names.filter(name => !name.startsWith('.') && !/^kustomization\.ya?ml$/.test(name)).sort();
  return own.filter(name => {
    if (/\.(?:ya?ml|json)$/.test(name)) return true;
    const message = 'cannot load definition: its name does not end in .yaml, .yml or .json';
    problems.push({file: join(folder, name), message});
    return false;
  });
}

function readDefinition(
  node: YamlNode,
  file: YamlFile,
  kinds: Map<string, CustomKind>,
  problems: Problem[],
): void {
  const report = (path: readonly (string | number)[], reason: string) =>
    problems.push({
      file: file.file,
      ...positionAt(file.source, nodeAt(node, path).offset),
      ...(path.length > 0 && {field: fieldPath(path)}),
      message: `cannot load definition: ${reason}`,
    });
  const definition = withoutNulls(node, report);
  if (!definition) return;
  const compiled = compileCrd(definition);
  for (const {path, message} of compiled.problems) report(path, message);
  for (const [key, kind] of compiled.kinds) {
    if (kinds.has(key)) report(['spec', 'names', 'kind'], `${key} is defined twice`);
    kinds.set(key, kind);
  }
}

// Generators write nulls for what is to be filled in.
function withoutNulls(
  node: YamlNode,
  report: (path: readonly (string | number)[], reason: string) => void,
): JsonObject | undefined {
  const value = toJson(node);
  try {
    if (isJsonObject(value)) return canonical(value);
    report([], 'it is no Kubernetes object');
    return undefined;
  } catch (error) {
    if (!(error instanceof CanonicalError)) throw error;
    report(error.path, error.message);
    return undefined;
  }
}
