import type {GuardContext} from '../context.ts';
import type {Violation} from '../violation.ts';
import {conditionsOn, isListOf, operationsOnly} from './authorization-condition.ts';
import {checkPrincipals} from './authorization-principal.ts';
import {fieldOf, fieldsOf, itemsAt, type Place, refusalOf, shown} from './place.ts';

/** What Knative and Prometheus ask of any pod, from anywhere; the default policy of Kubeflow allows it. */
const PROBES = {paths: ['/healthz', '/metrics', '/wait-for-drain']};

const NAMESPACE = 'source.namespace';

const refuse = refusalOf('network/authorization', 'AuthorizationPolicy');

/**
 * Checks that a rule that allows is one of the accepted ones: probes, the tenant's own pods, or listed principals.
 *
 * Istio wants all that a rule says, so whatever else it says narrows it, but for lists that are empty, which say nothing.
 */
export function checkAllowRule(rule: Place, context: GuardContext): Violation[] {
  const negations = checkNegations(rule);
  const isOwn = (names: readonly Place[]) => isListOf(names, [context.namespace]);
  if (negations.length > 0) return negations;
  if (operationsOnly(rule, PROBES) || conditionsOn(rule, NAMESPACE).some(isOwn)) return [];

  const sources = itemsAt(rule, 'from').map(item => fieldOf(item, 'source'));
  if (sources.length === 0) return checkNoSource(rule, context);
  return unrepeated(sources.flatMap(source => checkSource(source, rule, context)));
}

/** Everybody but some is still everybody. */
function checkNegations(rule: Place): Violation[] {
  const conditions = [
    ...itemsAt(rule, 'from').map(item => fieldOf(item, 'source')),
    ...itemsAt(rule, 'to').map(item => fieldOf(item, 'operation')),
    ...itemsAt(rule, 'when'),
  ];
  return conditions
    .flatMap(fieldsOf)
    .filter(({name}) => name.startsWith('not'))
    .map(field =>
      refuse(
        field,
        `${field.name} lets in all others`,
        'write who may call, or what nobody may in a policy with action: DENY',
      ),
    );
}

function checkNoSource(rule: Place, {namespace}: GuardContext): Violation[] {
  const names = conditionsOn(rule, NAMESPACE).flat();
  if (names.length > 0) return checkNamespaces(names, namespace);
  const hint = 'write from, with principals or namespaces; guards.network.open allows everybody';
  return [refuse(rule, 'a rule without from lets in everybody', hint)];
}

// Istio wants both of a source, its namespaces and its principals.
function checkSource(source: Place, rule: Place, context: GuardContext): Violation[] {
  const [principals, namespaces] = [itemsAt(source, 'principals'), itemsAt(source, 'namespaces')];
  const checked = [
    ...(principals.length > 0 ? [checkPrincipals(principals, rule, context)] : []),
    ...(namespaces.length > 0 ? [checkNamespaces(namespaces, context.namespace)] : []),
  ];
  if (checked.some(violations => violations.length === 0)) return [];
  if (checked.length > 0) return checked.flat();
  const hint = 'write principals or namespaces; guards.network.open allows everybody';
  return [refuse(source, 'a source without principals and namespaces can be anybody', hint)];
}

function checkNamespaces(names: readonly Place[], own: string): Violation[] {
  return names
    .filter(({value}) => value !== own)
    .map(name =>
      refuse(
        name,
        `namespace ${shown(name)} is not the tenant's own`,
        'write principals instead, and list them in guards.network.principals',
      ),
    );
}

/** One wrong header is one mistake, however many principals need it. */
function unrepeated(violations: readonly Violation[]): Violation[] {
  const paths = new Set<string>();
  return violations.filter(({path}) => {
    const key = JSON.stringify(path);
    return !paths.has(key) && paths.add(key);
  });
}
