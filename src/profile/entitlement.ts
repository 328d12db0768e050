import type {JsonObject} from '../kubernetes/object.ts';
import {canonicalQuantity, compareQuantities} from '../kubernetes/quantity.ts';
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
  const hard: JsonObject = {};
  for (const [resource, amount] of Object.entries(quota.hard)) {
    if (isQuantity(amount)) hard[resource] = amount;
    else skipped.push(`quota of ${printable(resource)}: not a quantity`);
  }
  if (Object.keys(max).length === 0) return {...quota, hard};
  for (const [resource, limit] of Object.entries(max)) {
    const amount = hard[resource] as string | number | undefined;
    if (amount === undefined || compareQuantities(amount, limit) > 0) hard[resource] = limit;
  }
  // A quota for some scopes only would let the other pods past the cap.
  const isScoped = quota.scopes.length > 0 || Object.keys(quota.scopeSelector).length > 0;
  if (isScoped) skipped.push('quota scopes: values.quota.max holds for all pods');
  return {hard, scopes: [], scopeSelector: {}};
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
  const field = Object.hasOwn(ROLE_FIELDS, kind) ? (ROLE_FIELDS[kind] as string) : undefined;
  const role = field && spec[field];
  if (typeof role === 'string' && rolePattern(pattern, namespace).test(role)) return true;
  const reason = field ? 'its role does not match values.plugins.rolePattern' : 'this kind is unknown';
  skipped.push(`plugin ${printable(kind)}: ${reason}`);
  return false;
}

function rolePattern(pattern: string, namespace: string): RegExp {
  const literals = pattern
    .replaceAll('<ns>', namespace)
    .split('*')
    .map(part => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${literals.join('[^\\n]*')}$`);
}

// A Profile's creator chooses these words; they end in a condition.
function printable(word: string): string {
  return word.replace(/[^\x20-\x7e]/g, '?').slice(0, 63);
}
