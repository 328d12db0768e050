import type {PolicyOptions} from '../../src/credentials/policy.ts';
import type {PolicyDialectName} from '../../src/credentials/policy-dialects.ts';

/** Whose key signs; `nobody` signs nothing. */
export type Who = 'alice' | 'alice-2' | 'a.b' | 'nobody';

/** When a call is allowed: by no values, by any, or by one of `credentials.policy` that is set. */
export type Allowed = 'never' | 'always' | 'headBucket' | 'topLevel' | 'sharedPrefix';

/** One cell: who, what (`Api bucket/key?query from bucket/key`), and when that is allowed. */
export type Cell = readonly [who: Who, call: string, allowed: Allowed];

/** The tenants of the table: what they own in `artifacts`; `axb` has no user, only objects. */
export const PREFIXES: {readonly [tenant: string]: readonly string[]} = {
  alice: ['private-artifacts/alice/', 'private/alice/'],
  'alice-2': ['private-artifacts/alice-2/'],
  'a.b': ['private-artifacts/a.b/'],
};

export const SHARED_PREFIX = 'shared/';

/** Where a value cannot be had: there the option allows nothing. */
const UNSUPPORTED: {readonly [option in Allowed]?: readonly PolicyDialectName[]} = {
  headBucket: ['aws', 'ceph'],
};

