import {describe, expect, test} from 'vitest';
import type {IamStore} from '../../../src/credentials/store/iam.ts';
import {patience} from '../../store/contract.ts';
import {answer, startBrokenStore} from './broken-server.ts';

type Call = (iam: IamStore, signal: AbortSignal) => Promise<unknown>;

interface Answer {
  readonly of: string;
  readonly call: Call;
  readonly status?: number;
  /** Between the root's tags. */
  readonly body: string;
  readonly root: string;
  readonly result: unknown;
}

const createUser: Call = (iam, signal) => iam.createUser('u', signal);
const isUser: Call = (iam, signal) => iam.isUser('u', signal);
const listUsers: Call = (iam, signal) => iam.listUsers('ps-', signal);
const deleteUser: Call = (iam, signal) => iam.deleteUser('u', signal);
const putUserPolicy: Call = (iam, signal) => iam.putUserPolicy('u', 'p', {Statement: []}, signal);
const listUserPolicies: Call = (iam, signal) => iam.listUserPolicies('u', signal);
const deleteUserPolicy: Call = (iam, signal) => iam.deleteUserPolicy('u', 'p', signal);
const createAccessKey: Call = (iam, signal) => iam.createAccessKey('u', signal);
const listAccessKeys: Call = (iam, signal) => iam.listAccessKeys('u', signal);
const deleteAccessKey: Call = (iam, signal) => iam.deleteAccessKey('u', 'A', signal);

const META = '<ResponseMetadata><RequestId>18EB4FB2FD4EEE49497A3E23</RequestId></ResponseMetadata>';
const failed = (error: string, failure = 'failed') => ({failure, message: expect.stringContaining(error)});

