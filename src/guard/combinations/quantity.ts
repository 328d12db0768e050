import {isJsonObject, type Json, ownValue} from '../../kubernetes/object.ts';
import {compareQuantities} from '../../kubernetes/quantity.ts';
import {type Check, type Fault, fault, ofMap} from '../fields/check.ts';
import {isOvercommitted, isWhole} from '../names/resource.ts';

/** Quantities by resource. */
type Quantities = {readonly [resource: string]: Json};

/** Quantities of resources: none below zero, and whole ones where resources are counted. */
export const quantities: Check = ofMap(map =>
  Object.entries(map).flatMap(([resource, value]) => {
    if (isMore(0, value)) return [fault([resource], 'must be at least 0')];
    return isWhole(resource) && isFraction(value) ? [fault([resource], 'must be a whole number')] : [];
  }),
);

/** What a container asks for and may have at most. */
export const resources: Check = ofMap(map => {
  const limits = quantitiesIn(map, 'limits');
  return Object.entries(quantitiesIn(map, 'requests')).flatMap(([resource, request]) =>
    requestFaults(resource, request, ownValue(limits, resource)),
  );
});

function requestFaults(resource: string, request: Json, limit: Json | undefined): Fault[] {
  const path = ['requests', resource];
  if (limit === undefined) {
    return isOvercommitted(resource) ? [] : [fault(path, 'must have a limit, and be equal to it')];
  }
  if (isMore(request, limit)) return [fault(path, 'must be at most its limit')];
  return !isOvercommitted(resource) && isMore(limit, request)
    ? [fault(path, 'must be equal to its limit')]
    : [];
}

/** Pairs of a LimitRange's fields of which the first must not be more than the second. */
const ORDER = [
  ['min', 'max'],
  ['min', 'defaultRequest'],
  ['min', 'default'],
  ['defaultRequest', 'max'],
  ['defaultRequest', 'default'],
  ['default', 'max'],
] as const;

/** One type's limits in a LimitRange. */
export const limits: Check = ofMap(map => [
  ...orderFaults(map),
  ...equalFaults(map),
  ...ratioFaults(map),
  ...typeFaults(map),
]);

function orderFaults(map: {readonly [field: string]: Json}): Fault[] {
  return ORDER.flatMap(([less, more]) => {
    const upper = quantitiesIn(map, more);
    return Object.entries(quantitiesIn(map, less)).flatMap(([resource, value]) =>
      isMore(value, ownValue(upper, resource))
        ? [fault([less, resource], `must be at most the one in ${more}`)]
        : [],
    );
  });
}

// A container gets as many of them as it asks for.
function equalFaults(map: {readonly [field: string]: Json}): Fault[] {
  const requests = quantitiesIn(map, 'defaultRequest');
  return Object.entries(quantitiesIn(map, 'default'))
    .filter(([resource, value]) => !isOvercommitted(resource) && isMore(value, ownValue(requests, resource)))
    .map(([resource]) => fault(['defaultRequest', resource], 'must be equal to the one in default'));
}

function ratioFaults(map: {readonly [field: string]: Json}): Fault[] {
  return Object.entries(quantitiesIn(map, 'maxLimitRequestRatio')).flatMap(([resource, ratio]) =>
    isMore(1, ratio) ? [fault(['maxLimitRequestRatio', resource], 'must be at least 1')] : [],
  );
}

function typeFaults(map: {readonly [field: string]: Json}): Fault[] {
  if (map.type === 'Pod') {
    return ['default', 'defaultRequest']
      .filter(field => Object.keys(quantitiesIn(map, field)).length > 0)
      .map(field => fault([field], 'must be left out for the type Pod'));
  }
  const hasStorage = ['min', 'max'].some(field => 'storage' in quantitiesIn(map, field));
  if (map.type !== 'PersistentVolumeClaim' || hasStorage) return [];
  return [fault([], 'must have min or max of storage for the type PersistentVolumeClaim')];
}

/** What a PersistentVolumeClaim asks for. */
export const claimResources: Check = ofMap(map => {
  const storage = ownValue(quantitiesIn(map, 'requests'), 'storage');
  if (storage === undefined) return [fault([], 'must have requests.storage')];
  return isMore(storage, 0) || !isReadable(storage)
    ? []
    : [fault(['requests', 'storage'], 'must be more than 0')];
});

function quantitiesIn(map: {readonly [field: string]: Json}, field: string): Quantities {
  const value = ownValue(map, field);
  return isJsonObject(value) ? value : {};
}

/** Whether the first is more than the second; not so where one cannot be read, which the schema says. */
function isMore(first: Json, second: Json | undefined): boolean {
  return isReadable(first) && isReadable(second) && compareQuantities(first, second) > 0;
}

function isReadable(value: Json | undefined): value is string | number {
  if (typeof value !== 'string' && typeof value !== 'number') return false;
  try {
    compareQuantities(value, 0);
    return true;
  } catch {
    return false;
  }
}

// Canonical fractions of one are written so.
function isFraction(value: Json): boolean {
  return isReadable(value) && /[num]$|\./.test(String(value));
}
