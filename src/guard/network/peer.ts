import {NAMESPACE_NAME_LABEL} from '../../kubernetes/object.ts';
import type {Violation} from '../violation.ts';
import {isAddressBlock, isWithin} from './address-block.ts';
import {fieldOf, itemsAt, type Place, refusalOf, shown} from './place.ts';

/** Whom the peers of a rule may be. */
export interface AllowedPeers {
  readonly namespaces: readonly string[];
  readonly blocks: readonly string[];
  /** The values that list blocks. */
  readonly blockValues: string;
}

const refuse = refusalOf('network/policy', 'NetworkPolicy');

/** Checks that a peer of a NetworkPolicy's rule can be none but those allowed. Pods alone are the tenant's own. */
export function checkPeer(peer: Place, allowed: AllowedPeers): Violation[] {
  const [pods, namespaces, block] = ['podSelector', 'namespaceSelector', 'ipBlock'].map(field =>
    fieldOf(peer, field),
  ) as [Place, Place, Place];
  const isNobody = [pods, namespaces, block].every(({value}) => value === undefined);
  if (isNobody)
    return [refuse(peer, 'a peer selects nobody in particular', 'write podSelector: {} for the tenant')];
  return [
    ...(namespaces.value === undefined ? [] : checkNamespaces(namespaces, allowed)),
    ...(block.value === undefined ? [] : checkBlock(fieldOf(block, 'cidr'), allowed)),
  ];
}

// Whatever else the selector says narrows it.
function checkNamespaces(selector: Place, {namespaces}: AllowedPeers): Violation[] {
  const isAllowed = ({value}: Place) => namespaces.some(name => name === value);
  const pins = pinsOf(selector).filter(names => names.length > 0);
  if (pins.some(names => names.every(isAllowed))) return [];
  if (pins.length === 0) {
    const hint = `select namespaces by ${NAMESPACE_NAME_LABEL}, or leave namespaceSelector out for the tenant's own`;
    return [refuse(selector, 'a namespaceSelector can select other tenants', hint)];
  }
  const others = pins.flat().filter(name => !isAllowed(name));
  const hint = 'guards.network.namespaces can list it, unless it is a tenant';
  return others.map(name =>
    refuse(name, `namespace ${shown(name)} is neither the tenant's own nor the platform's`, hint),
  );
}

/** The lists of names, each of which alone bounds what the selector selects. */
function pinsOf(selector: Place): Place[][] {
  const label = fieldOf(fieldOf(selector, 'matchLabels'), NAMESPACE_NAME_LABEL);
  const expressions = itemsAt(selector, 'matchExpressions').filter(
    expression =>
      fieldOf(expression, 'key').value === NAMESPACE_NAME_LABEL &&
      fieldOf(expression, 'operator').value === 'In',
  );
  return [
    ...(label.value === undefined ? [] : [[label]]),
    ...expressions.map(expression => itemsAt(expression, 'values')),
  ];
}

// `except` only narrows a block.
function checkBlock(cidr: Place, {blocks, blockValues}: AllowedPeers): Violation[] {
  if (isWithin(cidr.value, blocks)) return [];
  if (!isAddressBlock(cidr.value)) {
    return [
      refuse(cidr, `${shown(cidr)} is no address block`, 'write it as in 10.1.0.0/16, without leading zeros'),
    ];
  }
  return [
    refuse(cidr, `address block ${shown(cidr)} is not within a listed one`, `${blockValues} can list it`),
  ];
}
