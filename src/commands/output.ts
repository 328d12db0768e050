import type {KubernetesObject} from '../kubernetes/object.ts';

/** Objects as `-o json` prints them: a v1 List. */
export function toJsonList(items: readonly KubernetesObject[]): string {
  return `${JSON.stringify({apiVersion: 'v1', kind: 'List', items}, null, 2)}\n`;
}
