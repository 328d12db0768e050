import type {KubernetesObject} from './object.ts';

const texts = new WeakMap<KubernetesObject, string>();

/** An object's JSON, made once: it is judged by it and answered as it. Nobody may change an object that was asked for. */
export function jsonOf(object: KubernetesObject): string {
  const known = texts.get(object);
  if (known !== undefined) return known;
  const text = JSON.stringify(object);
  texts.set(object, text);
  return text;
}
