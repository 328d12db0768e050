import {describe, expect, test} from 'vitest';
import type {Json, JsonObject} from '../../src/kubernetes/object.ts';
import {parseCustomizeRequest, parseHookRequest} from '../../src/metacontroller/request.ts';
import {bare, profileObject} from '../support/requests.ts';

const PROFILE = profileObject();
const GROUPS = {'ConfigMap.v1': {'alice/x': bare('v1', 'ConfigMap', 'x')}} as unknown as JsonObject;

describe('a hook request', () => {
  test.each([
    {mode: 'companion', body: {object: PROFILE, attachments: GROUPS}},
    {mode: 'standalone', body: {parent: PROFILE, children: GROUPS}},
  ])('tells by its fields that it is $mode', ({mode, body}) => {
    expect(parseHookRequest({controller: {}, ...body, related: GROUPS, finalizing: true})).toEqual({
      mode,
      parent: PROFILE,
      observed: GROUPS,
      related: GROUPS,
      finalizing: true,
    });
  });

  test.each([{}, {related: null}])('has nothing related where there was no customize hook: %o', body => {
    expect(parseHookRequest({parent: PROFILE, children: {}, ...body})).toMatchObject({
      related: {},
      finalizing: false,
    });
  });

  test.each<{what: string; body: Json; message: string}>([
    {what: 'a list', body: [], message: 'the body is not a map'},
    {what: 'nothing', body: null, message: 'the body is not a map'},
    {
      what: 'neither shape',
      body: {controller: {}},
      message: 'it has neither of object/attachments and parent/children',
    },
    {
      what: 'both shapes',
      body: {object: PROFILE, children: {}},
      message: 'it has both of object/attachments',
    },
    {what: 'no children', body: {parent: PROFILE}, message: 'children is not a map'},
    {
      what: 'attachments that are a list',
      body: {object: PROFILE, attachments: []},
      message: 'attachments is not a map',
    },
    {
      what: 'a group that is no map',
      body: {parent: {}, children: {'Secret.v1': null}},
      message: 'children["Secret.v1"] is not a map',
    },
    {
      what: 'a null for an object',
      body: {parent: {}, children: {'Secret.v1': {'a/b': null}}},
      message: 'children["Secret.v1"]["a/b"] is not a map',
    },
    {
      what: 'an object without name',
      body: {parent: {}, children: {'Secret.v1': {x: {...bare('v1', 'Secret', 'x'), metadata: {}}}}},
      message: 'children["Secret.v1"]["x"] is no Kubernetes object',
    },
    {
      what: 'an object without metadata',
      body: {parent: {}, children: {'Secret.v1': {x: {apiVersion: 'v1', kind: 'Secret'}}}},
      message: 'is no Kubernetes object',
    },
    {
      what: 'an object without kind',
      body: {parent: {}, children: {'Secret.v1': {x: {apiVersion: 'v1', metadata: {name: 'x'}}}}},
      message: 'is no Kubernetes object',
    },
    {
      what: 'an object without apiVersion',
      body: {parent: {}, children: {'Secret.v1': {x: {kind: 'Secret', metadata: {name: 'x'}}}}},
      message: 'is no Kubernetes object',
    },
    {
      what: 'related objects that are no map',
      body: {parent: {}, children: {}, related: 'x'},
      message: 'related is not a map',
    },
  ])('is refused with $what', ({body, message}) => {
    expect(() => parseHookRequest(body)).toThrow(message);
  });

  test('is refused with keys made printable and short, for they end in an Event', () => {
    const body = {parent: {}, children: {[`x\n\u001b${'y'.repeat(500)}`]: 7}};
    expect(() => parseHookRequest(body)).toThrow(
      `cannot read request: children["x??${'y'.repeat(187)} is not a map`,
    );
  });
});

test('a customize request calls the Profile parent', () => {
  expect(parseCustomizeRequest({controller: {}, parent: PROFILE})).toEqual({parent: PROFILE});
  expect(() => parseCustomizeRequest('x')).toThrow('the body is not a map');
});
