import {readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {expect, test} from 'vitest';
import {createForgetfulGuard} from '../../src/guard/guard.ts';
import type {Json, JsonObject, KubernetesObject} from '../../src/kubernetes/object.ts';
import {parseYaml, toJson} from '../../src/yaml.ts';
import {ATTACKS} from '../support/attacks.ts';
import {guardContext} from '../support/guard.ts';

/** What has no text, and what is deeper than a field should be. */
const ODD: readonly Json[] = [{toString: 1, valueOf: 1, toJSON: 1, length: -1, constructor: {}}, [[[]]]];

const JUDGE = createForgetfulGuard();

const templates = ['templates/namespace', 'templates/pipelines', ATTACKS].flatMap(folder =>
  readdirSync(folder, {recursive: true, encoding: 'utf8'})
    .filter(name => /(^|\/)(?!values|kustomization|\.)[^/]+\.yaml$/.test(name))
    .map(name => join(folder, name)),
);

test.each(templates)('an odd value anywhere in %s is judged, and no guard breaks on it', file => {
  const template = parseYaml(readFileSync(file, 'utf8'), file).documents.map(toJson)[0] as JsonObject;
  const {apiVersion, kind} = template;
  for (const strategy of ['server-side-apply', 'dynamic-apply'] as const) {
    const context = guardContext({mode: 'standalone', guards: {applyStrategy: strategy}});
    for (const object of ODD.flatMap(odd => replacements(template, odd))) {
      const judged = {...(object as JsonObject), apiVersion, kind, metadata: metadataOf(object)};
      const objects = [judged as unknown as KubernetesObject];
      const keyed = () => ({objects, withOtherKey: objects});
      expect(() => JUDGE({objects, aggregated: [], parts: [], keyed}, context)).not.toThrow();
    }
  }
});

// What is judged always has a name: a rendering without one is refused before.
function metadataOf(object: Json): Json {
  const {metadata} = object as {metadata?: Json};
  const map = typeof metadata === 'object' && !Array.isArray(metadata) ? metadata : {};
  return {...map, name: 'x', namespace: 'alice'};
}

/** The value with each of its parts, and the whole of it, replaced. */
function replacements(value: Json, odd: Json): Json[] {
  if (Array.isArray(value)) {
    return [odd, ...value.flatMap((item, at) => replacements(item, odd).map(part => value.with(at, part)))];
  }
  if (typeof value !== 'object' || value === null) return [odd];
  const entries = Object.entries(value);
  return [
    odd,
    ...entries.flatMap(([key, item]) => replacements(item, odd).map(part => ({...value, [key]: part}))),
  ];
}
