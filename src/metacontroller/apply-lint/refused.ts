import {isJsonObject, type Json, type JsonObject} from '../../kubernetes/object.ts';
import type {Field} from './fields.ts';
import type {Finding} from './violation.ts';

/** What the API server refuses in every sync, whoever writes, and schemas do not tell. */
export function refusedFields(field: Field): Finding[] {
  if (!field.isBuiltIn) return [];
  return [
    ...rollingRecreation(field),
    ...namelessPorts(field),
    ...sharedContainerNames(field),
    ...sharedProjectedPaths(field),
  ];
}

function rollingRecreation({path, value, definition}: Field): Finding[] {
  if (definition !== 'V1DeploymentStrategy' || !isJsonObject(value)) return [];
  if (value.type !== 'Recreate' || value.rollingUpdate === undefined) return [];
  const reason = 'the API server refuses rollingUpdate beside type: Recreate in every sync';
  return [{rule: 'apply/endless', path: [...path, 'rollingUpdate'], reason, hint: 'leave rollingUpdate out'}];
}

function namelessPorts({path, value, name}: Field): Finding[] {
  const items = name === 'V1ServiceSpec.ports' ? mapsIn(value) : [];
  if (items.length < 2) return [];
  const reason = 'the API server refuses a port without a name beside others in every sync';
  return items
    .filter(([, port]) => !port.name)
    .map(([index]) => ({rule: 'apply/endless', path: [...path, index], reason, hint: 'write its name'}));
}

function sharedContainerNames({path, value, definition}: Field): Finding[] {
  if (definition !== 'V1PodSpec' || !isJsonObject(value)) return [];
  const names = new Set(mapsIn(value.containers).map(([, {name}]) => name));
  const reason = 'an init container has the name of a container: the API server refuses them';
  return mapsIn(value.initContainers)
    .filter(([, {name}]) => name !== undefined && names.has(name))
    .map(([index]) => ({
      rule: 'apply/collision',
      path: [...path, 'initContainers', index, 'name'],
      reason,
      hint: 'give each its own name',
    }));
}

function sharedProjectedPaths({path, value, definition}: Field): Finding[] {
  if (definition !== 'V1ProjectedVolumeSource' || !isJsonObject(value)) return [];
  const files = filesIn(value.sources, [...path, 'sources']);
  const reason = 'two files of a projected volume have the same path: the API server refuses them';
  return files
    .filter(([file], index) => file !== undefined && files.findIndex(([other]) => other === file) < index)
    .map(([, place]) => ({rule: 'apply/collision', path: place, reason, hint: 'give each its own path'}));
}

/** The path of each file in a projected volume, and where it is written. A token's counts as no other's. */
function filesIn(
  sources: Json | undefined,
  path: Field['path'],
): [file: Json | undefined, path: Field['path']][] {
  return mapsIn(sources).flatMap(([index, source]) =>
    ['configMap', 'downwardAPI', 'secret'].flatMap(type => {
      const projection = source[type];
      const items = isJsonObject(projection) ? mapsIn(projection.items) : [];
      return items.map(([item, file]): [Json | undefined, Field['path']] => [
        file.path,
        [...path, index, type, 'items', item, 'path'],
      ]);
    }),
  );
}

function mapsIn(list: Json | undefined): [index: number, item: JsonObject][] {
  if (!Array.isArray(list)) return [];
  return list.flatMap((item, index) => (isJsonObject(item) ? [[index, item] as [number, JsonObject]] : []));
}
