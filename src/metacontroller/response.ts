import type {Mode} from '../guard/tenancy.ts';
import {jsonOf} from '../kubernetes/json.ts';
import type {JsonObject, KubernetesObject} from '../kubernetes/object.ts';

/** What one hook call answers, whichever controller kind asked. */
export interface Answer {
  /** All that should exist: Metacontroller deletes what is left out. */
  readonly children: readonly KubernetesObject[];
  /** The whole status. Without one a Decorator leaves the Profile's alone; a Composite empties it. */
  readonly status?: JsonObject;
  readonly resyncAfterSeconds?: number;
  /** Only ever in an answer to finalize: Metacontroller lets go of the Profile. */
  readonly finalized?: boolean;
}

/** The answer as JSON, in the words of the controller kind that asked. */
export function encodeAnswer({children, ...rest}: Answer, mode: Mode): string {
  const field = mode === 'companion' ? 'attachments' : 'children';
  const fields = JSON.stringify(rest).slice(1, -1);
  return `{${fields}${fields && ','}"${field}":[${children.map(jsonOf).join()}]}`;
}
