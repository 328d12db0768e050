import {describe, expect, test} from 'vitest';
import {nearest} from '../src/nearest.ts';

describe('nearest', () => {
  test.each([
    {
      rule: 'finds a wrong letter',
      word: 'podSelecter',
      candidates: ['spec', 'podSelector'],
      found: 'podSelector',
    },
    {rule: 'finds swapped letters', word: 'nmae', candidates: ['kind', 'name'], found: 'name'},
    {rule: 'finds a missing letter', word: 'apiGroup', candidates: ['apiGroups'], found: 'apiGroups'},
    {rule: 'finds one letter more', word: 'verbss', candidates: ['verbs'], found: 'verbs'},
    {rule: 'takes upper and lower case alike', word: 'tcp', candidates: ['UDP', 'TCP'], found: 'TCP'},
    {rule: 'takes the nearest', word: 'portt', candidates: ['sports', 'parts', 'port'], found: 'port'},
    {rule: 'takes the first of equals', word: 'port', candidates: ['sort', 'part'], found: 'sort'},
    {
      rule: 'allows a third of a long word',
      word: 'automountServiceToken',
      candidates: ['automountServicesTokens1234'],
      found: 'automountServicesTokens1234',
    },
    {rule: 'says nothing of far words', word: 'colour', candidates: ['spec', 'metadata'], found: undefined},
    {
      rule: 'says nothing of short words without a common letter',
      word: 'ns',
      candidates: ['to'],
      found: undefined,
    },
    {rule: 'says nothing of an empty word', word: '', candidates: ['a'], found: undefined},
    {rule: 'says nothing without candidates', word: 'spec', candidates: [], found: undefined},
  ])('$rule: $word', ({word, candidates, found}) => {
    expect(nearest(word, candidates)).toBe(found);
  });
});
