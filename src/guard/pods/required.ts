import type {Json} from '../../kubernetes/object.ts';
import type {Exemption} from './pod.ts';

/** A field that every container must have, by itself or from its pod. */
export interface Required {
  readonly control: string;
  readonly field: readonly string[];
  readonly write: string;
  readonly isStated: (value: Json | undefined) => boolean;
  readonly isPodEnough: boolean;
  readonly unless?: Exemption;
}

const CONTEXT = 'securityContext';

/** What Pod Security's level restricted wants to be said of every container. */
export const REQUIRED: readonly Required[] = [
  {
    control: 'Privilege Escalation',
    field: [CONTEXT, 'allowPrivilegeEscalation'],
    write: 'false',
    isStated,
    isPodEnough: false,
    unless: 'windows',
  },
  {
    control: 'Running as Non-root',
    field: [CONTEXT, 'runAsNonRoot'],
    write: 'true',
    isStated,
    isPodEnough: true,
    unless: 'userNamespace',
  },
  {
    control: 'Seccomp',
    field: [CONTEXT, 'seccompProfile', 'type'],
    write: 'RuntimeDefault',
    isStated,
    isPodEnough: true,
    unless: 'windows',
  },
  {
    control: 'Capabilities',
    field: [CONTEXT, 'capabilities', 'drop'],
    write: '[ALL]',
    isStated: value => Array.isArray(value) && value.includes('ALL'),
    isPodEnough: false,
    unless: 'windows',
  },
];

// A wrong value is told as forbidden, and once is enough.
function isStated(value: Json | undefined): boolean {
  return value !== undefined;
}
