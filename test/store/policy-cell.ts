import {createHash} from 'node:crypto';
import {APIS, type ApiName, type Call, isS3} from '../credentials/policy-calls.ts';
import {type Answer, callIam, callS3, type Key, type LiveStore} from './policy-client.ts';
import {postForm} from './policy-form.ts';

/** `allowed`, `refused`, or the status and code of an answer that is neither. */
export type Outcome = string;

/** What a foreign user of IAM calls is asked for. */
const IAM_PARAMETERS = {
  PolicyName: 'profile-sync',
  PolicyDocument: '{"Version":"2012-10-17","Statement":[]}',
};

const XML = 'xmlns="http://s3.amazonaws.com/doc/2006-03-01/"';

/** Bodies that the store takes from somebody who may: a call must fail for want of permission alone. */
const BODIES: {readonly [api in ApiName]?: (call: Call) => string} = {
  PutObject: () => 'content',
  UploadPart: () => 'content',
  DeleteObjects: ({key}) => `<Delete ${XML}><Object><Key>${key}</Key></Object></Delete>`,
  PutObjectRetention: () =>
    `<Retention ${XML}><Mode>GOVERNANCE</Mode><RetainUntilDate>2099-01-01T00:00:00Z</RetainUntilDate></Retention>`,
  PutObjectLegalHold: () => `<LegalHold ${XML}><Status>ON</Status></LegalHold>`,
  PutObjectTagging: () =>
    `<Tagging ${XML}><TagSet><Tag><Key>a</Key><Value>b</Value></Tag></TagSet></Tagging>`,
  PutBucketTagging: () =>
    `<Tagging ${XML}><TagSet><Tag><Key>a</Key><Value>b</Value></Tag></TagSet></Tagging>`,
  PutBucketPolicy: ({bucket}) =>
    JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: {AWS: '*'},
          Action: ['s3:GetObject'],
          Resource: [`arn:aws:s3:::${bucket}/public/*`],
        },
      ],
    }),
  PutBucketLifecycle: () =>
    `<LifecycleConfiguration ${XML}><Rule><ID>x</ID><Status>Enabled</Status><Filter><Prefix>none/</Prefix></Filter><Expiration><Days>9999</Days></Expiration></Rule></LifecycleConfiguration>`,
  PutBucketVersioning: () =>
    `<VersioningConfiguration ${XML}><Status>Suspended</Status></VersioningConfiguration>`,
  PutBucketCors: () =>
    `<CORSConfiguration ${XML}><CORSRule><AllowedMethod>GET</AllowedMethod><AllowedOrigin>*</AllowedOrigin></CORSRule></CORSConfiguration>`,
  PutBucketEncryption: () =>
    `<ServerSideEncryptionConfiguration ${XML}><Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>AES256</SSEAlgorithm></ApplyServerSideEncryptionByDefault></Rule></ServerSideEncryptionConfiguration>`,
  PutObjectLockConfiguration: () =>
    `<ObjectLockConfiguration ${XML}><ObjectLockEnabled>Enabled</ObjectLockEnabled></ObjectLockConfiguration>`,
};

const NEEDS_UPLOAD = new Set([
  'UploadPart',
  'UploadPartCopy',
  'ListParts',
  'CompleteMultipartUpload',
  'AbortMultipartUpload',
]);

interface Upload {
  readonly id: string;
  readonly etag: string;
}

/** Makes one call of the table with a tenant's key, on objects that the administrator has put there before. */
export async function makeCall(
  store: LiveStore,
  key: Key | undefined,
  call: Call,
  otherUser: string,
): Promise<Outcome> {
  const {api} = call;
  if (!isS3(api))
    return outcomeOf(
      await callIam(store, key, api.slice('iam:'.length), {UserName: otherUser, ...IAM_PARAMETERS}),
    );
  for (const target of [call, call.source])
    if (target?.key) await putAsAdmin(store, target.bucket, target.key);
  const upload = NEEDS_UPLOAD.has(api) ? await createUpload(store, call) : undefined;
  const outcome = outcomeOf(
    await (api === 'PostObject' ? postForm(store, key, call) : callS3(store, key, wireOf(api, call, upload))),
  );
  if (upload)
    await callS3(store, store.admin, {method: 'DELETE', path: pathOf(call), query: `uploadId=${upload.id}`});
  return outcome;
}

function wireOf(api: ApiName, call: Call, upload: Upload | undefined) {
  const {method} = APIS[api];
  const fixed = 'query' in APIS[api] ? APIS[api].query : '';
  const body = api === 'CompleteMultipartUpload' ? completion(upload) : BODIES[api]?.(call);
  const path = api === 'DeleteObjects' || api === 'ListBuckets' ? `/${call.bucket}` : pathOf(call);
  const query = [fixed, call.query.toString(), upload ? `uploadId=${upload.id}` : '']
    .filter(Boolean)
    .join('&');
  const headers = {
    ...(call.source && {
      [api === 'RenameObject' ? 'x-amz-rename-source' : 'x-amz-copy-source']:
        `/${call.source.bucket}/${call.source.key}`,
    }),
    ...(body !== undefined && {'content-md5': createHash('md5').update(body).digest('base64')}),
    ...((api === 'PutObjectAcl' || api === 'PutBucketAcl') && {'x-amz-acl': 'private'}),
  };
  return {method, path, query, headers, ...(body !== undefined && {body})};
}

function outcomeOf({status, body}: Answer): Outcome {
  const [, code] = /<Code>([^<]*)</.exec(body) ?? [];
  // One request for many keys, and an answer for each.
  if (status === 200 && body.includes('<DeleteResult') && code)
    return code === 'AccessDenied' ? 'refused' : code;
  if (status === 200 && body.includes('<ListAllMyBucketsResult') && !body.includes('<Bucket>'))
    return 'no bucket listed';
  if (status < 300) return 'allowed';
  return status === 403 ? 'refused' : `${status} ${code ?? ''}`.trim();
}

function pathOf({bucket, key}: {readonly bucket: string; readonly key?: string}): string {
  return key === undefined ? `/${bucket}` : `/${bucket}/${key}`;
}

async function putAsAdmin(store: LiveStore, bucket: string, key: string): Promise<void> {
  await callS3(store, store.admin, {method: 'PUT', path: pathOf({bucket, key}), body: 'content'});
}

async function createUpload(store: LiveStore, call: Call): Promise<Upload> {
  const path = pathOf(call);
  const {body} = await callS3(store, store.admin, {method: 'POST', path, query: 'uploads'});
  const id = /<UploadId>([^<]*)</.exec(body)?.[1] ?? '';
  const query = `partNumber=1&uploadId=${id}`;
  await callS3(store, store.admin, {method: 'PUT', path, query, body: 'content'});
  return {id, etag: createHash('md5').update('content').digest('hex')};
}

function completion(upload: Upload | undefined): string {
  const part = `<Part><PartNumber>1</PartNumber><ETag>"${upload?.etag}"</ETag></Part>`;
  return `<CompleteMultipartUpload ${XML}>${part}</CompleteMultipartUpload>`;
}
