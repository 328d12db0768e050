/** What an installation chooses for `manifests`. */
export interface ManifestOptions {
  /** Where Metacontroller reaches the hook; with user information if the token stands in it. */
  readonly url: string;
  /** Metacontroller's ServiceAccount. */
  readonly serviceAccount: {readonly namespace: string; readonly name: string};
  /** Metacontroller watches Secrets, so that a changed one is put right at once. */
  readonly observeSecrets: boolean;
  /** The Secret from which Metacontroller takes the hook's token. */
  readonly tokenSecret?: {readonly namespace: string; readonly name: string};
}

/** The name of all that `manifests` prints, the controller's finalizer and annotation included. */
export const NAME = 'profile-sync';

/** What the cluster-wide objects about Metacontroller are called. */
export const METACONTROLLER_NAME = `${NAME}-metacontroller`;

export const LABELS = {'app.kubernetes.io/name': NAME};
