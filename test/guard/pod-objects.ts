import type {GuardValues} from '../../src/guard/context.ts';
import {checkPods} from '../../src/guard/pods.ts';
import type {RuleName} from '../../src/guard/rules.ts';
import {fieldPath} from '../../src/kubernetes/field-path.ts';
import type {JsonObject, KubernetesObject} from '../../src/kubernetes/object.ts';
import {guardContext} from '../support/guard.ts';

/** `path: message` of each violation, of one rule where one is named. */
export function refusals(object: unknown, guards: Partial<GuardValues> = {}, wanted?: RuleName): string[] {
  return checkPods(object as KubernetesObject, guardContext({guards}))
    .filter(({rule}) => wanted === undefined || rule === wanted)
    .map(({path, message}) => `${fieldPath(path)}: ${message}`);
}

/** A container that meets restricted beside a pod that does, but for what differs in its securityContext and beside. */
export function container(securityContext: JsonObject = {}, fields: JsonObject = {}): JsonObject {
  return {
    name: 'main',
    image: 'ghcr.io/kubeflow/a:1',
    securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: ['ALL']}, ...securityContext},
    ...fields,
  };
}

/** A container that meets restricted by itself. */
export function ownContainer(fields: JsonObject = {}): JsonObject {
  return container({runAsNonRoot: true, seccompProfile: {type: 'RuntimeDefault'}}, fields);
}

/** A pod's spec that passes every rule, but for what differs. */
export function podSpec(fields: JsonObject = {}, securityContext: JsonObject = {}): JsonObject {
  return {
    automountServiceAccountToken: false,
    securityContext: {runAsNonRoot: true, seccompProfile: {type: 'RuntimeDefault'}, ...securityContext},
    containers: [container()],
    ...fields,
  };
}

/** A Pod of that spec. */
export function pod(spec: JsonObject = podSpec(), annotations?: JsonObject): JsonObject {
  const metadata = {name: 'a', namespace: 'alice', ...(annotations && {annotations})};
  return {apiVersion: 'v1', kind: 'Pod', metadata, spec};
}

/** An object of a kind and spec. */
export function objectOf(apiVersion: string, kind: string, spec: unknown): JsonObject {
  return {apiVersion, kind, metadata: {name: 'a', namespace: 'alice'}, spec} as JsonObject;
}

/** A PodDefault with these fields. */
export function podDefault(fields: JsonObject): JsonObject {
  return objectOf('kubeflow.org/v1alpha1', 'PodDefault', {selector: {matchLabels: {a: 'b'}}, ...fields});
}
