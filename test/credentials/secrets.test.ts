import {expect, test} from 'vitest';
import {isJsonObject, type Json} from '../../src/kubernetes/object.ts';
import {createTokenCheck} from '../../src/server/token.ts';
import {UID} from '../support/requests.ts';
import {errorReply, type Misbehaviour, send} from '../support/store-server.ts';
import {DAY_SECONDS, type FaultHook, misbehave, recover, type Seen, startFaultHook} from './fault-hook.ts';
import {RECORDS, SEAL} from './iam-setup.ts';

const TOKEN = 'token-of-metacontroller-4711';
const BASIC = `Basic ${Buffer.from(`metacontroller:${TOKEN}`).toString('base64')}`;
const RECORD_KEY = Buffer.alloc(32, 7);
const RECORD = `${RECORDS.clusterId}/${UID}`;

type Answer = Misbehaviour['answer'];

/** Everything that the store knows of a call: the request with its headers, and what it would have answered. */
function echoOf(...[, reply, {headers, body, url}]: Parameters<Answer>): string {
  return [
    url.href,
    JSON.stringify(headers),
    body.toString('latin1'),
    Buffer.from(reply.body ?? '').toString('latin1'),
  ]
    .join(' ')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;');
}

/** Answers that say more than they should. */
const ECHOES: {readonly [what: string]: Answer} = {
  'in an error': (...args) => send(args[0], errorReply(500, 'InternalError', echoOf(...args))),
  'as the error code': (...args) => send(args[0], errorReply(403, echoOf(...args))),
  'as no XML': (...args) => send(args[0], {status: 200, headers: {etag: '"e"'}, body: `<${echoOf(...args)}`}),
  'in headers': (...args) =>
    send(args[0], {status: 302, headers: {location: `http://x/${encodeURIComponent(echoOf(...args))}`}}),
};

const CALLS = ['GetObject', 'PutObject', 'CreateUser', 'PutUserPolicy', 'ListAccessKeys', 'CreateAccessKey'];
const ENDINGS = ['ListUserPolicies', 'DeleteAccessKey', 'DeleteUser', 'DeleteObject'];

/** What left the process, but for the data of Secrets. */
async function live(setting: FaultHook, secrets: Set<string>): Promise<string> {
  const {store, lines, metrics, wait} = setting;
  const told: string[] = [];
  store.onCall = () => {
    for (const {keys} of store.users.values())
      for (const pair of keys) for (const part of pair) secrets.add(part);
    return undefined;
  };
  const hook = setting.start({isAllowed: createTokenCheck(() => [TOKEN])});
  const tell = (seen: Seen) => void told.push(`${seen.status} ${withoutSecretData(seen.body)}`);
  const sync = async () => tell(await hook.sync({}, BASIC));
  tell(await hook.sync({}, `Bearer ${TOKEN}-wrong`));
  await sync();
  for (const call of CALLS)
    for (const at of ['before', 'after'] as const)
      for (const answer of Object.values(ECHOES)) {
        wait(DAY_SECONDS);
        for (const {keys} of store.users.values()) keys.clear();
        await misbehave(setting, {call, at, answer});
        await sync();
        await recover(setting);
        wait(121);
        await sync();
      }
  const record = store.buckets.get(RECORDS.bucket)?.get(RECORD);
  for (const body of damagedBodies([...secrets])) {
    store.buckets.get(RECORDS.bucket)?.set(RECORD, {body, etag: '"damaged"'});
    wait(121);
    await sync();
    tell(await hook.finalize(BASIC));
  }
  if (record) store.buckets.get(RECORDS.bucket)?.set(RECORD, record);
  for (const call of ENDINGS)
    for (const answer of Object.values(ECHOES)) {
      await misbehave(setting, {call, at: 'after', answer});
      tell(await hook.finalize(BASIC));
      await recover(setting);
      wait(61);
    }
  tell(await hook.finalize(BASIC));
  return [...told, ...lines, await metrics.text()].join('\n');
}

/** Records with keys in them that cannot be read, sealed and not. */
function damagedBodies(secrets: readonly string[]): Uint8Array[] {
  const text = JSON.stringify({current: secrets});
  const place = `${RECORDS.bucket}/${RECORD}`;
  return [
    Buffer.from(text),
    SEAL.seal(text, place),
    SEAL.seal(text.slice(0, -3), place),
    SEAL.seal(text, 'elsewhere'),
  ];
}

function withoutSecretData(body: string): string {
  return JSON.stringify(JSON.parse(body) as Json, (_, value: Json) =>
    isJsonObject(value) && value.kind === 'Secret' ? {...value, data: {}} : value,
  );
}

/** A text, and what base64 makes of it wherever it stands in a longer one. */
function formsOf(secret: string | Buffer): string[] {
  const bytes = Buffer.from(secret);
  const encoded = [0, 1, 2].map(before => {
    const text = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64url');
    // The outermost characters depend on what stands beside it.
    return text.slice(before === 0 ? 0 : before + 1, bytes.length % 3 === 0 && before === 0 ? undefined : -2);
  });
  const forms = [...encoded, ...encoded.map(text => text.replaceAll('-', '+').replaceAll('_', '/'))];
  return [...forms, bytes.toString('hex'), ...(typeof secret === 'string' ? [secret] : [])];
}

test('the forms of a secret are found in what holds it', () => {
  for (const before of ['', 'a', 'ab', 'abc'])
    for (const after of ['', 'x', 'xy']) {
      const text = Buffer.from(`${before}PLANTED-4711${after}`).toString('base64');
      expect(formsOf('PLANTED-4711').some(form => text.includes(form))).toBe(true);
    }
});

test('nothing that leaves the process has a secret in it, in any form, but for the data of Secrets', async () => {
  const setting = await startFaultHook();
  const secrets = new Set<string>();
  const all = await live(setting, secrets);
  // What was to be provoked was.
  for (const word of [
    '"level":50',
    '401 ',
    '503 ',
    '200 ',
    'it is not JSON',
    'event="damaged"',
    'finalized":true',
  ])
    expect(all).toContain(word);
  expect(secrets.size).toBeGreaterThan(20);
  const {id, secret} = setting.store.adminKey;
  const kept = [...secrets, id, secret, TOKEN, RECORD_KEY, RECORD_KEY.toString('base64')];
  const leaked = kept.flatMap(formsOf).filter(form => all.includes(form));
  expect(leaked).toEqual([]);
});
