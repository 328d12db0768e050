import {type Provisioner, placeholderCredentials} from './provisioner.ts';

/** No key at all: pods have an identity of the cloud (IRSA, GKE's workload identity), which templates give them. */
export function createCloudProvisioner(): Provisioner {
  return {
    ensureCredentials: async request => ({
      status: 'available',
      credentials: placeholderCredentials('cloud', request),
      sharingEpoch: 0,
      freshForSeconds: Number.POSITIVE_INFINITY,
    }),
    // The identity ends with its ServiceAccount.
    revokeCredentials: async () => ({done: true}),
  };
}
