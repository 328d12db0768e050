import type {StoreFailure} from '../../src/credentials/store/error.ts';
import {errorReply, type Misbehaviour, send} from '../support/store-server.ts';

type Answer = Misbehaviour['answer'];

/** No answer. */
export const HANG: Answer = () => undefined;
/** The connection ends without an answer. */
export const CUT: Answer = response => response.socket?.destroy();
/** An error as stores answer it. */
export const refuse =
  (status: number, code: string): Answer =>
  response =>
    send(response, errorReply(status, code));
const anHourAhead: Answer = response => {
  const date = new Date(Date.now() + 3_600_000).toUTCString();
  send(response, {...errorReply(403, 'SignatureDoesNotMatch'), headers: {date}});
};
/** The answer's first half. */
export const halfOf: Answer = (response, {status, body = '', headers}) => {
  const bytes = Buffer.from(body);
  send(response, {status, ...(headers && {headers}), body: bytes.subarray(0, bytes.length / 2)});
};

/** What a store does badly in one sync, and what comes of it. */
export interface FaultRow {
  readonly fault: string;
  /** The call that the store does badly; nobody listens at all where none is named. */
  readonly call?: string;
  readonly at?: Misbehaviour['at'];
  readonly answer?: Answer;
  /** Whose port is closed. */
  readonly closed?: 'iam' | 's3';
  /** Which of these calls; all where there is none. */
  readonly nth?: number;
  /** As the metrics count it; not at all where it is no failure. */
  readonly failure?: StoreFailure;
  /** What the tenant's condition says. */
  readonly says: string;
  /** When Metacontroller asks again: at once, or when a call that may still be carried out is over. */
  readonly resync: 2 | 5 | 60;
}

