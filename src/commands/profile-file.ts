import {formatProblem, RequestError} from '../errors.ts';
import {isJsonObject, type JsonObject, type KubernetesObject} from '../kubernetes/object.ts';
import {loadYaml} from '../template/load.ts';
import {positionAt, toJson, YamlError, type YamlNode} from '../yaml.ts';

/** One Profile of a file, with what the file says to observe in its namespace. */
export interface OfflineProfile {
  readonly profile: JsonObject;
  readonly namespace?: KubernetesObject;
  readonly roleBindings: readonly KubernetesObject[];
}

/** Stands for the uid that the API server would give. */
const OFFLINE_UID = '00000000-0000-4000-8000-000000000000';

const KINDS = ['Profile', 'Namespace', 'RoleBinding'];

/** Reads Profiles, and the Namespaces and RoleBindings beside them. Throws RequestError with the place. */
export function readProfileFiles(paths: readonly string[]): OfflineProfile[] {
  const objects = paths.flatMap(readObjects);
  const profiles = objects.filter(({kind}) => kind === 'Profile');
  if (profiles.length === 0) throw new RequestError(`${paths[0]}: cannot render: there is no Profile in it`);
  return profiles.map(profile => {
    const {name} = profile.metadata;
    const namespace = objects.find(({kind, metadata}) => kind === 'Namespace' && metadata.name === name);
    return {
      profile: {...profile, metadata: {uid: OFFLINE_UID, generation: 1, ...profile.metadata}} as JsonObject,
      ...(namespace && {namespace}),
      roleBindings: objects.filter(
        ({kind, metadata}) => kind === 'RoleBinding' && metadata.namespace === name,
      ),
    };
  });
}

function readObjects(path: string): KubernetesObject[] {
  try {
    const {documents, source} = loadYaml(path);
    return documents
      .filter(node => node.kind !== 'scalar' || node.value !== null)
      .map(node => readObject(node, source, path));
  } catch (error) {
    if (!(error instanceof YamlError)) throw error;
    throw new RequestError(formatProblem(error.problem));
  }
}

function readObject(node: YamlNode, source: string, file: string): KubernetesObject {
  const object = toJson(node);
  const fail = (message: string) => new YamlError({file, ...positionAt(source, node.offset), message});
  if (!isJsonObject(object) || !isJsonObject(object.metadata) || typeof object.metadata.name !== 'string') {
    throw fail('cannot read Profile: this is no Kubernetes object with a name');
  }
  if (KINDS.includes(String(object.kind))) return object as KubernetesObject;
  throw fail(`cannot read Profile: ${String(object.kind)} is not one of ${KINDS.join(', ')}`);
}
