import {POLICY_DIALECTS, type PolicyDialectName} from '../../src/credentials/policy-dialects.ts';
import type {PolicyRequest} from '../../src/credentials/policy-evaluator.ts';

/** How a call of S3 goes over the wire, and which action of the policy language it is. */
interface Api {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE';
  readonly action: string;
  readonly query?: string;
  /** What the store puts in place of the action. */
  readonly actionOn?: {readonly [dialect in PolicyDialectName]?: string};
}

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html */
export const APIS = {
  GetObject: {method: 'GET', action: 's3:GetObject'},
  HeadObject: {method: 'HEAD', action: 's3:GetObject'},
  PutObject: {method: 'PUT', action: 's3:PutObject'},
  CopyObject: {method: 'PUT', action: 's3:PutObject'},
  PostObject: {method: 'POST', action: 's3:PutObject'},
  RenameObject: {method: 'PUT', action: 's3:RenameObject', query: 'renameObject'},
  DeleteObject: {method: 'DELETE', action: 's3:DeleteObject'},
  DeleteObjects: {method: 'POST', action: 's3:DeleteObject', query: 'delete'},
  CreateMultipartUpload: {method: 'POST', action: 's3:PutObject', query: 'uploads'},
  UploadPart: {method: 'PUT', action: 's3:PutObject', query: 'partNumber=1'},
  UploadPartCopy: {method: 'PUT', action: 's3:PutObject', query: 'partNumber=1'},
  CompleteMultipartUpload: {method: 'POST', action: 's3:PutObject'},
  AbortMultipartUpload: {method: 'DELETE', action: 's3:AbortMultipartUpload'},
  ListParts: {
    method: 'GET',
    action: 's3:ListMultipartUploadParts',
    actionOn: {seaweedfs: 's3:PutObject'},
  },
  ListMultipartUploads: {method: 'GET', action: 's3:ListBucketMultipartUploads', query: 'uploads'},
  ListObjects: {method: 'GET', action: 's3:ListBucket'},
  ListObjectsV2: {method: 'GET', action: 's3:ListBucket', query: 'list-type=2'},
  HeadBucket: {method: 'HEAD', action: 's3:ListBucket'},
  ListObjectVersions: {method: 'GET', action: 's3:ListBucketVersions', query: 'versions'},
  GetObjectVersion: {method: 'GET', action: 's3:GetObjectVersion', query: 'versionId=null'},
  DeleteObjectVersion: {method: 'DELETE', action: 's3:DeleteObjectVersion', query: 'versionId=null'},
  GetObjectAcl: {method: 'GET', action: 's3:GetObjectAcl', query: 'acl'},
  PutObjectAcl: {method: 'PUT', action: 's3:PutObjectAcl', query: 'acl'},
  GetObjectTagging: {method: 'GET', action: 's3:GetObjectTagging', query: 'tagging'},
  PutObjectTagging: {method: 'PUT', action: 's3:PutObjectTagging', query: 'tagging'},
  DeleteObjectTagging: {method: 'DELETE', action: 's3:DeleteObjectTagging', query: 'tagging'},
  GetObjectAttributes: {method: 'GET', action: 's3:GetObjectAttributes', query: 'attributes'},
  PutObjectRetention: {method: 'PUT', action: 's3:PutObjectRetention', query: 'retention'},
  PutObjectLegalHold: {method: 'PUT', action: 's3:PutObjectLegalHold', query: 'legal-hold'},
  ListBuckets: {method: 'GET', action: 's3:ListAllMyBuckets'},
  CreateBucket: {method: 'PUT', action: 's3:CreateBucket'},
  DeleteBucket: {method: 'DELETE', action: 's3:DeleteBucket'},
  GetBucketLocation: {method: 'GET', action: 's3:GetBucketLocation', query: 'location'},
  GetBucketPolicy: {method: 'GET', action: 's3:GetBucketPolicy', query: 'policy'},
  PutBucketPolicy: {method: 'PUT', action: 's3:PutBucketPolicy', query: 'policy'},
  DeleteBucketPolicy: {method: 'DELETE', action: 's3:DeleteBucketPolicy', query: 'policy'},
  GetBucketAcl: {method: 'GET', action: 's3:GetBucketAcl', query: 'acl'},
  PutBucketAcl: {method: 'PUT', action: 's3:PutBucketAcl', query: 'acl'},
  GetBucketLifecycle: {method: 'GET', action: 's3:GetLifecycleConfiguration', query: 'lifecycle'},
  PutBucketLifecycle: {method: 'PUT', action: 's3:PutLifecycleConfiguration', query: 'lifecycle'},
  DeleteBucketLifecycle: {method: 'DELETE', action: 's3:PutLifecycleConfiguration', query: 'lifecycle'},
  GetBucketVersioning: {method: 'GET', action: 's3:GetBucketVersioning', query: 'versioning'},
  PutBucketVersioning: {method: 'PUT', action: 's3:PutBucketVersioning', query: 'versioning'},
  GetBucketCors: {method: 'GET', action: 's3:GetBucketCORS', query: 'cors'},
  PutBucketCors: {method: 'PUT', action: 's3:PutBucketCORS', query: 'cors'},
  GetBucketTagging: {method: 'GET', action: 's3:GetBucketTagging', query: 'tagging'},
  DeleteBucketCors: {method: 'DELETE', action: 's3:PutBucketCORS', query: 'cors'},
  GetBucketNotification: {method: 'GET', action: 's3:GetBucketNotification', query: 'notification'},
  GetBucketOwnershipControls: {
    method: 'GET',
    action: 's3:GetBucketOwnershipControls',
    query: 'ownershipControls',
  },
  PutBucketTagging: {method: 'PUT', action: 's3:PutBucketTagging', query: 'tagging'},
  PutBucketEncryption: {method: 'PUT', action: 's3:PutEncryptionConfiguration', query: 'encryption'},
  PutObjectLockConfiguration: {
    method: 'PUT',
    action: 's3:PutBucketObjectLockConfiguration',
    query: 'object-lock',
  },
} as const satisfies {readonly [name: string]: Api};