/** How stores misbehave in a sync. */
export const ROWS: readonly FaultRow[] = [
  {
    fault: 'the S3 port is closed',
    closed: 's3',
    failure: 'unreachable',
    says: 'cannot call GetObject: the connection failed with ECONNREFUSED',
    resync: 2,
  },
  {
    fault: 'the IAM port is closed',
    closed: 'iam',
    failure: 'unreachable',
    // Which call is the first differs with what is known of the tenant.
    says: 'the connection failed with ECONNREFUSED',
    resync: 2,
  },
  {
    fault: 'the record cannot be read: no answer',
    call: 'GetObject',
    answer: HANG,
    failure: 'timeout',
    says: 'cannot call GetObject: no answer in time',
    resync: 2,
  },
  {
    fault: 'the record cannot be read: the connection breaks',
    call: 'GetObject',
    answer: CUT,
    failure: 'unreachable',
    says: 'cannot call GetObject: the connection failed',
    resync: 2,
  },
  {
    fault: 'the record cannot be read: 500',
    call: 'GetObject',
    answer: refuse(500, 'InternalError'),
    failure: 'failed',
    says: 'cannot call GetObject: the store answered 500 InternalError',
    resync: 2,
  },
  {
    fault: 'the record cannot be read: slow down',
    call: 'GetObject',
    answer: refuse(503, 'SlowDown'),
    failure: 'throttled',
    says: 'cannot call GetObject: the store answered 503 SlowDown',
    resync: 2,
  },
  {
    fault: 'the record cannot be read: 403 for our key',
    call: 'GetObject',
    answer: refuse(403, 'InvalidAccessKeyId'),
    failure: 'denied',
    says: 'cannot call GetObject: the store answered 403 InvalidAccessKeyId',
    resync: 2,
  },
  {
    fault: 'the record cannot be read: the clocks differ',
    call: 'GetObject',
    answer: refuse(403, 'RequestTimeTooSkewed'),
    failure: 'clock',
    says: 'cannot call GetObject: the store answered 403 RequestTimeTooSkewed',
    resync: 2,
  },
  {
    fault: 'the record bucket is gone',
    call: 'GetObject',
    answer: refuse(404, 'NoSuchBucket'),
    failure: 'no-bucket',
    says: 'cannot call GetObject: the store answered 404 NoSuchBucket',
    resync: 2,
  },
  {
    fault: 'the lease is refused',
    call: 'PutObject',
    answer: refuse(403, 'AccessDenied'),
    failure: 'denied',
    says: 'cannot call PutObject: the store answered 403 AccessDenied',
    resync: 2,
  },
  {
    fault: 'the lease is taken, and the answer lost',
    call: 'PutObject',
    at: 'after',
    answer: HANG,
    failure: 'timeout',
    says: 'cannot call PutObject: no answer in time',
    resync: 60,
  },
  {
    fault: 'the user is not made: 403 for our key',
    call: 'CreateUser',
    answer: refuse(403, 'AccessDenied'),
    failure: 'denied',
    says: 'cannot call CreateUser: the store answered 403 AccessDenied',
    resync: 2,
  },
  {
    fault: 'the user is made, and 500 answered',
    call: 'CreateUser',
    at: 'after',
    answer: refuse(500, 'InternalError'),
    failure: 'failed',
    says: 'cannot call CreateUser: the store answered 500 InternalError',
    resync: 60,
  },
  {
    fault: 'the policy is not put: slow down',
    call: 'PutUserPolicy',
    answer: refuse(503, 'SlowDown'),
    failure: 'throttled',
    says: 'cannot call PutUserPolicy: the store answered 503 SlowDown',
    resync: 2,
  },
  {
    fault: 'the policy is put, and the answer cut off',
    call: 'PutUserPolicy',
    at: 'after',
    answer: halfOf,
    failure: 'failed',
    says: 'cannot call PutUserPolicy: the answer is no whole PutUserPolicyResponse',
    resync: 60,
  },
  {
    fault: 'half a list of keys',
    call: 'ListAccessKeys',
    at: 'after',
    answer: halfOf,
    failure: 'failed',
    says: 'cannot call ListAccessKeys: the answer is no whole ListAccessKeysResponse',
    resync: 2,
  },
  {
    fault: 'no list of keys: 500',
    call: 'ListAccessKeys',
    answer: refuse(500, 'InternalError'),
    failure: 'failed',
    says: 'cannot call ListAccessKeys: the store answered 500 InternalError',
    resync: 2,
  },
  {
    fault: 'no key: 403 for our key',
    call: 'CreateAccessKey',
    answer: refuse(403, 'AccessDenied'),
    failure: 'denied',
    says: 'cannot call CreateAccessKey: the store answered 403 AccessDenied',
    resync: 2,
  },
  {
    fault: 'no key: slow down',
    call: 'CreateAccessKey',
    answer: refuse(503, 'SlowDown'),
    failure: 'throttled',
    says: 'cannot call CreateAccessKey: the store answered 503 SlowDown',
    resync: 2,
  },
  {
    fault: 'no key: the limit is reached',
    call: 'CreateAccessKey',
    answer: refuse(409, 'LimitExceeded'),
    failure: 'limit',
    says: 'cannot call CreateAccessKey: the store answered 409 LimitExceeded',
    resync: 2,
  },
  {
    fault: 'no key: the clocks differ',
    call: 'CreateAccessKey',
    answer: refuse(403, 'RequestExpired'),
    failure: 'clock',
    says: 'cannot call CreateAccessKey: the store answered 403 RequestExpired',
    resync: 2,
  },
  {
    fault: 'no key, and no answer',
    call: 'CreateAccessKey',
    answer: HANG,
    failure: 'timeout',
    says: 'cannot call CreateAccessKey: no answer in time',
    resync: 60,
  },
  {
    fault: 'the key is made, and the answer lost',
    call: 'CreateAccessKey',
    at: 'after',
    answer: HANG,
    failure: 'timeout',
    says: 'cannot call CreateAccessKey: no answer in time',
    resync: 60,
  },
  {
    fault: 'the key is made, and the connection breaks',
    call: 'CreateAccessKey',
    at: 'after',
    answer: CUT,
    failure: 'unreachable',
    says: 'cannot call CreateAccessKey: the connection failed',
    resync: 60,
  },
  {
    fault: 'the key is made, and the answer cut off',
    call: 'CreateAccessKey',
    at: 'after',
    answer: halfOf,
    failure: 'failed',
    says: 'cannot call CreateAccessKey: the answer is no whole CreateAccessKeyResponse',
    resync: 60,
  },
  {
    fault: 'the key is made, and 500 answered',
    call: 'CreateAccessKey',
    at: 'after',
    answer: refuse(500, 'ServiceFailure'),
    failure: 'failed',
    says: 'cannot call CreateAccessKey: the store answered 500 ServiceFailure',
    resync: 60,
  },
  {
    fault: 'our signature is called wrong by a store whose clock is an hour ahead',
    call: 'CreateUser',
    answer: anHourAhead,
    failure: 'clock',
    says: 'cannot call CreateUser: the store answered 403 SignatureDoesNotMatch',
    resync: 2,
  },
  {
    fault: 'the record is not written: 500',
    call: 'PutObject',
    nth: 2,
    answer: refuse(500, 'InternalError'),
    failure: 'failed',
    says: 'cannot call PutObject: the store answered 500 InternalError',
    resync: 60,
  },
  {
    fault: 'the record is not written: 403',
    call: 'PutObject',
    nth: 2,
    answer: refuse(403, 'AccessDenied'),
    failure: 'denied',
    says: 'cannot call PutObject: the store answered 403 AccessDenied',
    resync: 2,
  },
  {
    fault: 'the record is written, and the answer lost',
    call: 'PutObject',
    nth: 2,
    at: 'after',
    answer: HANG,
    failure: 'timeout',
    says: 'cannot call PutObject: no answer in time',
    resync: 60,
  },
  {
    fault: 'the record was written by somebody else',
    call: 'PutObject',
    nth: 2,
    answer: refuse(412, 'PreconditionFailed'),
    says: 'another hook is changing this access',
    resync: 5,
  },
];
