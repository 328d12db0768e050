import type {PolicyDialectName} from '../policy-dialects.ts';

/** What differs between stores that speak AWS's IAM and S3, as far as any code needs it. */
export interface Dialect {
  /** Signs for this region whatever region the buckets are in. */
  readonly iamRegion?: string;
  /** Whether a bucket outside us-east-1 must be made with the region's name. */
  readonly hasLocationConstraint: boolean;
  /** How many access keys a user may have; undefined where there is no limit. */
  readonly keysPerUser?: number;
  /** What a tenant's policy can say. */
  readonly policy: PolicyDialectName;
}

export type DialectName = keyof typeof DIALECTS;

/** The stores that are known, by the name that the setting STORE_DIALECT takes. */
export const DIALECTS = {
  /** Seen on 4.44. */
  seaweedfs: {
    hasLocationConstraint: false,
    policy: 'seaweedfs',
  },
  /**
   * Limit and error codes seen on moto, the rest as documented.
   * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
   */
  aws: {
    iamRegion: 'us-east-1',
    hasLocationConstraint: true,
    keysPerUser: 2,
    policy: 'aws',
  },
  /** As documented, not seen. https://docs.ceph.com/en/latest/radosgw/account/ */
  ceph: {
    hasLocationConstraint: false,
    keysPerUser: 4,
    policy: 'ceph',
  },
} as const satisfies {readonly [name: string]: Dialect};