export type ApiName = keyof typeof APIS;

/** A call as the table writes it, taken apart. */
export interface Call {
  /** An S3 call, or the name of an IAM action. */
  readonly api: ApiName | `iam:${string}`;
  readonly bucket: string;
  readonly key?: string;
  /** Parameters that stand in the table. */
  readonly query: URLSearchParams;
  readonly source?: {readonly bucket: string; readonly key: string};
}

/** Reads `Api bucket/key?query from bucket/key`, all but the first optional. */
export function parseCall(text: string): Call {
  const [api = '', target = '', , source] = text.split(' ');
  if (!(api in APIS) && !api.startsWith('iam:')) throw new Error(`unknown call ${text}`);
  const [path = '', query = ''] = target.split('?');
  const from = source === undefined ? undefined : pathOf(source);
  return {
    api: api as Call['api'],
    ...pathOf(path),
    query: new URLSearchParams(query),
    ...(from?.key !== undefined && {source: {bucket: from.bucket, key: from.key}}),
  };
}

/** What a store asks its policies about a call: all of it must be allowed. */
export function requestsOf(user: string, call: Call, dialect: PolicyDialectName): PolicyRequest[] {
  const {api, bucket, key, query, source} = call;
  if (!isS3(api)) return [{user, action: api, bucket: ''}];
  const {method, action, actionOn}: Api = APIS[api];
  const target: PolicyRequest = {
    user,
    action: actionOn?.[dialect] ?? action,
    bucket,
    ...(key !== undefined && {key}),
    context: {method, ...listContext(query, dialect)},
  };
  const copied: PolicyRequest[] = source
    ? [{user, action: 's3:GetObject', ...source, context: {method}}]
    : [];
  return [target, ...copied];
}

export function isS3(api: Call['api']): api is ApiName {
  return api in APIS;
}

function listContext(query: URLSearchParams, dialect: PolicyDialectName): PolicyRequest['context'] {
  const {keepsEmptyPrefix} = POLICY_DIALECTS[dialect];
  const given = ['prefix', 'delimiter'].flatMap(name => {
    const value = query.get(name);
    return value === null || (value === '' && !keepsEmptyPrefix) ? [] : [[name, value]];
  });
  return Object.fromEntries(given);
}

function pathOf(path: string): {bucket: string; key?: string} {
  const slash = path.indexOf('/');
  return slash === -1 ? {bucket: path} : {bucket: path.slice(0, slash), key: path.slice(slash + 1)};
}
