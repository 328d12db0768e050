import type {KubernetesObject} from '../../kubernetes/object.ts';
import {printable} from '../../printable.ts';
import type {GuardContext} from '../context.ts';
import type {ObjectViolation} from '../violation.ts';
import {fieldOf, itemsAt, type Place, refusalOf, topField} from './place.ts';
import {requirementsOf} from './selector.ts';
import {type Escape, findEscape} from './selector-escape.ts';

const MAX_SHOWN_LENGTH = 120;

const ALLOW = 'guards.network.unselectedPods allows it';

const refuse = refusalOf('network/unselected', 'NetworkPolicy');

/**
 * Checks that the ingress policies of a tenant together select every pod that there could be.
 *
 * Kubernetes leaves a pod that none selects to everybody. Without any ingress policy there is nothing to judge: the
 * cluster may keep tenants apart by other means.
 */
export function checkUnselected(
  policies: readonly KubernetesObject[],
  {namespace, values}: GuardContext,
): ObjectViolation[] {
  const {open, unselectedPods} = values.guards.network;
  const isolating = policies.filter(policy => isolatesIngress(policy) && isIn(namespace, policy));
  const [object] = isolating;
  if (object === undefined || open || unselectedPods) return [];

  // A selector that the API server would not take guards nobody.
  const selectors = isolating
    .map(policy => requirementsOf(podSelector(policy).value))
    .filter(requirements => requirements !== undefined);
  const found = findEscape(selectors);
  return found ? [{object, ...refuse(podSelector(object), ...wordsFor(found))}] : [];
}

// As the API server fills in policyTypes.
function isolatesIngress(object: KubernetesObject): boolean {
  const types = itemsAt(topField(object, 'spec'), 'policyTypes').map(({value}) => value);
  return types.length === 0 || types.includes('Ingress');
}

// One elsewhere, which another rule refuses, guards nobody here.
function isIn(namespace: string, object: KubernetesObject): boolean {
  const {value = namespace} = fieldOf(topField(object, 'metadata'), 'namespace');
  return value === namespace;
}

function podSelector(object: KubernetesObject): Place {
  return fieldOf(topField(object, 'spec'), 'podSelector');
}

function wordsFor(found: Escape): [reason: string, hint: string] {
  if (found === 'too many labels') {
    return [
      'the ingress policies select pods by too many labels to judge that none is left out',
      `add a policy with podSelector: {}; ${ALLOW}`,
    ];
  }
  const labels = found.map(([key, value]) => `${key}=${value}`).join(', ');
  const which = labels === '' ? 'without labels' : `labelled ${printable(labels, MAX_SHOWN_LENGTH)}`;
  return [
    `no ingress policy selects a pod ${which}, so everybody reaches it`,
    `select it in another policy, as podSelector: {} does; ${ALLOW}`,
  ];
}
