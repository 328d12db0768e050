import {queryOf} from './aws-path.ts';
import {
  createSender,
  readXml,
  type Sender,
  type StoreAnswer,
  type StoreCall,
  type StoreOptions,
  unreadable,
} from './aws-request.ts';
import type {AccessKey, IamStore} from './iam.ts';
import {elementsAt, textAt, type XmlElement} from './xml.ts';

type Parameters = {readonly [name: string]: string};

/** No store has so many users that their names fill more pages. */
const MAX_PAGES = 100;

const FORM = {'content-type': 'application/x-www-form-urlencoded; charset=utf-8'};

/** AWS's IAM, as SeaweedFS and Ceph speak it too. */
export function createIamStore({dialect, ...options}: StoreOptions): IamStore {
  const region = dialect.iamRegion ?? options.region;
  const send = createSender({...options, region, service: 'iam'});
  const change = async (action: string, parameters: Parameters, signal: AbortSignal, tolerated?: string) =>
    await changeStore(send, action, parameters, signal, tolerated);
  return {
    createUser: async (user, signal) => {
      await change('CreateUser', {UserName: user}, signal, 'EntityAlreadyExists');
    },
    isUser: async (user, signal) => await isUser(send, user, signal),
    listUsers: async (prefix, signal) => {
      const users = await listAll(send, LISTS.users, {}, signal);
      return users.filter(name => name.startsWith(prefix));
    },
    deleteUser: async (user, signal) => {
      await change('DeleteUser', {UserName: user}, signal, GONE);
    },
    putUserPolicy: async (user, name, document, signal) => {
      const parameters = {UserName: user, PolicyName: name, PolicyDocument: JSON.stringify(document)};
      await change('PutUserPolicy', parameters, signal);
    },
    listUserPolicies: async (user, signal) => await listAll(send, LISTS.policies, {UserName: user}, signal),
    deleteUserPolicy: async (user, name, signal) => {
      await change('DeleteUserPolicy', {UserName: user, PolicyName: name}, signal, GONE);
    },
    createAccessKey: async (user, signal) => await createAccessKey(send, user, signal),
    listAccessKeys: async (user, signal) => await listAll(send, LISTS.keys, {UserName: user}, signal),
    deleteAccessKey: async (user, id, signal) => {
      await change('DeleteAccessKey', {UserName: user, AccessKeyId: id}, signal, GONE);
    },
  };
}

const GONE = 'NoSuchEntity';

/** Where each list has its names. */
const LISTS = {
  users: {action: 'ListUsers', list: 'Users', item: ['member', 'UserName']},
  policies: {action: 'ListUserPolicies', list: 'PolicyNames', item: ['member']},
  keys: {action: 'ListAccessKeys', list: 'AccessKeyMetadata', item: ['member', 'AccessKeyId']},
} as const;

type List = (typeof LISTS)[keyof typeof LISTS];

function createCall(action: string, parameters: Parameters, more: Partial<StoreCall>): StoreCall {
  // Stores that rebuild the form before they check its signature agree on RFC 3986's encoding alone.
  const body = queryOf({Action: action, Version: '2010-05-08', ...parameters});
  return {name: action, method: 'POST', path: '/', headers: FORM, body, isMutating: false, ...more};
}

async function changeStore(
  send: Sender,
  action: string,
  parameters: Parameters,
  signal: AbortSignal,
  tolerated?: string,
): Promise<void> {
  const call = createCall(action, parameters, {isMutating: true, ...(tolerated && {tolerated: [tolerated]})});
  const answer = await send(call, signal);
  if (answer.tolerated === undefined) readXml(call, answer, `${action}Response`);
}

async function isUser(send: Sender, user: string, signal: AbortSignal): Promise<boolean> {
  const call = createCall('GetUser', {UserName: user}, {tolerated: [GONE]});
  const answer = await send(call, signal);
  if (answer.tolerated) return false;
  if (textAt(readXml(call, answer, 'GetUserResponse'), 'GetUserResult', 'User', 'UserName') === user)
    return true;
  throw unreadable(call, 'is about another user');
}

async function createAccessKey(send: Sender, user: string, signal: AbortSignal): Promise<AccessKey> {
  const call = createCall('CreateAccessKey', {UserName: user}, {isMutating: true});
  const root = readXml(call, await send(call, signal), 'CreateAccessKeyResponse');
  const read = (field: string) => textAt(root, 'CreateAccessKeyResult', 'AccessKey', field);
  const [id, secret] = [read('AccessKeyId'), read('SecretAccessKey')];
  if (id && secret && read('UserName') === user) return {id, secret};
  throw unreadable(call, 'has no key for this user');
}

async function listAll(
  send: Sender,
  list: List,
  parameters: Parameters,
  signal: AbortSignal,
): Promise<string[]> {
  const names: string[] = [];
  let marker: string | undefined;
  for (let page = 0; page < MAX_PAGES; page++) {
    const call = createCall(
      list.action,
      {...parameters, ...(marker && {Marker: marker})},
      {tolerated: [GONE]},
    );
    const answer = await send(call, signal);
    if (answer.tolerated) return unknownUser(call, names);
    const {found, next} = readPage(call, answer, list);
    names.push(...found);
    if (next === undefined) return names;
    if (next === marker) throw unreadable(call, 'repeats its page');
    marker = next;
  }
  throw unreadable(createCall(list.action, {}, {}), 'has too many pages');
}

function unknownUser(call: StoreCall, names: readonly string[]): string[] {
  if (names.length === 0) return [];
  // Deleted between two pages: what was listed is no longer so, and what was not may be.
  throw unreadable(call, 'has lost its user between two pages');
}

// Half a list is no list: keys that are not seen would not be deleted.
function readPage(call: StoreCall, answer: StoreAnswer, {action, list, item}: List) {
  const root = readXml(call, answer, `${action}Response`);
  const [result] = elementsAt(root, `${action}Result`);
  const [items, surplus] = result ? elementsAt(result, list) : [];
  const found = items && !surplus ? readNames(items, item) : undefined;
  const next = result && readMarker(result);
  if (!found || !next) throw unreadable(call, 'is no list');
  return {found, next: next.marker};
}

function readNames(items: XmlElement, [member, field]: List['item']): string[] | undefined {
  const members = elementsAt(items, member);
  const names = members.map(element => (field ? textAt(element, field) : element.text));
  const isWhole = members.length === items.children.length && names.every(Boolean);
  return isWhole ? (names as string[]) : undefined;
}

// moto leaves IsTruncated out of some lists, and never cuts one.
function readMarker(result: XmlElement): {marker?: string} | undefined {
  const isTruncated = textAt(result, 'IsTruncated') ?? 'false';
  if (isTruncated === 'false') return {};
  const marker = textAt(result, 'Marker');
  return isTruncated === 'true' && marker ? {marker} : undefined;
}
