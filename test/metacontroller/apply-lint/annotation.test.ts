import {describe, expect, test} from 'vitest';
import {BUILDERS} from '../apply-rows.ts';
import {OR_SERVER_SIDE, verdict} from '../apply-verdict.ts';

const {configMap} = BUILDERS;

describe('dynamic-apply copies', () => {
  test('no Secret', () => {
    const object = {apiVersion: 'v1', kind: 'Secret', data: {a: 'QQ=='}};
    const message = 'cannot render Secret: dynamic-apply copies it into an annotation, keys and all';
    expect(verdict(object, 'dynamic-apply')).toEqual([{rule: 'apply/secret', path: 'kind', message}]);
  });

  test.each([
    {what: 'its data', object: configMap({data: {a: 'x'.repeat(262_000)}})},
    {what: 'characters that Go escapes', object: configMap({data: {a: '<>&\u2028\u2029'.repeat(9000)}})},
    {what: 'its annotations twice', object: configMap({metadata: {annotations: {a: 'x'.repeat(131_000)}}})},
    {what: 'characters of several bytes', object: configMap({data: {a: 'ö'.repeat(131_000)}})},
  ])('nothing that is too large for an annotation by $what', ({object}) => {
    expect(verdict(object, 'dynamic-apply')).toEqual([
      {
        rule: 'apply/endless',
        path: '',
        message:
          'cannot render ConfigMap: it is too large for the annotation into which dynamic-apply copies it, 256 KiB at most',
        hint: `make it smaller${OR_SERVER_SIDE}`,
      },
    ]);
  });

  test('what leaves room for what Metacontroller adds, and nothing larger', () => {
    const size = JSON.stringify({...configMap({data: {a: ''}}), metadata: {name: 'a'}}).length;
    const room = 256 * 1024 - 1024 - size;
    expect(verdict(configMap({data: {a: 'x'.repeat(room)}}), 'dynamic-apply')).toEqual([]);
    expect(verdict(configMap({data: {a: 'x'.repeat(room + 1)}}), 'dynamic-apply')).toHaveLength(1);
  });
});
