import {describe, expect, test} from 'vitest';
import {checkSize, checkTotalSize} from '../../src/guard/size.ts';
import type {KubernetesObject} from '../../src/kubernetes/object.ts';
import {guardContext} from '../support/guard.ts';
import {bare} from '../support/requests.ts';

const LIMIT = 1024 * 1024;

describe('one object', () => {
  test('may take 1 MiB of JSON, counted in bytes', () => {
    expect(checkSize(objectOf(LIMIT))).toEqual([]);
    expect(checkSize(objectOf(LIMIT + 1))).toEqual([
      {
        rule: 'tenancy/size',
        path: [],
        message: `cannot render ConfigMap: it takes more than ${LIMIT} bytes`,
        hint: 'split it',
      },
    ]);
    expect(checkSize({...objectOf(LIMIT), data: {a: 'ö'.repeat(LIMIT / 2)}})).toHaveLength(1);
  });
});

describe('all objects of a tenant', () => {
  const hint = 'a for-each may go over too long a list';

  test('may be 1,000', () => {
    const many = (count: number) =>
      Array.from({length: count}, (_, index) => bare('v1', 'ConfigMap', `c${index}`));
    expect(checkTotalSize(many(1000), guardContext())).toEqual([]);
    expect(checkTotalSize([], guardContext())).toEqual([]);
    const tooMany = many(1001);
    expect(checkTotalSize(tooMany, guardContext())).toEqual([
      {
        rule: 'tenancy/size',
        object: tooMany[1000],
        path: [],
        message: 'cannot render ConfigMap: 1001 objects for one tenant, at most 1000 are allowed',
        hint,
      },
    ]);
  });

  test('may take 8 MiB', () => {
    const eight = Array.from({length: 8}, () => objectOf(LIMIT));
    expect(checkTotalSize(eight, guardContext())).toEqual([]);
    const more = [...eight, bare('v1', 'Secret', 'x')];
    expect(checkTotalSize(more, guardContext())).toMatchObject([
      {
        object: more[8],
        message: expect.stringMatching(
          /^cannot render Secret: all objects take 83886\d\d bytes, at most 8388608 are allowed$/,
        ),
        hint,
      },
    ]);
  });
});

/** A ConfigMap of so many bytes of JSON. */
function objectOf(bytes: number): KubernetesObject {
  const object = (text: string): KubernetesObject => ({...bare('v1', 'ConfigMap', 'x'), data: {a: text}});
  return object('x'.repeat(bytes - JSON.stringify(object('')).length));
}
