import type {GuardContext, GuardValues} from '../../src/guard/context.ts';
import type {Violation} from '../../src/guard/violation.ts';
import {fieldPath} from '../../src/kubernetes/field-path.ts';
import type {KubernetesObject} from '../../src/kubernetes/object.ts';
import {type Changes, guardContext as contextOf} from '../support/guard.ts';
import {valuesOf} from '../template/support.ts';

/** The shipped ones. */
export const VALUES = valuesOf().base.values;

/** What differs from the tenant `alice` of alice@example.com, whose collaborator is bob@example.com. */
export interface Difference extends Changes {
  readonly network?: Partial<GuardValues['network']>;
}

export function guardContext({network, guards, ...changes}: Difference = {}): GuardContext {
  return contextOf({
    mode: 'standalone',
    collaborators: [{kind: 'User', name: 'bob@example.com'}],
    ...changes,
    guards: {...guards, network: {...VALUES.guards.network, ...network}},
  });
}

/** `path: message` of each. */
export function lines(violations: readonly Violation[]): string[] {
  return violations.map(({path, message}) => `${fieldPath(path)}: ${message}`);
}

export function object(apiVersion: string, kind: string, rest: object): KubernetesObject {
  return {apiVersion, kind, metadata: {name: 'x', namespace: 'alice'}, ...rest};
}

/** A NetworkPolicy of alice with this spec. */
export function policy(spec: object): KubernetesObject {
  return object('networking.k8s.io/v1', 'NetworkPolicy', {spec});
}
