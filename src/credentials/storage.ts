import type {CredentialRequest} from './provisioner.ts';

/** Where a tenant's artifacts may be: the bucket, and its prefixes with the namespace in place of `<ns>`. */
export function storageOf(
  {bucket, prefixes}: {readonly bucket: string; readonly prefixes: readonly string[]},
  namespace: string,
): Pick<CredentialRequest, 'bucket' | 'prefixes'> {
  return {bucket, prefixes: prefixes.map(prefix => prefix.replaceAll('<ns>', namespace))};
}
