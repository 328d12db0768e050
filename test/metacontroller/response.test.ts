import {expect, test} from 'vitest';
import {encodeAnswer} from '../../src/metacontroller/response.ts';
import {namespaceObject} from '../support/requests.ts';

const ANSWER = {children: [namespaceObject()], status: {}, resyncAfterSeconds: 5, finalized: true};

test.each([
  {mode: 'companion', field: 'attachments'},
  {mode: 'standalone', field: 'children'},
] as const)('$mode calls the children $field', ({mode, field}) => {
  const {children, ...rest} = ANSWER;
  expect(JSON.parse(encodeAnswer(ANSWER, mode))).toEqual({...rest, [field]: children});
});
