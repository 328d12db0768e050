import {RefusedError} from './errors.ts';
import type {Mode} from './guard/tenancy.ts';
import {type KubernetesObject, ownValue} from './kubernetes/object.ts';
import {controllerOf} from './kubernetes/owner.ts';
import {NAMESPACES, ROLE_BINDINGS} from './metacontroller/customize.ts';
import type {HookRequest, ObjectGroups} from './metacontroller/request.ts';
import {printable} from './printable.ts';
import type {ProfileKey} from './profile/profile.ts';
import type {Values} from './template/values.ts';

/** What may be rendered into a namespace now. */
export type Gate =
  | {readonly opens: 'everything'; readonly namespace: KubernetesObject}
  /** `reason` says what is waited for, or why nothing ever will be. */
  | {readonly opens: 'namespace' | 'nothing'; readonly reason: string; readonly refused: boolean};

/** Characters of an object's kind and name in a message. */
const MAX_SHOWN_LENGTH = 100;

/** Names that a tenant never gets: anybody who reaches the dashboard can create a Profile of any name. */
const RESERVED_NAMES = [
  'kube-system',
  'kube-public',
  'kube-node-lease',
  'default',
  'kubeflow',
  'kubeflow-system',
  'istio-system',
  'knative-serving',
];

/**
 * Decides from what is observed whether the namespace is this Profile's and ready, so that no write ever fails
 * and none lands with somebody else.
 *
 * Throws RefusedError where an answer would leave out objects that are observed: it would delete them.
 */
export function checkGate(request: HookRequest, profile: ProfileKey, values: Values): Gate {
  requireRelated(request.related);
  const namespace = ownValue(request.related[NAMESPACES], profile.name);
  const observed = observedIn(request.observed, profile.name);
  if (isReserved(profile.name, values)) return refuse('the name is reserved', observed);
  if (!namespace) return onlyNamespace(request.mode, `waiting for Namespace ${profile.name}`, observed);

  const controller = controllerOf(namespace);
  if (controller?.uid === profile.uid) return ofOwnNamespace(request, namespace, observed);
  if (controller) return refuse(`Namespace ${profile.name} belongs to somebody else`, observed);
  if (request.mode === 'standalone' && isAdoptable(profile, values)) {
    return onlyNamespace(request.mode, `taking over Namespace ${profile.name}`, observed);
  }
  return refuse(`Namespace ${profile.name} has no controller`, observed);
}

/** The observed children in the tenant's own namespace, and the Namespace itself: what a short answer would delete. */
export function observedIn(groups: ObjectGroups, name: string): KubernetesObject[] {
  // An object elsewhere can be made to look like our child by its owner: it must not hold up this tenant.
  return Object.values(groups)
    .flatMap(group => Object.values(group))
    .filter(({kind, metadata}) =>
      kind === 'Namespace' ? metadata.name === name : metadata.namespace === name,
    );
}

function requireRelated(related: ObjectGroups): void {
  for (const group of [NAMESPACES, ROLE_BINDINGS]) {
    if (!Object.hasOwn(related, group)) {
      throw new RefusedError(
        `cannot sync Profile: related has no ${group}, which the customize hook asked for`,
      );
    }
  }
}

/** Whether no tenant may have this name. */
export function isReserved(name: string, {namespaces, reservedNames, guards}: Values): boolean {
  // Every tenant's NetworkPolicies may let these in: a tenant of such a name would be let in everywhere.
  const admitted = guards.network.namespaces;
  return [...RESERVED_NAMES, ...Object.values(namespaces), ...reservedNames, ...admitted].includes(name);
}

function isAdoptable({name, uid}: ProfileKey, {adopt}: Values): boolean {
  return adopt.some(entry => entry.name === name && entry.uid === uid);
}

function ofOwnNamespace(
  {mode}: HookRequest,
  namespace: KubernetesObject,
  observed: readonly KubernetesObject[],
): Gate {
  const {name, deletionTimestamp} = namespace.metadata;
  const phase = (namespace.status as {phase?: string} | undefined)?.phase;
  if (deletionTimestamp || phase === 'Terminating') {
    const reason = `Namespace ${name} is being deleted`;
    return {opens: mode === 'standalone' ? 'namespace' : 'nothing', reason, refused: true};
  }
  if (phase === 'Active') return {opens: 'everything', namespace};
  return onlyNamespace(mode, `waiting for Namespace ${name} to become Active`, observed);
}

function onlyNamespace(mode: Mode, reason: string, observed: readonly KubernetesObject[]): Gate {
  const others = observed.filter(({kind}) => kind !== 'Namespace');
  if (others.length > 0) throw refusal(reason, others);
  return {opens: mode === 'standalone' ? 'namespace' : 'nothing', reason, refused: false};
}

function refuse(reason: string, observed: readonly KubernetesObject[]): Gate {
  if (observed.length > 0) throw refusal(reason, observed);
  return {opens: 'nothing', reason: `refused: ${reason}`, refused: true};
}

function refusal(reason: string, observed: readonly KubernetesObject[]): RefusedError {
  const [first] = observed;
  const more = observed.length > 1 ? ` and ${observed.length - 1} more` : '';
  // A tenant can make an object look like our child, and its name may hold anything.
  const shown = printable(`${first?.kind} ${first?.metadata.name}`, MAX_SHOWN_LENGTH) + more;
  return new RefusedError(
    `cannot sync Profile: ${reason}, and answering without ${shown} would delete what is there`,
  );
}
