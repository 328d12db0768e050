import {isJsonObject, type Json, type JsonObject} from '../../kubernetes/object.ts';
import {shownWord} from '../../printable.ts';
import type {Path, Place} from './finding.ts';

/** What lets a pod off a control, as Kubernetes has it. */
export type Exemption = 'windows' | 'userNamespace';

/** A pod's spec, wherever it stands in an object. */
export interface Pod {
  /**
   * A `pod` says everything itself. A `PodDefault` is added to pods of others. A `part` is any other map: it may
   * become part of a pod, so what it says counts, and what it leaves out does not.
   */
  readonly form: 'pod' | 'PodDefault' | 'part';
  readonly path: Path;
  readonly spec: JsonObject;
  readonly containers: readonly Container[];
}

export interface Container extends Place<JsonObject> {
  /** What messages call it, such as `init container setup`. */
  readonly title: string;
}

/** A field that holds for all containers of a pod: of the other forms nobody knows the pod. */
function podField({form, spec}: Pod, field: string): Json | undefined {
  return form === 'pod' ? spec[field] : undefined;
}

/** Whether Kubernetes lets such pods off a control: those on Windows, or those whose users are not the node's. */
export function isExempt(pod: Pod, exemption: Exemption | undefined): boolean {
  if (exemption === 'userNamespace') return podField(pod, 'hostUsers') === false;
  const os = podField(pod, 'os');
  return exemption === 'windows' && isJsonObject(os) && os.name === 'windows';
}

/** What messages call a container. */
export function containerTitle(role: string, {name}: JsonObject, number: number): string {
  return typeof name === 'string' && name !== '' ? `${role} ${shownWord(name)}` : `${role} number ${number}`;
}
