import type {Json} from '../../kubernetes/object.ts';
import {type Check, type FieldCheck, fault, hasItems, ofMap} from '../fields/check.ts';
import {isSubdomain} from '../fields/formats.ts';
import {without} from './choice.ts';

const GROUP = 'rbac.authorization.k8s.io';

const rule: Check = ofMap(map => {
  if (hasItems(map.nonResourceURLs))
    return without('in a Role: it is of one namespace', 'nonResourceURLs')(map as Json);
  return ['apiGroups', 'resources']
    .filter(field => !hasItems(map[field]))
    .map(field => fault([], `must have ${field}`));
});

const apiGroup: Check = value => (value === GROUP || value === '' ? [] : [fault([], `must be ${GROUP}`)]);

const subject: Check = ofMap(({kind, apiGroup: group, name}) => {
  if (kind !== 'ServiceAccount') return group === undefined ? [] : apiGroup(group).map(at('apiGroup'));
  const faults =
    group === undefined || group === '' ? [] : [fault(['apiGroup'], 'must be left out for a ServiceAccount')];
  const isNamed = typeof name !== 'string' || name === '' || isSubdomain(name);
  return isNamed ? faults : [...faults, fault(['name'], 'must be the name of a ServiceAccount')];
});

/** A Role. */
export const ROLE: readonly FieldCheck[] = [['rules[]', rule]];

/** A RoleBinding. */
export const ROLE_BINDING: readonly FieldCheck[] = [
  ['roleRef.apiGroup', apiGroup],
  ['subjects[]', subject],
];

function at(field: string) {
  return ({message}: {message: string}) => fault([field], message);
}
