import type {PolicyOptions} from './policy.ts';
import {
  type CredentialMode,
  type CredentialRequest,
  type Credentials,
  placeholderCredentials,
} from './provisioner.ts';

/** The part of `credentials` in the values that says where a tenant's artifacts are. */
interface Storage {
  readonly bucket: string;
  readonly prefixes: readonly string[];
}

/** The part of `credentials` in the values that says where a tenant's key comes from. */
export interface BackendChoice {
  /** None: what the hook's own setting says. */
  readonly backend?: CredentialMode | null;
  readonly existing: {readonly secret: string};
  readonly policy: PolicyOptions;
  readonly cloud: {
    readonly provider: 's3' | 'gs';
    readonly awsRole: string;
    readonly gcpServiceAccount: string;
  };
}

/** Where a tenant's artifacts may be: the bucket, and its prefixes with the namespace in place of `<ns>`. */
export function storageOf(
  {bucket, prefixes}: Storage,
  namespace: string,
): Pick<CredentialRequest, 'bucket' | 'prefixes'> {
  return {bucket, prefixes: prefixes.map(prefix => prefix.replaceAll('<ns>', namespace))};
}

/** Whom to ask for a tenant's key, and what the values add to the question. */
export function choiceOf({
  backend,
  existing,
  policy,
}: BackendChoice): Pick<CredentialRequest, 'backend' | 'existingSecret' | 'policy'> {
  return {...(backend && {backend}), existingSecret: existing.secret, policy};
}

/** What stands for a tenant's credentials where nobody is asked; the values alone choose its form. */
export function placeholdersOf(
  values: Storage & Pick<BackendChoice, 'backend'>,
  namespace: string,
): Credentials {
  return placeholderCredentials(values.backend ?? 'memory', storageOf(values, namespace));
}
