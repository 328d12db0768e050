import {ownValue} from '../kubernetes/object.ts';
import {matchesPattern} from '../pattern.ts';
import {shownWord} from '../printable.ts';
import type {Plugin, Profile} from './profile.ts';
import {capQuota, type QuotaMaximum} from './quota.ts';

/** A Profile held to what the admin's values allow, and what was left out of it, in words. */
export interface Entitlement {
  readonly profile: Profile;
  readonly skipped: readonly string[];
}

interface Limits {
  readonly quota: {readonly max: QuotaMaximum};
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

function isAllowed({kind, spec}: Plugin, namespace: string, pattern: string, skipped: string[]): boolean {
  const field = ownValue(ROLE_FIELDS, kind);
  const role = field && spec[field];
  if (role && typeof role === 'string' && matchesPattern(pattern.replaceAll('<ns>', namespace), role))
    return true;
  const reason = field ? 'its role does not match values.plugins.rolePattern' : 'this kind is unknown';
  skipped.push(`plugin ${shownWord(kind)}: ${reason}`);
  return false;
}