/** Who may do what, by rule. */
export const TABLE: {readonly [rule: string]: readonly Cell[]} = {
  'works with its own objects': [
    ['alice', 'GetObject artifacts/private-artifacts/alice/a', 'always'],
    ['alice', 'GetObject artifacts/private-artifacts/alice/v2/artifacts/p/b.json', 'always'],
    ['alice', 'HeadObject artifacts/private-artifacts/alice/a', 'always'],
    ['alice', 'PutObject artifacts/private-artifacts/alice/a', 'always'],
    ['alice', 'PutObject artifacts/private-artifacts/alice/private-artifacts/alice-2/a', 'always'],
    ['alice', 'DeleteObject artifacts/private-artifacts/alice/a', 'always'],
    ['alice', 'DeleteObjects artifacts/private-artifacts/alice/a', 'always'],
    [
      'alice',
      'CopyObject artifacts/private-artifacts/alice/c from artifacts/private-artifacts/alice/a',
      'always',
    ],
    ['alice', 'PostObject artifacts/private-artifacts/alice/form', 'always'],
    ['alice', 'GetObject artifacts/private/alice/a', 'always'],
    ['alice', 'PutObject artifacts/private/alice/a', 'always'],
    ['alice-2', 'GetObject artifacts/private-artifacts/alice-2/a', 'always'],
    ['alice-2', 'PutObject artifacts/private-artifacts/alice-2/a', 'always'],
    ['a.b', 'GetObject artifacts/private-artifacts/a.b/a', 'always'],
    ['a.b', 'PutObject artifacts/private-artifacts/a.b/a', 'always'],
  ],
  'uploads its own objects in parts': [
    ['alice', 'CreateMultipartUpload artifacts/private-artifacts/alice/m', 'always'],
    ['alice', 'UploadPart artifacts/private-artifacts/alice/m', 'always'],
    [
      'alice',
      'UploadPartCopy artifacts/private-artifacts/alice/m from artifacts/private-artifacts/alice/a',
      'always',
    ],
    ['alice', 'ListParts artifacts/private-artifacts/alice/m', 'always'],
    ['alice', 'CompleteMultipartUpload artifacts/private-artifacts/alice/m', 'always'],
    ['alice', 'AbortMultipartUpload artifacts/private-artifacts/alice/m', 'always'],
  ],
  'lists its own objects': [
    ['alice', 'ListObjectsV2 artifacts?prefix=private-artifacts/alice/', 'always'],
    ['alice', 'ListObjects artifacts?prefix=private-artifacts/alice/', 'always'],
    ['alice', 'ListObjectsV2 artifacts?prefix=private-artifacts/alice/&delimiter=/', 'always'],
    ['alice', 'ListObjectsV2 artifacts?prefix=private-artifacts/alice/v2/artifacts/', 'always'],
    ['alice', 'ListObjectsV2 artifacts?prefix=private/alice/', 'always'],
    ['alice-2', 'ListObjectsV2 artifacts?prefix=private-artifacts/alice-2/', 'always'],
    ['a.b', 'ListObjectsV2 artifacts?prefix=private-artifacts/a.b/', 'always'],
    // Without the slash it is alice-2's list too.
    ['alice', 'ListObjectsV2 artifacts?prefix=private-artifacts/alice', 'never'],
    ['alice', 'ListObjectsV2 artifacts?prefix=private-artifacts/alice&delimiter=/', 'never'],
  ],
  "reaches no other tenant's objects": [
    ['alice', 'GetObject artifacts/private-artifacts/alice-2/a', 'never'],
    ['alice', 'HeadObject artifacts/private-artifacts/alice-2/a', 'never'],
    ['alice', 'PutObject artifacts/private-artifacts/alice-2/a', 'never'],
    ['alice', 'DeleteObject artifacts/private-artifacts/alice-2/a', 'never'],
    ['alice', 'DeleteObjects artifacts/private-artifacts/alice-2/a', 'never'],
    [
      'alice',
      'CopyObject artifacts/private-artifacts/alice/c from artifacts/private-artifacts/alice-2/a',
      'never',
    ],
    [
      'alice',
      'CopyObject artifacts/private-artifacts/alice-2/c from artifacts/private-artifacts/alice/a',
      'never',
    ],
    ['alice', 'PostObject artifacts/private-artifacts/alice-2/form', 'never'],
    [
      'alice',
      'RenameObject artifacts/private-artifacts/alice/r from artifacts/private-artifacts/alice-2/a',
      'never',
    ],
    [
      'alice',
      'RenameObject artifacts/private-artifacts/alice-2/r from artifacts/private-artifacts/alice/a',
      'never',
    ],
    ['alice', 'CreateMultipartUpload artifacts/private-artifacts/alice-2/m', 'never'],
    ['alice', 'UploadPart artifacts/private-artifacts/alice-2/m', 'never'],
    [
      'alice',
      'UploadPartCopy artifacts/private-artifacts/alice/m from artifacts/private-artifacts/alice-2/a',
      'never',
    ],
    ['alice', 'ListParts artifacts/private-artifacts/alice-2/m', 'never'],
    ['alice', 'CompleteMultipartUpload artifacts/private-artifacts/alice-2/m', 'never'],
    ['alice', 'AbortMultipartUpload artifacts/private-artifacts/alice-2/m', 'never'],
    ['alice-2', 'GetObject artifacts/private-artifacts/alice/a', 'never'],
    ['alice-2', 'PutObject artifacts/private-artifacts/alice/a', 'never'],
    ['alice-2', 'DeleteObject artifacts/private-artifacts/alice/a', 'never'],
    ['alice-2', 'GetObject artifacts/private/alice/a', 'never'],
    ['a.b', 'GetObject artifacts/private-artifacts/axb/a', 'never'],
    ['a.b', 'PutObject artifacts/private-artifacts/axb/a', 'never'],
    ['a.b', 'GetObject artifacts/private-artifacts/alice/a', 'never'],
    // Beside every prefix, and above it.
    ['alice', 'GetObject artifacts/private-artifacts/a', 'never'],
    ['alice', 'PutObject artifacts/private-artifacts/alice', 'never'],
    ['alice', 'PutObject artifacts/a', 'never'],
    ['alice', 'GetObject artifacts/PRIVATE-ARTIFACTS/alice/a', 'never'],
    ['alice', 'GetObject artifacts/v2/artifacts/a', 'never'],
    // What Kubeflow's own policy opens to everybody.
    ['alice', 'GetObject artifacts/artifacts/a', 'never'],
    ['alice', 'PutObject artifacts/artifacts/a', 'never'],
    ['alice', 'DeleteObject artifacts/artifacts/a', 'never'],
  ],
  "lists nobody else's objects": [
    ['alice', 'ListObjectsV2 artifacts?prefix=private-artifacts/alice-2/', 'never'],
    ['alice', 'ListObjects artifacts?prefix=private-artifacts/alice-2/', 'never'],
    ['alice', 'ListObjectsV2 artifacts?prefix=private-artifacts/alice-2/&delimiter=/', 'never'],
    ['alice-2', 'ListObjectsV2 artifacts?prefix=private-artifacts/alice/', 'never'],
    ['alice-2', 'ListObjectsV2 artifacts?prefix=private-artifacts/alice', 'never'],
    ['a.b', 'ListObjectsV2 artifacts?prefix=private-artifacts/axb/', 'never'],
    ['alice', 'ListObjectsV2 artifacts?prefix=private-artifacts/', 'never'],
    ['alice', 'ListObjectsV2 artifacts?prefix=private-artifacts/&delimiter=/', 'never'],
    ['alice', 'ListObjectsV2 artifacts?prefix=artifacts/', 'never'],
    ['alice', 'ListObjectsV2 artifacts?prefix=/', 'never'],
    ['alice', 'ListObjectsV2 artifacts', 'never'],
    ['alice', 'ListObjects artifacts', 'never'],
    ['alice', 'ListObjectsV2 artifacts?prefix=', 'never'],
    ['alice', 'ListObjectsV2 artifacts?max-keys=1', 'never'],
    ['alice', 'ListObjectsV2 artifacts?delimiter=', 'never'],
    // A delimiter that parts nothing makes a flat list.
    ['alice', 'ListObjectsV2 artifacts?delimiter=%00', 'never'],
    ['alice', 'ListObjectsV2 artifacts?delimiter=//', 'never'],
    ['alice', 'ListObjectsV2 artifacts?delimiter=a', 'never'],
    // KFP's UI looks at the top level.
    ['alice', 'ListObjectsV2 artifacts?delimiter=/', 'topLevel'],
    ['alice', 'ListObjects artifacts?delimiter=/', 'topLevel'],
    ['alice', 'ListObjectsV2 artifacts?prefix=&delimiter=/', 'topLevel'],
    ['alice', 'ListMultipartUploads artifacts', 'never'],
    ['alice', 'ListMultipartUploads artifacts?prefix=private-artifacts/alice-2/', 'never'],
    ['alice', 'ListMultipartUploads artifacts?delimiter=/', 'never'],
    ['alice', 'ListObjectVersions artifacts', 'never'],
    ['alice', 'ListObjectVersions artifacts?prefix=private-artifacts/alice-2/', 'never'],
    ['alice', 'ListObjectVersions artifacts?prefix=private-artifacts/alice/', 'never'],
    ['alice', 'ListObjectVersions artifacts?delimiter=/', 'never'],
    ['alice', 'ListBuckets', 'never'],
  ],
  'asks whether the bucket is there': [
    ['alice', 'HeadBucket artifacts', 'headBucket'],
    ['alice-2', 'HeadBucket artifacts', 'headBucket'],
    ['alice', 'HeadBucket records', 'never'],
  ],
  'reads what is shared, and changes nothing there': [
    ['alice', 'GetObject artifacts/shared/a', 'sharedPrefix'],
    ['alice', 'HeadObject artifacts/shared/a', 'sharedPrefix'],
    ['alice-2', 'GetObject artifacts/shared/a', 'sharedPrefix'],
    ['alice', 'ListObjectsV2 artifacts?prefix=shared/', 'sharedPrefix'],
    ['alice', 'ListObjectsV2 artifacts?prefix=shared/&delimiter=/', 'sharedPrefix'],
    ['alice', 'CopyObject artifacts/private-artifacts/alice/c from artifacts/shared/a', 'sharedPrefix'],
    ['alice', 'ListObjectsV2 artifacts?prefix=shared', 'never'],
    ['alice', 'PutObject artifacts/shared/a', 'never'],
    ['alice', 'DeleteObject artifacts/shared/a', 'never'],
    ['alice', 'DeleteObjects artifacts/shared/a', 'never'],
    ['alice', 'CopyObject artifacts/shared/c from artifacts/private-artifacts/alice/a', 'never'],
    ['alice', 'CreateMultipartUpload artifacts/shared/m', 'never'],
    ['alice', 'AbortMultipartUpload artifacts/shared/m', 'never'],
    ['alice', 'PutObject artifacts/shared', 'never'],
  ],
  'reaches no record': [
    ['alice', 'GetObject records/c1/private-artifacts/alice/a', 'never'],
    ['alice', 'GetObject records/private-artifacts/alice/a', 'never'],
    ['alice', 'PutObject records/private-artifacts/alice/a', 'never'],
    ['alice', 'DeleteObject records/private-artifacts/alice/a', 'never'],
    [
      'alice',
      'CopyObject artifacts/private-artifacts/alice/c from records/private-artifacts/alice/a',
      'never',
    ],
    ['alice', 'ListObjectsV2 records', 'never'],
    ['alice', 'ListObjectsV2 records?prefix=private-artifacts/alice/', 'never'],
    ['alice', 'ListObjectsV2 records?delimiter=/', 'never'],
    ['alice', 'PutBucketPolicy records', 'never'],
    ['alice', 'DeleteBucket records', 'never'],
  ],
  "changes nothing of the bucket's, and reads no settings": [
    ['alice', 'CreateBucket new', 'never'],
    ['alice', 'DeleteBucket artifacts', 'never'],
    ['alice', 'GetBucketLocation artifacts', 'never'],
    ['alice', 'GetBucketPolicy artifacts', 'never'],
    ['alice', 'PutBucketPolicy artifacts', 'never'],
    ['alice', 'DeleteBucketPolicy artifacts', 'never'],
    ['alice', 'GetBucketAcl artifacts', 'never'],
    ['alice', 'PutBucketAcl artifacts', 'never'],
    ['alice', 'GetBucketLifecycle artifacts', 'never'],
    ['alice', 'PutBucketLifecycle artifacts', 'never'],
    ['alice', 'DeleteBucketLifecycle artifacts', 'never'],
    ['alice', 'GetBucketVersioning artifacts', 'never'],
    ['alice', 'PutBucketVersioning artifacts', 'never'],
    ['alice', 'GetBucketCors artifacts', 'never'],
    ['alice', 'PutBucketCors artifacts', 'never'],
    ['alice', 'GetBucketTagging artifacts', 'never'],
    ['alice', 'PutBucketTagging artifacts', 'never'],
    ['alice', 'PutBucketEncryption artifacts', 'never'],
    ['alice', 'PutObjectLockConfiguration artifacts', 'never'],
  ],
  'gains nothing by a prefix of its own in a request that has none': [
    ['alice', 'GetBucketPolicy artifacts?prefix=private-artifacts/alice/a', 'never'],
    ['alice', 'PutBucketPolicy artifacts?prefix=private-artifacts/alice/a', 'never'],
    ['alice', 'DeleteBucketPolicy artifacts?prefix=private-artifacts/alice/a', 'never'],
    ['alice', 'GetBucketAcl artifacts?prefix=private-artifacts/alice/a', 'never'],
    ['alice', 'PutBucketAcl artifacts?prefix=private-artifacts/alice/a', 'never'],
    ['alice', 'GetBucketLifecycle artifacts?prefix=private-artifacts/alice/a', 'never'],
    ['alice', 'PutBucketLifecycle artifacts?prefix=private-artifacts/alice/a', 'never'],
    ['alice', 'DeleteBucketLifecycle artifacts?prefix=private-artifacts/alice/a', 'never'],
    ['alice', 'GetBucketVersioning artifacts?prefix=private-artifacts/alice/a', 'never'],
    ['alice', 'PutBucketVersioning artifacts?prefix=private-artifacts/alice/a', 'never'],
    ['alice', 'PutBucketCors artifacts?prefix=private-artifacts/alice/a', 'never'],
    ['alice', 'GetBucketLocation artifacts?prefix=private-artifacts/alice/a', 'never'],
    ['alice', 'GetBucketCors artifacts?prefix=private-artifacts/alice/a', 'never'],
    ['alice', 'DeleteBucketCors artifacts?prefix=private-artifacts/alice/a', 'never'],
    ['alice', 'GetBucketNotification artifacts?prefix=private-artifacts/alice/a', 'never'],
    ['alice', 'GetBucketOwnershipControls artifacts?prefix=private-artifacts/alice/a', 'never'],
    ['alice', 'GetBucketPolicy artifacts?prefix=shared/a', 'never'],
    [
      'alice',
      'DeleteObjects artifacts/private-artifacts/alice-2/a?prefix=private-artifacts/alice/a',
      'never',
    ],
    [
      'alice',
      'PostObject artifacts/private-artifacts/alice-2/form?prefix=private-artifacts/alice/a',
      'never',
    ],
    ['alice', 'PutBucketTagging artifacts?prefix=private-artifacts/alice/a', 'never'],
    ['alice', 'PutBucketEncryption artifacts?prefix=private-artifacts/alice/a', 'never'],
    ['alice', 'PutObjectLockConfiguration artifacts?prefix=private-artifacts/alice/a', 'never'],
    ['alice', 'CreateBucket new?prefix=private-artifacts/alice/a', 'never'],
    ['alice', 'DeleteBucket artifacts?prefix=private-artifacts/alice/a', 'never'],
    ['alice', 'ListMultipartUploads artifacts?prefix=private-artifacts/alice/', 'never'],
    ['alice', 'GetObject artifacts/private-artifacts/alice-2/a?prefix=private-artifacts/alice/a', 'never'],
    ['alice', 'PutObject artifacts/private-artifacts/alice-2/a?prefix=private-artifacts/alice/a', 'never'],
    ['alice', 'DeleteObject artifacts/private-artifacts/alice-2/a?prefix=private-artifacts/alice/a', 'never'],
    ['alice', 'ListObjectsV2 records?prefix=private-artifacts/alice/a', 'never'],
  ],
  'touches no ACL, tag or version': [
    ['alice', 'GetObjectAcl artifacts/private-artifacts/alice/a', 'never'],
    ['alice', 'PutObjectAcl artifacts/private-artifacts/alice/a', 'never'],
    ['alice', 'PutObjectAcl artifacts/private-artifacts/alice-2/a', 'never'],
    ['alice', 'GetObjectTagging artifacts/private-artifacts/alice/a', 'never'],
    ['alice', 'PutObjectTagging artifacts/private-artifacts/alice/a', 'never'],
    ['alice', 'PutObjectTagging artifacts/private-artifacts/alice-2/a', 'never'],
    ['alice', 'DeleteObjectTagging artifacts/private-artifacts/alice-2/a', 'never'],
    ['alice', 'GetObjectAttributes artifacts/private-artifacts/alice-2/a', 'never'],
    ['alice', 'PutObjectRetention artifacts/private-artifacts/alice-2/a', 'never'],
    ['alice', 'PutObjectLegalHold artifacts/private-artifacts/alice-2/a', 'never'],
    ['alice', 'GetObjectVersion artifacts/private-artifacts/alice/a', 'never'],
    ['alice', 'GetObjectVersion artifacts/private-artifacts/alice-2/a', 'never'],
    ['alice', 'DeleteObjectVersion artifacts/private-artifacts/alice-2/a', 'never'],
  ],
  'is no administrator': [
    ['alice', 'iam:CreateUser', 'never'],
    ['alice', 'iam:DeleteUser', 'never'],
    ['alice', 'iam:ListUsers', 'never'],
    ['alice', 'iam:CreateAccessKey', 'never'],
    ['alice', 'iam:ListAccessKeys', 'never'],
    ['alice', 'iam:PutUserPolicy', 'never'],
    ['alice', 'iam:GetUserPolicy', 'never'],
    ['alice', 'iam:DeleteUserPolicy', 'never'],
  ],
  'is somebody': [
    ['nobody', 'GetObject artifacts/private-artifacts/alice/a', 'never'],
    ['nobody', 'PutObject artifacts/private-artifacts/alice/a', 'never'],
    ['nobody', 'GetObject artifacts/shared/a', 'never'],
    ['nobody', 'ListObjectsV2 artifacts?prefix=private-artifacts/alice/', 'never'],
    ['nobody', 'ListObjectsV2 artifacts?delimiter=/', 'never'],
    ['nobody', 'HeadBucket artifacts', 'never'],
    ['nobody', 'ListBuckets', 'never'],
    ['nobody', 'GetObject records/private-artifacts/alice/a', 'never'],
    ['nobody', 'iam:ListUsers', 'never'],
  ],
};

