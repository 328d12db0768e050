import {readdirSync, readFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import type {JsonObject, KubernetesObject} from '../../src/kubernetes/object.ts';

const FOLDER = fileURLToPath(new URL('../recordings/', import.meta.url));

/** Requests that a real Metacontroller sent, as `folder/name`. */
export function recordings(): string[] {
  const files = readdirSync(FOLDER, {recursive: true, encoding: 'utf8'});
  return files
    .filter(file => file.endsWith('.json'))
    .map(file => file.replace('.json', ''))
    .sort();
}

/** One of them, and the hook that it was sent to. */
export function readRecording(recording: string) {
  return JSON.parse(readFileSync(`${FOLDER}${recording}.json`, 'utf8')) as {
    path: string;
    request: JsonObject;
  };
}

/** `Kind name` of each object, sorted. */
export function names(objects: readonly KubernetesObject[]): string[] {
  return objects.map(({kind, metadata}) => `${kind} ${metadata.name}`).sort();
}
