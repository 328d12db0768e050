import {describe, expect, test} from 'vitest';
import {RequestError} from '../../src/errors.ts';
import type {Json} from '../../src/kubernetes/object.ts';
import {readJson} from '../../src/server/body.ts';

describe('a body is read', () => {
  test.each<{rule: string; text: string; value: Json}>([
    {rule: 'as JSON', text: '{"a":[1,"ü",null]}', value: {a: [1, 'ü', null]}},
    {rule: 'with a byte order mark', text: '\uFEFF{}', value: {}},
    {
      rule: 'without __proto__, at any depth',
      text: '{"a":[{"__proto__":{"b":1},"c":2}]}',
      value: {a: [{c: 2}]},
    },
    {rule: 'without __proto__ in escapes', text: '{"\\u005f_proto__":{"b":1}}', value: {}},
    {
      rule: 'with constructor and prototype, which are names like any other',
      text: '{"constructor":{"prototype":{"a":1}}}',
      value: {constructor: {prototype: {a: 1}}},
    },
    {
      rule: 'with any brackets in its texts, however large it is',
      text: JSON.stringify(['[{'.repeat(200_000), '"[\\', '[']),
      value: ['[{'.repeat(200_000), '"[\\', '['],
    },
  ])('$rule', ({text, value}) => {
    expect(readJson(Buffer.from(text))).toEqual(value);
  });
});

describe('a body is refused without a word of it', () => {
  test.each([
    {rule: 'no JSON', bytes: Buffer.from('{"key": PLANTED'), reason: 'not JSON'},
    {rule: 'no text', bytes: Buffer.from([0x22, 0xc3, 0x28, 0x22]), reason: 'not UTF-8'},
    {rule: 'half a character', bytes: Buffer.from('"ü"').subarray(0, 2), reason: 'not UTF-8'},
  ])('$rule', ({bytes, reason}) => {
    expect(() => readJson(bytes)).toThrow(new RequestError(`cannot read request: the body is ${reason}`));
  });
});