// As the stores answered, but for names and keys.
const ANSWERS: readonly Answer[] = [
  {
    of: 'SeaweedFS',
    call: createUser,
    root: 'CreateUserResponse',
    body: `<CreateUserResult><User><Arn>arn:aws:iam::000000000000:user/u</Arn><Path>/</Path><UserName>u</UserName></User></CreateUserResult>${META}`,
    result: undefined,
  },
  {
    of: 'SeaweedFS',
    call: createUser,
    status: 409,
    root: 'ErrorResponse',
    body: '<Error><Code>EntityAlreadyExists</Code><Message>user already exists</Message><Type>Sender</Type></Error><RequestId>1</RequestId>',
    result: undefined,
  },
  {
    of: 'moto',
    call: isUser,
    root: 'GetUserResponse',
    body: `<GetUserResult><User><Path>/</Path><UserName>u</UserName><UserId>mzntzdjg2wh06wofo6e6</UserId><Arn>arn:aws:iam::123456789012:user/u</Arn><CreateDate>2026-11-25T14:19:56.229113Z</CreateDate></User></GetUserResult>${META}`,
    result: true,
  },
  {
    of: 'a store that means another user',
    call: isUser,
    root: 'GetUserResponse',
    body: `<GetUserResult><User><UserName>other</UserName></User></GetUserResult>${META}`,
    result: failed('the answer is about another user'),
  },
  {
    of: 'moto',
    call: isUser,
    status: 404,
    root: 'ErrorResponse',
    body: '<Error><Type>Sender</Type><Code>NoSuchEntity</Code><Message>The user with name u cannot be found.</Message><message>The user with name u cannot be found.</message></Error><RequestId>1</RequestId>',
    result: false,
  },
  {
    of: 'SeaweedFS',
    call: listUsers,
    root: 'ListUsersResponse',
    body: `<ListUsersResult><Users><member><Arn>arn:aws:iam::000000000000:user/kubeflow-admin</Arn><Path>/</Path><UserName>kubeflow-admin</UserName></member><member><Arn>arn:aws:iam::000000000000:user/ps-u</Arn><Path>/</Path><UserName>ps-u</UserName></member></Users><IsTruncated>false</IsTruncated></ListUsersResult>${META}`,
    result: ['ps-u'],
  },
  {
    of: 'moto',
    call: listUsers,
    root: 'ListUsersResponse',
    body: `<ListUsersResult><Users/><IsTruncated>false</IsTruncated></ListUsersResult>${META}`,
    result: [],
  },
  {of: 'moto', call: deleteUser, root: 'DeleteUserResponse', body: META, result: undefined},
  {
    of: 'AWS, for a user with keys',
    call: deleteUser,
    status: 409,
    root: 'ErrorResponse',
    body: '<Error><Type>Sender</Type><Code>DeleteConflict</Code></Error>',
    result: failed('the store answered 409 DeleteConflict'),
  },
  {of: 'SeaweedFS', call: putUserPolicy, root: 'PutUserPolicyResponse', body: META, result: undefined},
  {
    of: 'SeaweedFS',
    call: putUserPolicy,
    status: 400,
    root: 'ErrorResponse',
    body: '<Error><Code>MalformedPolicyDocument</Code><Message>not a valid action: &#39;NoSuchThing&#39;</Message><Type>Sender</Type></Error>',
    result: failed('the store answered 400 MalformedPolicyDocument'),
  },
  {
    of: 'SeaweedFS whose embedded IAM is read-only',
    call: putUserPolicy,
    status: 403,
    root: 'ErrorResponse',
    body: '<Error><Code>AccessDenied</Code><Message>IAM write operations are disabled on this server</Message><Type>Sender</Type></Error>',
    result: failed('the store answered 403 AccessDenied', 'denied'),
  },
  {
    of: 'SeaweedFS',
    call: listUserPolicies,
    root: 'ListUserPoliciesResponse',
    body: `<ListUserPoliciesResult><PolicyNames><member>p1</member><member>p2</member></PolicyNames><IsTruncated>false</IsTruncated></ListUserPoliciesResult>${META}`,
    result: ['p1', 'p2'],
  },
  {of: 'SeaweedFS', call: deleteUserPolicy, root: 'DeleteUserPolicyResponse', body: META, result: undefined},
  {
    of: 'SeaweedFS',
    call: createAccessKey,
    root: 'CreateAccessKeyResponse',
    body: `<CreateAccessKeyResult><AccessKey><AccessKeyId>A</AccessKeyId><SecretAccessKey>S/+</SecretAccessKey><Status>Active</Status><UserName>u</UserName></AccessKey></CreateAccessKeyResult>${META}`,
    result: {id: 'A', secret: 'S/+'},
  },
  {
    of: 'moto',
    call: createAccessKey,
    status: 403,
    root: 'ErrorResponse',
    body: '<Errors><Error><Code>InvalidClientTokenId</Code><Message>The security token included in the request is invalid.</Message><Type>Sender</Type></Error></Errors>',
    result: failed('the store answered 403 InvalidClientTokenId', 'denied'),
  },
  {
    of: 'moto, which leaves IsTruncated out',
    call: listAccessKeys,
    root: 'ListAccessKeysResponse',
    body: `<ListAccessKeysResult><AccessKeyMetadata><member><UserName>u</UserName><AccessKeyId>A</AccessKeyId><Status>Active</Status><CreateDate>2026-11-25T14:19:56.338961Z</CreateDate></member></AccessKeyMetadata></ListAccessKeysResult>${META}`,
    result: ['A'],
  },
  {
    of: 'SeaweedFS, for an unknown user',
    call: listAccessKeys,
    root: 'ListAccessKeysResponse',
    body: `<ListAccessKeysResult><AccessKeyMetadata></AccessKeyMetadata><IsTruncated>false</IsTruncated></ListAccessKeysResult>${META}`,
    result: [],
  },
  {
    of: 'moto, for an unknown user',
    call: listAccessKeys,
    status: 404,
    root: 'ErrorResponse',
    body: '<Error><Type>Sender</Type><Code>NoSuchEntity</Code></Error>',
    result: [],
  },
  {of: 'SeaweedFS', call: deleteAccessKey, root: 'DeleteAccessKeyResponse', body: META, result: undefined},
];

describe('answers of real stores', () => {
  test.each(ANSWERS.map(row => ({...row, status: row.status ?? 200, name: row.call.name})))(
    '$name of $of: $status $root',
    async ({call, status, root, body, result}) => {
      const document = `<${root} xmlns="https://iam.amazonaws.com/doc/2010-05-08/">${body}</${root}>`;
      const store = await startBrokenStore(answer(status, document));
      const outcome = await call(store.iam, patience()).catch((error: unknown) => error);
      if (result !== null && typeof result === 'object' && 'failure' in result)
        expect(outcome).toMatchObject(result);
      else expect(outcome).toEqual(result);
      await store.stop();
    },
  );

  test('a user that goes between two pages is no user without keys', async () => {
    let page = 0;
    const store = await startBrokenStore((response, request) => {
      page += 1;
      const first =
        '<ListAccessKeysResponse><ListAccessKeysResult><AccessKeyMetadata><member><AccessKeyId>A</AccessKeyId></member></AccessKeyMetadata><IsTruncated>true</IsTruncated><Marker>1</Marker></ListAccessKeysResult></ListAccessKeysResponse>';
      const gone = '<ErrorResponse><Error><Code>NoSuchEntity</Code></Error></ErrorResponse>';
      (page === 1 ? answer(200, first) : answer(404, gone))(response, request);
    });
    await expect(store.iam.listAccessKeys('u', patience())).rejects.toThrow('has lost its user');
    await store.stop();
  });
});
