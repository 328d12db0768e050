/** One object as it was read. */
export interface StoredObject {
  readonly body: Uint8Array;
  /** Names this version; a conditional write takes it. */
  readonly etag: string;
}

/** What must hold for a write: nothing is there yet, or still the version that was read. */
export type WriteCondition = {readonly ifNoneMatch: '*'} | {readonly ifMatch: string};

/**
 * The part of S3 that records and the clean-up of artifacts need. Each throws StoreError; none takes longer than its
 * time limit or the signal.
 *
 * https://docs.aws.amazon.com/AmazonS3/latest/API/
 */
export interface ObjectStore {
  readonly getObject: (bucket: string, key: string, signal: AbortSignal) => Promise<StoredObject | undefined>;
  /** Returns the new etag. Fails with `conflict` where the condition does not hold. */
  readonly putObject: (
    bucket: string,
    key: string,
    body: Uint8Array,
    condition: WriteCondition | undefined,
    signal: AbortSignal,
  ) => Promise<string>;
  /** One that is gone already is fine. */
  readonly deleteObject: (bucket: string, key: string, signal: AbortSignal) => Promise<void>;
  /** Up to `limit` keys that begin so, in order, and whether there are more; 1000 at most. */
  readonly listObjects: (
    bucket: string,
    prefix: string,
    limit: number,
    signal: AbortSignal,
  ) => Promise<{readonly keys: readonly string[]; readonly hasMore: boolean}>;
  /** Up to 1000. */
  readonly deleteObjects: (bucket: string, keys: readonly string[], signal: AbortSignal) => Promise<void>;
  readonly isBucket: (bucket: string, signal: AbortSignal) => Promise<boolean>;
  /** One that is there already, and ours, is fine. */
  readonly createBucket: (bucket: string, signal: AbortSignal) => Promise<void>;
}
