import {groupKey, type JsonObject, type KubernetesObject} from '../../../src/kubernetes/object.ts';
import type {ObjectGroups} from '../../../src/metacontroller/request.ts';
import type {Cluster} from './cluster.ts';
import type {Hooks} from './hooks.ts';
import type {Informer} from './informer.ts';

/** A rule of a customize answer. */
export interface RelatedRule {
  readonly apiVersion: string;
  readonly resource: string;
  readonly namespace?: string;
  readonly names?: readonly string[];
}

/** What a customize hook asks for; kept by uid and generation, as Metacontroller does for 20 minutes. */
export function createCustomize(controller: KubernetesObject, hooks: Hooks) {
  const answers = new Map<string, readonly RelatedRule[]>();
  return async (parent: KubernetesObject): Promise<readonly RelatedRule[]> => {
    if (!hooks.has('customize')) return [];
    const key = `${parent.metadata.uid} ${parent.metadata.generation}`;
    const known = answers.get(key);
    if (known) return known;
    const {relatedResources} = await hooks.call('customize', {controller, parent} as unknown as JsonObject);
    const rules = relatedResources as unknown as RelatedRule[];
    answers.set(key, rules);
    return rules;
  };
}

/** The related objects in Metacontroller's groups. Throws while an informer has not synced: a missing kind is not an empty one. */
export async function readRelated(
  cluster: Cluster,
  rules: readonly RelatedRule[],
  informerOf: (apiVersion: string, resource: string) => Promise<Informer>,
): Promise<ObjectGroups> {
  const groups: {[group: string]: {[key: string]: KubernetesObject}} = {};
  for (const rule of rules) {
    const {kind} = await cluster.findResource(rule.apiVersion, {resource: rule.resource});
    const informer = await informerOf(rule.apiVersion, rule.resource);
    if (!informer.hasSynced()) throw new Error('related informer not synced yet');
    const objects = informer.objects().filter(object => selects(rule, object));
    groups[groupKey({apiVersion: rule.apiVersion, kind})] = byKey(objects);
  }
  return groups;
}

/** Objects by `namespace/name`, or by name where there is no namespace. */
export function byKey(objects: readonly KubernetesObject[]): {[key: string]: KubernetesObject} {
  return Object.fromEntries(
    objects.map(object => {
      const {namespace, name} = object.metadata;
      return [namespace ? `${namespace}/${name}` : name, object];
    }),
  );
}

/** Whether a rule selects an object of its kind. */
export function selects({namespace, names}: RelatedRule, {metadata}: KubernetesObject): boolean {
  if (namespace !== undefined && metadata.namespace !== namespace) return false;
  return names === undefined || names.includes(metadata.name);
}
