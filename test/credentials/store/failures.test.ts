import {inspect} from 'node:util';
import {describe, expect, test} from 'vitest';
import type {StoreError, StoreFailure} from '../../../src/credentials/store/error.ts';
import {isStoreError} from '../../../src/credentials/store/error.ts';
import {patience} from '../../store/contract.ts';
import {freePort} from '../../support/port.ts';
import {
  answer,
  type Behaviour,
  connectTo,
  iamError,
  SECRETS,
  s3Error,
  startBrokenStore,
} from './broken-server.ts';

type Store = ReturnType<typeof connectTo>;

const BODY = new Uint8Array(Buffer.from('record-in-the-clear'));

// One change and one read of each API; every row says what each of them means.
const CALLS: {readonly [name: string]: (store: Store, signal: AbortSignal) => Promise<unknown>} = {
  createAccessKey: ({iam}, signal) => iam.createAccessKey('tenant-user', signal),
  listAccessKeys: ({iam}, signal) => iam.listAccessKeys('tenant-user', signal),
  putObject: ({objects}, signal) => objects.putObject('bucket', 'key', BODY, {ifNoneMatch: '*'}, signal),
  getObject: ({objects}, signal) => objects.getObject('bucket', 'key', signal),
  deleteObject: ({objects}, signal) => objects.deleteObject('bucket', 'key', signal),
  listObjects: ({objects}, signal) => objects.listObjects('bucket', 'prefix/', 10, signal),
  isBucket: ({objects}, signal) => objects.isBucket('bucket', signal),
};
const CHANGES = ['createAccessKey', 'putObject', 'deleteObject'];

async function failureOf(store: Store, call: string, signal = patience()): Promise<StoreError> {
  try {
    const result = await (CALLS[call] as (typeof CALLS)[string])(store, signal);
    throw new Error(`${call} succeeded with ${JSON.stringify(result)}`);
  } catch (error) {
    if (!isStoreError(error)) throw error;
    const told = inspect(error, {depth: 9, showHidden: true});
    const secrets = [...Object.values(SECRETS), 'body-text', 'record-in-the-clear', 'LEAKED', 'Signature='];
    for (const secret of secrets) expect(told).not.toContain(secret);
    expect(error.message).toMatch(/^cannot call [A-Z]\w+: /);
    return error;
  }
}

interface Row {
  readonly what: string;
  readonly behave: Behaviour;
  readonly failure: StoreFailure;
  /** Whether a change may have been done. */
  readonly isUnknown: boolean;
  readonly calls?: readonly string[];
}

const IAM = ['createAccessKey', 'listAccessKeys'];
const S3 = ['putObject', 'getObject', 'deleteObject', 'listObjects'];
const ALL = Object.keys(CALLS);

const HTML = '<!doctype html><html lang=en><title>LEAKED</title><p>hello';
const CUT = '<?xml version="1.0"?><ListAccessKeysResponse><ListAccessKeysResult><AccessKeyMetadata>';

