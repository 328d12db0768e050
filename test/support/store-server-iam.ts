import type {IamStore} from '../../src/credentials/store/iam.ts';
import type {StoreReply, StoreRequest} from './store-server.ts';

type Parameters = (name: string) => string;
type Action = (iam: IamStore, read: Parameters, signal: AbortSignal) => Promise<string | undefined>;

const none = async (done: Promise<void>) => void (await done);
const members = (list: string, items: readonly string[], field?: string) =>
  `<IsTruncated>false</IsTruncated><${list}>${items
    .map(item => `<member>${field ? `<${field}>${item}</${field}>` : item}</member>`)
    .join('')}</${list}>`;

/** What each action's result has in it; undefined for one that is answered without any. */
const ACTIONS: {readonly [name: string]: Action} = {
  CreateUser: (iam, read, signal) => none(iam.createUser(read('UserName'), signal)),
  GetUser: async (iam, read, signal) =>
    (await iam.isUser(read('UserName'), signal))
      ? `<User><UserName>${read('UserName')}</UserName></User>`
      : undefined,
  ListUsers: async (iam, _, signal) => members('Users', await iam.listUsers('', signal), 'UserName'),
  DeleteUser: (iam, read, signal) => none(iam.deleteUser(read('UserName'), signal)),
  PutUserPolicy: (iam, read, signal) =>
    none(
      iam.putUserPolicy(
        read('UserName'),
        read('PolicyName'),
        JSON.parse(read('PolicyDocument')) as object,
        signal,
      ),
    ),
  ListUserPolicies: async (iam, read, signal) =>
    members('PolicyNames', await iam.listUserPolicies(read('UserName'), signal)),
  DeleteUserPolicy: (iam, read, signal) =>
    none(iam.deleteUserPolicy(read('UserName'), read('PolicyName'), signal)),
  CreateAccessKey: async (iam, read, signal) => {
    const {id, secret} = await iam.createAccessKey(read('UserName'), signal);
    const user = `<UserName>${read('UserName')}</UserName>`;
    return `<AccessKey>${user}<AccessKeyId>${id}</AccessKeyId><SecretAccessKey>${secret}</SecretAccessKey></AccessKey>`;
  },
  ListAccessKeys: async (iam, read, signal) =>
    members('AccessKeyMetadata', await iam.listAccessKeys(read('UserName'), signal), 'AccessKeyId'),
  DeleteAccessKey: (iam, read, signal) =>
    none(iam.deleteAccessKey(read('UserName'), read('AccessKeyId'), signal)),
};

const NO_USER =
  '<ErrorResponse><Error><Type>Sender</Type><Code>NoSuchEntity</Code></Error><RequestId>1</RequestId></ErrorResponse>';

/** Carries out an action of the IAM query API. */
export async function answerIam(
  {name, body}: StoreRequest,
  iam: IamStore,
  signal: AbortSignal,
): Promise<StoreReply> {
  const parameters = new URLSearchParams(body.toString());
  const result = await ACTIONS[name]?.(iam, key => parameters.get(key) ?? '', signal);
  if (name === 'GetUser' && result === undefined) return {status: 404, body: NO_USER};
  return {
    status: 200,
    body: `<${name}Response><${name}Result>${result ?? ''}</${name}Result></${name}Response>`,
  };
}
