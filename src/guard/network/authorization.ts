import type {KubernetesObject} from '../../kubernetes/object.ts';
import type {GuardContext} from '../context.ts';
import type {Violation} from '../violation.ts';
import {checkAllowRule} from './authorization-rule.ts';
import {fieldOf, itemsAt, type Place, refusalOf, shown, topField} from './place.ts';

/** With it Istio only reports what the policy would do: a policy that should keep others out keeps nobody out. */
const DRY_RUN = 'istio.io/dry-run';

const refuse = refusalOf('network/authorization', 'AuthorizationPolicy');

/**
 * Checks that an AuthorizationPolicy lets in none but the tenant, the platform, probes and who is listed.
 *
 * Policies that allow add up, so that together they let in no more than each rule by itself. A DENY only narrows.
 */
export function checkAuthorizationPolicy(object: KubernetesObject, context: GuardContext): Violation[] {
  if (context.values.guards.network.open) return [];
  const spec = topField(object, 'spec');
  return [
    ...checkDryRun(object),
    ...checkTargets(spec, context),
    ...checkAction(fieldOf(spec, 'action')),
    ...(allows(spec) ? itemsAt(spec, 'rules').flatMap(rule => checkAllowRule(rule, context)) : []),
  ];
}

function checkDryRun(object: KubernetesObject): Violation[] {
  const annotation = fieldOf(fieldOf(topField(object, 'metadata'), 'annotations'), DRY_RUN);
  if (annotation.value === undefined || annotation.value === 'false') return [];
  const hint = 'leave the annotation out; guards.network.open allows everybody';
  return [refuse(annotation, 'a policy in dry run keeps nobody out', hint)];
}

function checkTargets(spec: Place, {namespace}: GuardContext): Violation[] {
  return [fieldOf(spec, 'targetRef'), ...itemsAt(spec, 'targetRefs')]
    .map(target => fieldOf(target, 'namespace'))
    .filter(({value}) => value !== undefined && value !== namespace)
    .map(place =>
      refuse(place, `its target is in namespace ${shown(place)}`, "leave namespace out for the tenant's own"),
    );
}

function checkAction(action: Place): Violation[] {
  if (action.value === undefined || action.value === 'ALLOW' || action.value === 'DENY') return [];
  return [refuse(action, `action ${shown(action)} leaves it to others who may call`, 'write ALLOW or DENY')];
}

function allows(spec: Place): boolean {
  const {value = 'ALLOW'} = fieldOf(spec, 'action');
  return value === 'ALLOW';
}