const ROWS: readonly Row[] = [
  {what: '500 without a code', behave: answer(500, HTML), failure: 'failed', isUnknown: true, calls: ALL},
  {what: '500 InternalError', behave: s3Error(500, 'InternalError'), failure: 'failed', isUnknown: true},
  {what: '500 ServiceFailure', behave: iamError(500, 'ServiceFailure'), failure: 'failed', isUnknown: true},
  {what: '502 of a proxy', behave: answer(502, HTML), failure: 'failed', isUnknown: true, calls: ALL},
  {what: '503 of a proxy', behave: answer(503, HTML), failure: 'throttled', isUnknown: true, calls: ALL},
  {
    what: '503 ServiceUnavailable',
    behave: s3Error(503, 'ServiceUnavailable'),
    failure: 'throttled',
    isUnknown: true,
  },
  {what: '503 SlowDown', behave: s3Error(503, 'SlowDown'), failure: 'throttled', isUnknown: false},
  {what: '400 Throttling', behave: iamError(400, 'Throttling'), failure: 'throttled', isUnknown: false},
  {what: '429', behave: answer(429), failure: 'throttled', isUnknown: false, calls: ALL},
  {what: '401', behave: answer(401, HTML), failure: 'denied', isUnknown: false, calls: ALL},
  {what: '403 AccessDenied', behave: iamError(403, 'AccessDenied'), failure: 'denied', isUnknown: false},
  {
    what: '403 InvalidClientTokenId',
    behave: iamError(403, 'InvalidClientTokenId'),
    failure: 'denied',
    isUnknown: false,
  },
  {
    what: '403 InvalidAccessKeyId',
    behave: s3Error(403, 'InvalidAccessKeyId'),
    failure: 'denied',
    isUnknown: false,
  },
  {
    what: '403 SignatureDoesNotMatch',
    behave: s3Error(403, 'SignatureDoesNotMatch'),
    failure: 'denied',
    isUnknown: false,
  },
  {what: '401 AuthFailure', behave: iamError(401, 'AuthFailure'), failure: 'denied', isUnknown: false},
  {
    what: '403 RequestTimeTooSkewed',
    behave: s3Error(403, 'RequestTimeTooSkewed'),
    failure: 'clock',
    isUnknown: false,
  },
  {what: '409 LimitExceeded', behave: iamError(409, 'LimitExceeded'), failure: 'limit', isUnknown: false},
  {
    what: '404 NoSuchBucket',
    behave: s3Error(404, 'NoSuchBucket'),
    failure: 'no-bucket',
    isUnknown: false,
    calls: S3,
  },
  {
    what: '412 PreconditionFailed',
    behave: s3Error(412, 'PreconditionFailed'),
    failure: 'conflict',
    isUnknown: false,
    calls: ['putObject'],
  },
  {
    what: '412 without a code',
    behave: answer(412),
    failure: 'conflict',
    isUnknown: false,
    calls: ['putObject'],
  },
  {
    what: '409 ConditionalRequestConflict',
    behave: s3Error(409, 'ConditionalRequestConflict'),
    failure: 'conflict',
    isUnknown: false,
    calls: ['putObject'],
  },
  {
    what: '400 MalformedPolicyDocument',
    behave: iamError(400, 'MalformedPolicyDocument'),
    failure: 'failed',
    isUnknown: false,
    calls: ['createAccessKey'],
  },
  {
    what: 'a code of Object.prototype',
    behave: s3Error(400, 'constructor'),
    failure: 'failed',
    isUnknown: false,
  },
  {what: 'a code that is no code', behave: s3Error(400, 'LEAKED 1'), failure: 'failed', isUnknown: false},
  {
    what: 'a 404 that no store answers',
    behave: answer(404, HTML),
    failure: 'failed',
    isUnknown: false,
    calls: [...IAM, ...S3],
  },
  {
    what: 'a redirect',
    behave: answer(307, '', {location: 'http://127.0.0.1:9/'}),
    failure: 'failed',
    isUnknown: false,
    calls: ALL,
  },
  {
    what: '200 with a page of HTML',
    behave: answer(200, HTML),
    failure: 'failed',
    isUnknown: true,
    calls: [...IAM, ...S3],
  },
  {what: '200 with nothing', behave: answer(200), failure: 'failed', isUnknown: true, calls: [...IAM, ...S3]},
  {
    what: '200 with XML cut off',
    behave: answer(200, CUT),
    failure: 'failed',
    isUnknown: true,
    calls: [...IAM, 'listObjects'],
  },
  {
    what: '200 with a DTD',
    behave: answer(200, `<!DOCTYPE x [<!ENTITY a "b">]>${CUT}`),
    failure: 'failed',
    isUnknown: true,
    calls: [...IAM, 'listObjects'],
  },
  {
    what: '200 with far too much',
    behave: answer(200, Buffer.alloc(9 * 1024 * 1024, '<')),
    failure: 'failed',
    isUnknown: true,
    calls: [...IAM, ...S3],
  },
  {
    what: 'a length that does not come',
    behave: breakOff,
    failure: 'unreachable',
    isUnknown: true,
    calls: [...IAM, ...S3],
  },
  {
    what: 'a reset after the request was read',
    behave: reset,
    failure: 'unreachable',
    isUnknown: true,
    calls: ALL,
  },
];

function breakOff(response: Parameters<Behaviour>[0]): void {
  response.writeHead(200, {'content-length': '1000', etag: '"x"'});
  response.write('<List');
  setTimeout(() => response.destroy(), 20);
}

function reset(response: Parameters<Behaviour>[0]): void {
  response.socket?.resetAndDestroy();
}

