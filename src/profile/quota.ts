import {isJsonObject, type Json, type JsonObject, ownValue} from '../kubernetes/object.ts';
import {canonicalQuantity, compareQuantities} from '../kubernetes/quantity.ts';
import {COUNTED_RESOURCES, POD_RESOURCES} from '../kubernetes/quota-resources.ts';
import {shownWord} from '../printable.ts';
import type {QuotaSpec} from './profile.ts';

/** The most that any Profile gets of a resource. */
export type QuotaMaximum = {readonly [resource: string]: string | number};

type Amounts = {[resource: string]: string | number};

const MEASURED =
  /^((requests\.|limits\.)?(cpu|memory|ephemeral-storage)|requests\.storage|(requests\.)?hugepages-\d+[KMG]i)$/;

/** `requests.nvidia.com/gpu`, `count/jobs.batch`, `gold.storageclass.storage.k8s.io/requests.storage`. */
const QUALIFIED =
  /^(?=[^/]{1,253}\/)[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?(\.[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)*\/[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;

/** More entries are a mistake, and take time in each sync. */
const MAX_ENTRIES = 100;

/** The resources that a scope can be about (`IsResourceQuotaScopeValidForResource`), and the scope that it excludes. */
const SCOPES: {
  readonly [scope: string]: {readonly resources: readonly string[]; readonly excludes?: string};
} = {
  BestEffort: {resources: ['pods'], excludes: 'NotBestEffort'},
  NotBestEffort: {resources: POD_RESOURCES, excludes: 'BestEffort'},
  Terminating: {resources: POD_RESOURCES, excludes: 'NotTerminating'},
  NotTerminating: {resources: POD_RESOURCES, excludes: 'Terminating'},
  PriorityClass: {resources: POD_RESOURCES},
  CrossNamespacePodAffinity: {resources: POD_RESOURCES},
};

/**
 * A quota that the API server takes, no higher than `max`. What it would not take is left out and named in
 * `skipped`: for one wrong entry it refuses the whole quota, and the tenant would have none.
 */
export function capQuota(quota: QuotaSpec, max: QuotaMaximum, skipped: string[]): QuotaSpec {
  const hard = usableAmounts(quota.hard, skipped);
  if (Object.keys(max).length === 0) return {hard, ...usableScopes(quota, Object.keys(hard), skipped)};
  for (const [resource, limit] of Object.entries(max)) {
    const amount = ownValue(hard, resource);
    if (amount === undefined || compareQuantities(amount, limit) > 0) hard[resource] = limit;
  }
  // A quota for some scopes only would let the other pods past the cap.
  const isScoped = quota.scopes.length > 0 || Object.keys(quota.scopeSelector).length > 0;
  if (isScoped) skipped.push('quota scopes: values.quota.max holds for all pods');
  return {hard, scopes: [], scopeSelector: {}};
}

function usableAmounts(hard: JsonObject, skipped: string[]): Amounts {
  const usable: Amounts = {};
  const entries = Object.entries(hard);
  for (const [resource, amount] of entries.slice(0, MAX_ENTRIES)) {
    const reason = amountProblem(resource, amount);
    if (reason) skipped.push(`quota of ${shownWord(resource)}: ${reason}`);
    else usable[resource] = amount as string | number;
  }
  const beyond = entries.length - MAX_ENTRIES;
  if (beyond > 0) skipped.push(`${beyond} entries of the quota: at most ${MAX_ENTRIES} are honoured`);
  return usable;
}

function amountProblem(resource: string, amount: Json): string | undefined {
  const isMeasured = MEASURED.test(resource);
  if (!isMeasured && !COUNTED_RESOURCES.includes(resource) && !QUALIFIED.test(resource)) {
    return 'not the name of a resource';
  }
  const quantity = readQuantity(amount);
  if (quantity === undefined) return 'not a quantity';
  return isMeasured || !/[num]$/.test(quantity) ? undefined : 'not a whole number';
}

function readQuantity(amount: Json): string | undefined {
  if (typeof amount !== 'string' && typeof amount !== 'number') return undefined;
  try {
    const quantity = canonicalQuantity(amount);
    return compareQuantities(quantity, 0) >= 0 ? quantity : undefined;
  } catch {
    // All that reading can say about a value is that it is no quantity.
    return undefined;
  }
}

function usableScopes(
  {scopes, scopeSelector}: QuotaSpec,
  resources: readonly string[],
  skipped: string[],
): Pick<QuotaSpec, 'scopes' | 'scopeSelector'> {
  const usable = [...new Set(scopes)].filter(scope => {
    const reason = scopeProblem(scope, scopes, resources);
    if (reason) skipped.push(`quota scope ${shownWord(scope)}: ${reason}`);
    return reason === undefined;
  });
  const isSelecting = Object.keys(scopeSelector).length > 0;
  const isUsable = isSelecting && isUsableSelector(scopeSelector, resources);
  if (isSelecting && !isUsable) skipped.push('quota scopeSelector: it is not one that Kubernetes takes');
  return {scopes: usable, scopeSelector: isUsable ? scopeSelector : {}};
}

function scopeProblem(
  scope: string,
  all: readonly string[],
  resources: readonly string[],
): string | undefined {
  const known = ownValue(SCOPES, scope);
  if (!known) return 'there is none of this name';
  if (known.excludes && all.includes(known.excludes)) return `it excludes ${known.excludes}`;
  const other = resources.find(resource => !known.resources.includes(resource));
  return other === undefined ? undefined : `it cannot be about ${shownWord(other)}`;
}

function isUsableSelector({matchExpressions, ...rest}: JsonObject, resources: readonly string[]): boolean {
  if (!Array.isArray(matchExpressions) || Object.keys(rest).length > 0) return false;
  const names = matchExpressions.map(expression =>
    isJsonObject(expression) ? String(expression.scopeName) : '',
  );
  const isUnique = new Set(names).size === names.length;
  return isUnique && matchExpressions.every(expression => isUsableExpression(expression, names, resources));
}

function isUsableExpression(
  expression: Json,
  names: readonly string[],
  resources: readonly string[],
): boolean {
  if (!isJsonObject(expression)) return false;
  const {scopeName, operator, values = [], ...rest} = expression;
  if (Object.keys(rest).length > 0 || scopeProblem(String(scopeName), names, resources)) return false;
  if (!Array.isArray(values) || !values.every(value => typeof value === 'string')) return false;
  const takesValues = operator === 'In' || operator === 'NotIn';
  if (takesValues) return scopeName === 'PriorityClass' && values.length > 0;
  const isPlain = operator === 'Exists' || (operator === 'DoesNotExist' && scopeName === 'PriorityClass');
  return isPlain && values.length === 0;
}
