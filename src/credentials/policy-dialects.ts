/** Stores whose policies tenants' users can have. */
export type PolicyDialectName = 'seaweedfs' | 'aws' | 'ceph';

/** What a store's policies can say, as far as a tenant's policy needs it. */
export interface PolicyDialect {
  /** What a tenant may do with an own object, uploads in parts included. */
  readonly objectActions: readonly string[];
  /** What must hold besides for a call on an object. */
  readonly objectCondition?: {readonly [operator: string]: {readonly [key: string]: readonly string[]}};
  /** The condition key that tells HeadBucket from a list; without one they are the same `s3:ListBucket`. */
  readonly methodKey: 's3:RequestMethod' | undefined;
  /** Whether `prefix=` counts as a prefix that is empty; where not, it is as if there were none. */
  readonly keepsEmptyPrefix: boolean;
  /** The store refuses a user's inline policy with more characters than that, white space aside. */
  readonly maxCharacters: number;
}

const OBJECT_ACTIONS = ['s3:GetObject', 's3:PutObject', 's3:DeleteObject', 's3:AbortMultipartUpload'];

/** A store refuses a whole policy for one action that it does not know, and ignores a condition key: so both are listed. */
export const POLICY_DIALECTS: {readonly [name in PolicyDialectName]: PolicyDialect} = {
  // Seen on 4.44: PutUserPolicy refuses ListMultipartUploadParts, and PutObject implies it. And a call on the bucket with
  // `?prefix=` is taken for one on the object of that name: PUT /bucket?lifecycle&prefix=mine/x passes by PutObject on
  // mine/*, and a tenant could let everybody's artifacts expire. No honest call on an object has a prefix.
  seaweedfs: {
    objectActions: OBJECT_ACTIONS,
    objectCondition: {Null: {'s3:prefix': ['true']}},
    methodKey: 's3:RequestMethod',
    keepsEmptyPrefix: false,
    maxCharacters: Number.POSITIVE_INFINITY,
  },
  // https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html
  // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
  aws: {
    objectActions: [...OBJECT_ACTIONS, 's3:ListMultipartUploadParts'],
    methodKey: undefined,
    keepsEmptyPrefix: true,
    maxCharacters: 2048,
  },
  // https://docs.ceph.com/en/latest/radosgw/bucketpolicy/
  ceph: {
    objectActions: [...OBJECT_ACTIONS, 's3:ListMultipartUploadParts'],
    methodKey: undefined,
    keepsEmptyPrefix: false,
    maxCharacters: Number.POSITIVE_INFINITY,
  },
};