describe('a call that gets a bad answer', () => {
  const rows = ROWS.flatMap(({calls = [...IAM, ...S3], ...row}) => calls.map(call => ({...row, call})));
  test.each(rows)('$call: $what is $failure', async ({behave, call, failure, isUnknown}) => {
    const store = await startBrokenStore(behave);
    try {
      const error = await failureOf(store, call);
      expect(error).toMatchObject({failure, isOutcomeUnknown: isUnknown && CHANGES.includes(call)});
      expect(store.seen).toHaveLength(1);
    } finally {
      await store.stop();
    }
  });
});

describe('a call that gets no answer', () => {
  test.each(ALL)('%s: nobody listens, so nothing is done', async call => {
    const store = connectTo(await freePort());
    expect(await failureOf(store, call)).toMatchObject({failure: 'unreachable', isOutcomeUnknown: false});
  });

  test.each(ALL)('%s: an unknown name is unreachable, and nothing is done', async call => {
    const store = connectTo(1, {endpoint: new URL('http://store.invalid')});
    expect(await failureOf(store, call)).toMatchObject({failure: 'unreachable', isOutcomeUnknown: false});
  });

  test.each(ALL)('%s: plain HTTP where TLS is expected, so nothing is done', async call => {
    const store = await startBrokenStore(answer(200));
    const overTls = connectTo(1, {endpoint: new URL(`https://127.0.0.1:${store.port}`)});
    expect(await failureOf(overTls, call)).toMatchObject({failure: 'unreachable', isOutcomeUnknown: false});
    expect(store.seen).toEqual([]);
    await store.stop();
  });

  test.each(ALL)('%s: a store that hangs is a timeout, and a change may be done', async call => {
    const store = await startBrokenStore(() => {}, {timeoutMilliseconds: 100});
    const error = await failureOf(store, call);
    expect(error).toMatchObject({failure: 'timeout', isOutcomeUnknown: CHANGES.includes(call)});
    await store.stop();
  });

  test.each(ALL)('%s: an answer that never ends is a timeout', async call => {
    const drip: Behaviour = response => {
      response.writeHead(call === 'isBucket' ? 500 : 200, {etag: '"x"'}).flushHeaders();
      setInterval(() => response.write('<'), 20).unref();
    };
    const store = await startBrokenStore(drip, {timeoutMilliseconds: 150});
    const expected = call === 'isBucket' ? 'failed' : 'timeout';
    expect(await failureOf(store, call)).toMatchObject({failure: expected});
    await store.stop();
  });

  test("the caller's signal ends a call before its own limit", async () => {
    const store = await startBrokenStore(() => {});
    const started = performance.now();
    const error = await failureOf(store, 'createAccessKey', AbortSignal.timeout(50));
    expect(error).toMatchObject({failure: 'timeout', isOutcomeUnknown: true});
    expect(performance.now() - started).toBeLessThan(1000);
    await store.stop();
  });
});

describe('what the store does not say, but its clock does', () => {
  test.each([
    {hours: 0, failure: 'denied'},
    {hours: 1, failure: 'clock'},
  ])('SignatureDoesNotMatch of a store $hours hours off is $failure', async ({hours, failure}) => {
    const date = new Date(Date.now() + hours * 3_600_000).toUTCString();
    const body = '<ErrorResponse><Error><Code>SignatureDoesNotMatch</Code></Error></ErrorResponse>';
    const store = await startBrokenStore(answer(403, body, {date}));
    expect(await failureOf(store, 'listAccessKeys')).toMatchObject({failure});
    await store.stop();
  });

  test.each([
    {what: 'with a clock like ours is a wrong key', hours: 0, failure: 'denied'},
    {what: 'with a clock an hour off is the clock', hours: 1, failure: 'clock'},
    {what: 'with a clock an hour behind is the clock', hours: -1, failure: 'clock'},
  ])('403 $what', async ({hours, failure}) => {
    const date = new Date(Date.now() + hours * 3_600_000).toUTCString();
    const store = await startBrokenStore(answer(403, '', {date}));
    expect(await failureOf(store, 'isBucket')).toMatchObject({failure});
    await store.stop();
  });
});

test('a key with a line break is an error that tells neither half', async () => {
  const store = connectTo(1, {credentials: () => ({accessKeyId: 'LEAKED\n', secretAccessKey: 'LEAKED\n'})});
  const error = await failureOf(store, 'createAccessKey');
  expect(error).toMatchObject({failure: 'failed', isOutcomeUnknown: false});
});
