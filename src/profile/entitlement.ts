import {type JsonObject, ownValue} from '../kubernetes/object.ts';
import {canonicalQuantity, compareQuantities} from '../kubernetes/quantity.ts';
import {printable} from '../printable.ts';
import type {Plugin, Profile, QuotaSpec} from './profile.ts';

/** A Profile held to what the admin's values allow, and what was left out of it, in words. */
export interface Entitlement {
  readonly profile: Profile;
  readonly skipped: readonly string[];
}

interface Limits {
  readonly quota: {readonly max: {readonly [resource: string]: string | number}};
  readonly plugins: {readonly rolePattern: string};
}

/** Characters of a word in a condition. */
const MAX_SHOWN_LENGTH = 63;

/** A name, or one below a domain: for any other key Kubernetes refuses the whole quota. */
const RESOURCE_NAME =
  /^([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?\/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;

const SCOPES = [
  'BestEffort',
  'NotBestEffort',
  'Terminating',
  'NotTerminating',
  'PriorityClass',
  'CrossNamespacePodAffinity',
];

/** The field of a plugin's spec that names a cloud identity (Kubeflow's `plugin_iam.go`, `plugin_workload_identity.go`). */
const ROLE_FIELDS: {readonly [kind: string]: string} = {
  AwsIamForServiceAccount: 'awsIamRole',
  WorkloadIdentity: 'gcpServiceAccount',
};

/**
 * Caps the quota and drops plugins whose role the admin does not allow: anybody can write both into a Profile.
 *
 * What is wrong is left out, not refused, so that a tenant cannot freeze himself.
 */
export function entitle(profile: Profile, {quota, plugins}: Limits): Entitlement {
  const skipped: string[] = [];
  return {
    profile: {
      ...profile,
      quota: capQuota(profile.quota, quota.max, skipped),
      plugins: profile.plugins.filter(plugin =>
        isAllowed(plugin, profile.name, plugins.rolePattern, skipped),
      ),
    },
    skipped,
  };
}

function capQuota(quota: QuotaSpec, max: Limits['quota']['max'], skipped: string[]): QuotaSpec {
  const hard = usableAmounts(quota.hard, skipped);
  if (Object.keys(max).length === 0) return {...quota, hard, scopes: usableScopes(quota.scopes, skipped)};
  for (const [resource, limit] of Object.entries(max)) {
    const amount = ownValue(hard, resource);
    if (amount === undefined || compareQuantities(amount, limit) > 0) hard[resource] = limit;
  }
  // A quota for some scopes only would let the other pods past the cap.
  const isScoped = quota.scopes.length > 0 || Object.keys(quota.scopeSelector).length > 0;
  if (isScoped) skipped.push('quota scopes: values.quota.max holds for all pods');
  return {hard, scopes: [], scopeSelector: {}};
}

function usableAmounts(hard: JsonObject, skipped: string[]): {[resource: string]: string | number} {
  const usable: {[resource: string]: string | number} = {};
  for (const [resource, amount] of Object.entries(hard)) {
    if (!RESOURCE_NAME.test(resource))
      skipped.push(`quota of ${shown(resource)}: not the name of a resource`);
    else if (isQuantity(amount)) usable[resource] = amount;
    else skipped.push(`quota of ${shown(resource)}: not a quantity`);
  }
  return usable;
}

function usableScopes(scopes: readonly string[], skipped: string[]): string[] {
  return scopes.filter(scope => {
    if (SCOPES.includes(scope)) return true;
    skipped.push(`quota scope ${shown(scope)}: there is none of this name`);
    return false;
  });
}

function isQuantity(amount: unknown): amount is string | number {
  if (typeof amount !== 'string' && typeof amount !== 'number') return false;
  try {
    return compareQuantities(canonicalQuantity(amount), 0) >= 0;
  } catch {
    // All that reading can say about a value is that it is no quantity.
    return false;
  }
}

function isAllowed({kind, spec}: Plugin, namespace: string, pattern: string, skipped: string[]): boolean {
  const field = ownValue(ROLE_FIELDS, kind);
  const role = field && spec[field];
  if (role && typeof role === 'string' && matches(pattern.replaceAll('<ns>', namespace), role)) return true;
  const reason = field ? 'its role does not match values.plugins.rolePattern' : 'this kind is unknown';
  skipped.push(`plugin ${shown(kind)}: ${reason}`);
  return false;
}

// Not a RegExp: a few stars and a long text, which a Profile's creator chooses, would take it minutes.
function matches(pattern: string, text: string): boolean {
  const [start = '', ...rest] = pattern.split('*');
  const end = rest.pop();
  if (end === undefined) return text === start;
  if (/\s/.test(text) || !text.startsWith(start) || !text.endsWith(end)) return false;
  let position = start.length;
  for (const literal of rest) {
    const found = text.indexOf(literal, position);
    if (found === -1) return false;
    position = found + literal.length;
  }
  return position <= text.length - end.length;
}

// A Profile's creator chooses these words; they end in a condition.
function shown(word: string): string {
  return printable(word, MAX_SHOWN_LENGTH);
}
