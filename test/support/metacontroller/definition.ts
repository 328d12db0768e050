import type {KubernetesObject} from '../../../src/kubernetes/object.ts';

/** A resource as a controller's definition names it. */
export interface ResourceRule {
  readonly apiVersion: string;
  readonly resource: string;
}

type ParentRule = ResourceRule & {
  readonly labelSelector?: {readonly matchLabels?: {readonly [key: string]: string}};
};

/** What a Composite- or DecoratorController says, in one shape. */
export interface Definition {
  readonly parentResource: ParentRule;
  readonly childResources: readonly ResourceRule[];
}

/** Reads a controller's definition. A DecoratorController here has one kind of parent. */
export function definitionOf({spec}: KubernetesObject): Definition {
  const {parentResource, childResources, resources, attachments} = spec as unknown as Partial<Definition> & {
    resources?: readonly ParentRule[];
    attachments?: readonly ResourceRule[];
  };
  return {
    parentResource: (parentResource ?? resources?.[0]) as ParentRule,
    childResources: childResources ?? attachments ?? [],
  };
}

/** Whether the definition's labelSelector selects a parent; all where there is none. */
export function selectsParent({parentResource}: Definition, {metadata}: KubernetesObject): boolean {
  const wanted = parentResource.labelSelector?.matchLabels ?? {};
  return Object.entries(wanted).every(([key, value]) => metadata.labels?.[key] === value);
}
