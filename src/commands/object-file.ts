import {readFileSync} from 'node:fs';
import type {Problem} from '../errors.ts';
import {isJsonObject, type KubernetesObject} from '../kubernetes/object.ts';
import {loadYaml, objectNodes, systemReason} from '../template/load.ts';
import {parseYaml, positionAt, toJson, YamlError, type YamlFile, type YamlNode} from '../yaml.ts';

/** Where an object stands in a file. */
export type Place = Pick<Problem, 'file' | 'line' | 'column'>;

/** An object of a file. */
export interface Located {
  readonly object: KubernetesObject;
  readonly place: Place;
}

/** What `kubectl get -o yaml` prints of a whole cluster fits: all ClusterRoles of a Kubeflow are some 300 kB. */
const MAX_FILE_BYTES = 8 * 1024 * 1024;

/** Reads the objects of a file, or of standard input (`-`), the items of Lists too; `noun` is what somebody expects to find there. */
export function readObjects(
  path: string,
  {noun, kinds}: {noun: string; kinds: readonly string[]},
  errors: Problem[],
): Located[] {
  try {
    const file = path === '-' ? readStandardInput() : loadYaml(path, MAX_FILE_BYTES);
    return locate(objectNodes(file), file).flatMap(({node, place}) => {
      const object = toJson(node);
      const problem = problemOf(object, kinds);
      if (problem) errors.push({...place, message: `cannot read ${noun}: ${problem}`});
      return problem ? [] : [{object: object as KubernetesObject, place}];
    });
  } catch (error) {
    if (!(error instanceof YamlError)) throw error;
    errors.push(error.problem);
    return [];
  }
}

function readStandardInput(): YamlFile {
  const file = 'standard input';
  try {
    return parseYaml(new TextDecoder('utf-8', {fatal: true}).decode(readFileSync(0)), file);
  } catch (error) {
    if (error instanceof YamlError) throw error;
    const reason = error instanceof TypeError ? 'it is not UTF-8 text' : systemReason(error);
    throw new YamlError({file, message: `cannot read file: ${reason}`});
  }
}

function locate(nodes: readonly YamlNode[], {file, source}: YamlFile) {
  return nodes.map(node => ({node, place: {file, ...positionAt(source, node.offset)}}));
}

function problemOf(object: unknown, kinds: readonly string[]): string | undefined {
  if (!isJsonObject(object) || !isJsonObject(object.metadata) || typeof object.metadata.name !== 'string') {
    return 'this is no Kubernetes object with a name';
  }
  if (kinds.includes(String(object.kind))) return undefined;
  return `${String(object.kind)} is not one of ${kinds.join(', ')}`;
}
