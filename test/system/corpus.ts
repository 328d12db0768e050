import {readdirSync, readFileSync} from 'node:fs';
import {loadAll} from 'js-yaml';
import {isJsonObject, type Json, type JsonObject} from '../../src/kubernetes/object.ts';

/** An object, and whether the API server takes it. */
export interface CorpusCase {
  readonly title: string;
  readonly isValid: boolean;
  readonly object: JsonObject;
}

/** Changes of a file's base object; `fill` and `fillKey` put a text of so many characters somewhere. */
type WrittenCase = {
  readonly valid?: string;
  readonly broken?: string;
  readonly set?: JsonObject;
  readonly fill?: {readonly [path: string]: number};
  readonly fillKey?: {readonly [path: string]: number};
};

const FOLDER = new URL('corpus/', import.meta.url);

/** The kinds of the corpus, as its files are called. */
export const CORPUS = readdirSync(FOLDER).map(name => name.replace('.yaml', ''));

/** All cases of a kind. */
export function readCorpus(kind: string): CorpusCase[] {
  const [file] = loadAll(readFileSync(new URL(`${kind}.yaml`, FOLDER), 'utf8')) as [
    {base: JsonObject; cases: WrittenCase[]},
  ];
  return file.cases.map(({valid, broken, set = {}, fill = {}, fillKey = {}}) => {
    const object = structuredClone(file.base);
    for (const [path, value] of Object.entries(set)) put(object, path, value);
    for (const [path, length] of Object.entries(fill)) put(object, path, 'a'.repeat(length));
    for (const [path, length] of Object.entries(fillKey)) put(object, path, {['a'.repeat(length)]: 'a'});
    return {title: (valid ?? broken) as string, isValid: valid !== undefined, object};
  });
}

// Null takes a field away.
function put(object: JsonObject, path: string, value: Json): void {
  const steps = [...path.matchAll(/[^.[\]]+/g)].map(([step]) => step);
  const last = steps.pop() as string;
  let parent: JsonObject = object;
  for (const step of steps) {
    if (!isJsonObject(parent[step]) && !Array.isArray(parent[step])) parent[step] = {};
    parent = parent[step] as JsonObject;
  }
  if (value === null) delete parent[last];
  else parent[last] = value;
}
