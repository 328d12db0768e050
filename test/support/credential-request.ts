import type {CredentialRequest} from '../../src/credentials/provisioner.ts';

/** What a sync of Profile `alice` asks of a provisioner, but for what differs. */
export function credentialRequest(difference: Partial<CredentialRequest> = {}): CredentialRequest {
  return {
    tenant: {name: 'alice', uid: 'uid-1'},
    bucket: 'mlpipeline',
    prefixes: ['private-artifacts/alice/'],
    policy: {headBucket: true, topLevel: true, sharedPrefix: ''},
    mayChange: true,
    mayInherit: false,
    followsSyncPy: false,
    ...difference,
  };
}