/** Every combination of the values. */
export const OPTIONS: readonly PolicyOptions[] = [true, false].flatMap(headBucket =>
  [true, false].flatMap(topLevel =>
    [SHARED_PREFIX, ''].map(sharedPrefix => ({headBucket, topLevel, sharedPrefix})),
  ),
);

/** Whether a cell is allowed with these values. */
export function isAllowed(allowed: Allowed, dialect: PolicyDialectName, options: PolicyOptions): boolean {
  if (allowed === 'never' || allowed === 'always') return allowed === 'always';
  return Boolean(options[allowed]) && !UNSUPPORTED[allowed]?.includes(dialect);
}

/** Real stores that were held to the table. */
export type StoreName = 'seaweedfs' | 'moto';

/** Cells, as `who call`, that a store answers otherwise than its policies say, whatever the values. */
export interface Deviation {
  readonly cells: RegExp;
  readonly answer: string;
  readonly why: string;
}

export const DEVIATIONS: {readonly [store in StoreName]: readonly Deviation[]} = {
  seaweedfs: [
    {
      cells: /^alice ListBuckets$/,
      answer: 'no bucket listed',
      why: 'it lists the buckets that the caller may list, and there is none',
    },
    {
      cells: /^alice PostObject \S+alice\/form$/,
      answer: 'refused',
      why: "it asks for s3:PutObject on the bucket, whatever the form's key: narrower, and no client of KFP uses forms",
    },
  ],
  moto: [
    {cells: /^(?!nobody).* ListObjects(V2)? artifacts/, answer: 'allowed', why: 'it knows no Condition'},
    {cells: /^a\.b \S+ \S+axb/, answer: 'allowed', why: 'a dot in a resource is any character to it'},
    {
      cells: /^alice (CopyObject|UploadPartCopy) artifacts\/private-artifacts\/alice\/. from/,
      answer: 'allowed',
      why: 'it does not ask about the source of a copy',
    },
    {
      cells: /^alice RenameObject artifacts\/private-artifacts\/alice\/r /,
      answer: 'allowed',
      why: 'it takes RenameObject for PutObject',
    },
    {
      cells: /^alice DeleteObjects \S+alice\/a$/,
      answer: 'refused',
      why: 'it asks for s3:DeleteObject on the bucket, not on each key',
    },
    {cells: /^alice PostObject/, answer: '500', why: 'it fails on a form'},
    {
      cells: /^nobody (HeadBucket|ListBuckets|ListObjectsV2|iam:)/,
      answer: '500',
      why: 'it fails where nobody has signed',
    },
    {
      cells: /GetBucketOwnershipControls \S+prefix/,
      answer: '404 OwnershipControlsNotFoundError',
      why: 'it takes the call for a list, and so allows it',
    },
  ],
};

/** What a store answers instead, where it deviates. */
export function deviationOf(store: StoreName, who: Who, call: string): string | undefined {
  return DEVIATIONS[store].find(({cells}) => cells.test(`${who} ${call}`))?.answer;
}
