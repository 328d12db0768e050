import type {CredentialMode, CredentialState, Provisioner} from './provisioner.ts';

/** The backends that this hook is set up for; these two need nothing. */
export interface Backends {
  readonly memory: Provisioner;
  readonly cloud: Provisioner;
  readonly iam?: Provisioner;
  readonly existing?: Provisioner;
}

/** When to ask again for a backend that only other settings bring. */
const RETRY_SECONDS = 300;

/** Several backends as one: the values choose for a Profile, or else the hook's own setting does. */
export function createBackends(backends: Backends, standard: CredentialMode): Provisioner {
  return {
    ensureCredentials: async request => {
      const mode = request.backend ?? standard;
      return (await backends[mode]?.ensureCredentials(request)) ?? lacking(mode);
    },
    // Whichever the values choose now, the tenant may have had a key of another one: each looks for itself.
    revokeCredentials: async request => {
      for (const backend of Object.values(backends)) {
        const revocation = await backend.revokeCredentials(request);
        if (!revocation.done) return revocation;
      }
      return {done: true};
    },
  };
}

function lacking(mode: CredentialMode): CredentialState {
  const settings = mode === 'iam' ? 'RECORD_KEY_FILE and the settings of a store' : 'EXISTING_SECRETS';
  const reason = `the values choose ${mode}, for which this hook lacks ${settings}`;
  return {status: 'unavailable', mode, reason, retryAfterSeconds: RETRY_SECONDS};
}
