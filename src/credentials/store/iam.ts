/** An access key as the store made it; the secret is told once. */
export interface AccessKey {
  readonly id: string;
  readonly secret: string;
}

/**
 * The part of the AWS IAM query API that tenants' users need, one function an action and idempotent where the store lets
 * it be. Each throws StoreError; none takes longer than its time limit or the signal.
 *
 * https://docs.aws.amazon.com/IAM/latest/APIReference/
 */
export interface IamStore {
  /** One that is there already is fine. */
  readonly createUser: (user: string, signal: AbortSignal) => Promise<void>;
  readonly isUser: (user: string, signal: AbortSignal) => Promise<boolean>;
  /** All users whose name begins so. */
  readonly listUsers: (prefix: string, signal: AbortSignal) => Promise<string[]>;
  /** One that is gone already is fine. */
  readonly deleteUser: (user: string, signal: AbortSignal) => Promise<void>;
  readonly putUserPolicy: (
    user: string,
    name: string,
    document: object,
    signal: AbortSignal,
  ) => Promise<void>;
  /** Names of inline policies; none of an unknown user. */
  readonly listUserPolicies: (user: string, signal: AbortSignal) => Promise<string[]>;
  /** One that is gone already is fine. */
  readonly deleteUserPolicy: (user: string, name: string, signal: AbortSignal) => Promise<void>;
  /** Fails with `limit` where the user has as many as the store allows. */
  readonly createAccessKey: (user: string, signal: AbortSignal) => Promise<AccessKey>;
  /** Ids, active or not; none of an unknown user. */
  readonly listAccessKeys: (user: string, signal: AbortSignal) => Promise<string[]>;
  /** One that is gone already is fine. */
  readonly deleteAccessKey: (user: string, id: string, signal: AbortSignal) => Promise<void>;
}
