import {describe, expect, test} from 'vitest';
import type {Json, JsonObject} from '../../src/kubernetes/object.ts';
import {openConnection, requestBytes} from '../support/connection.ts';
import {createServer, profile, syncRequest} from '../support/server.ts';

const MEBIBYTE = 1024 * 1024;

/** Sending and escaping megabytes takes its time. */
const SLOW_MILLISECONDS = 30_000;

/** Stands for a key: it is in every request, and may be in no error. */
const PLANTED = 'PLANTED-KEY';

const TOO_LONG = 'a'.repeat(64);

describe('what is no request is a 400', () => {
  test.each<{rule: string; body: string | Buffer; error: string}>([
    {rule: 'an empty body', body: '', error: 'cannot read request: the body is empty'},
    {rule: 'null', body: 'null', error: 'the body is not a map'},
    {rule: 'a list', body: '[]', error: 'the body is not a map'},
    {rule: 'a text', body: `"${PLANTED}"`, error: 'the body is not a map'},
    {rule: 'half a request', body: `{"object": "${PLANTED}`, error: 'the body is not JSON'},
    {rule: '10 MiB of [', body: '['.repeat(10 * MEBIBYTE), error: 'nested too deeply'},
    {
      rule: '5 MiB of balanced lists',
      body: '['.repeat(2.5 * MEBIBYTE) + ']'.repeat(2.5 * MEBIBYTE),
      error: 'nested too deeply',
    },
    {rule: 'invalid UTF-8', body: Buffer.from([0x22, 0xff, 0x22]), error: 'the body is not UTF-8'},
    {
      rule: "a spec with 5 MiB of maps in maps, where a Profile's should be",
      body: JSON.stringify(syncRequest({object: profile({spec: 'DEEP'})})).replace(
        '"DEEP"',
        nested(5 * MEBIBYTE),
      ),
      error: 'the body is nested too deeply',
    },
  ])('$rule', {timeout: SLOW_MILLISECONDS}, async ({body, error}) => {
    await expectRefusal(body, 400, error);
  });
});

describe('a request of the wrong shape is a 400', () => {
  const observed = (object: Json) => syncRequest({attachments: {'ConfigMap.v1': {'alice/settings': object}}});
  test.each<{rule: string; request: JsonObject; error: string}>([
    {rule: 'both modes', request: syncRequest({parent: profile()}), error: 'it has both of'},
    {rule: 'neither mode', request: {controller: {}, related: {}}, error: 'it has neither of'},
    {
      rule: 'children that are null',
      request: syncRequest({attachments: null}),
      error: 'attachments is not a map',
    },
    {
      rule: 'children that are a list',
      request: syncRequest({attachments: []}),
      error: 'attachments is not a map',
    },
    {
      rule: 'a group that is null',
      request: syncRequest({attachments: {'ConfigMap.v1': null}}),
      error: 'attachments["ConfigMap.v1"] is not a map',
    },
    {
      rule: 'a group that is a list',
      request: syncRequest({attachments: {'ConfigMap.v1': [PLANTED]}}),
      error: 'attachments["ConfigMap.v1"] is not a map',
    },
    {rule: 'a child that is null', request: observed(null), error: '["alice/settings"] is not a map'},
    {rule: 'a child that is a list', request: observed([PLANTED]), error: '["alice/settings"] is not a map'},
    {
      rule: 'a child without a name',
      request: observed({apiVersion: 'v1', kind: 'ConfigMap', data: {key: PLANTED}}),
      error: '["alice/settings"] is no Kubernetes object',
    },
    {rule: 'related that is a list', request: syncRequest({related: []}), error: 'related is not a map'},
  ])('$rule', async ({request, error}) => {
    await expectRefusal(JSON.stringify(request), 400, error);
  });
});

describe('a Profile that cannot be used is a 400', () => {
  test.each<{rule: string; object: Json; error: string}>([
    {
      rule: 'no Profile at all',
      object: {kind: 'Namespace', metadata: {name: 'alice'}},
      error: 'kind is not Profile',
    },
    {rule: 'null', object: null, error: 'kind is not Profile'},
    {rule: 'without an owner', object: profile({spec: {}}), error: 'spec.owner is missing'},
    {rule: 'without a name', object: profile({metadata: {name: ''}}), error: 'metadata.name is missing'},
    {rule: 'without a uid', object: profile({metadata: {uid: null}}), error: 'metadata.uid is missing'},
    {
      rule: 'a name of 64 characters',
      object: profile({metadata: {name: TOO_LONG}}),
      error: 'has 64 characters',
    },
    {rule: 'a name with a path', object: profile({metadata: {name: '../b'}}), error: 'is no namespace name'},
    {rule: 'a name with a dot', object: profile({metadata: {name: 'a.b'}}), error: 'is no namespace name'},
  ])('$rule', async ({object, error}) => {
    await expectRefusal(JSON.stringify(syncRequest({object})), 400, error);
  });
});

describe('what would be answered with a shorter list is a 500', () => {
  test.each<{rule: string; request: JsonObject; error: string}>([
    {
      rule: 'related that is null',
      request: syncRequest({related: null}),
      error: 'related has no Namespace.v1',
    },
  ])('$rule', async ({request, error}) => {
    await expectRefusal(JSON.stringify(request), 500, error);
  });
});

/** Sends it over a connection, expects the refusal, and that the next request on this connection is answered. */
async function expectRefusal(body: string | Buffer, status: number, error: string): Promise<void> {
  const {listen} = createServer();
  const {write, read} = await openConnection(await listen());
  write(requestBytes('/sync', body));
  const answer = await read();
  expect(answer.status, answer.body).toBe(status);
  const parsed = JSON.parse(answer.body) as {error: string};
  expect(parsed).toEqual({error: expect.stringContaining(error)});
  expect(parsed.error).not.toMatch(/PLANTED|\n/);
  write(requestBytes('/sync', JSON.stringify(syncRequest())));
  expect((await read()).status).toBe(200);
}

function nested(length: number): string {
  const depth = Math.floor(length / 6);
  return `${'{"a":'.repeat(depth)}0${'}'.repeat(depth)}`;
}
