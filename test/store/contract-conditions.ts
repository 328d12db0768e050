import {beforeAll, describe, expect, test} from 'vitest';
import {isStoreError} from '../../src/credentials/store/error.ts';
import type {WriteCondition} from '../../src/credentials/store/objects.ts';
import {type ContractStore, draw, patience} from './contract.ts';

const WRITERS = Array.from({length: 16}, (_, writer) => `writer ${writer}`);

/** Rules of conditional writes, on which the record rests. */
export function testConditionalWrites(store: () => ContractStore): void {
  describe('ObjectStore: conditional writes', () => {
    const bucket = draw('conditions');
    beforeAll(async () => await store().objects.createBucket(bucket, patience()));
    const put = async (key: string, body: string, condition?: WriteCondition) =>
      await store().objects.putObject(bucket, key, Buffer.from(body), condition, patience());
    const read = async (key: string) => {
      const found = await store().objects.getObject(bucket, key, patience());
      return found && Buffer.from(found.body).toString();
    };
    const conflict = {name: 'StoreError', failure: 'conflict', isOutcomeUnknown: false};

    test('If-None-Match writes only what is not there', async () => {
      await put('new', 'first', {ifNoneMatch: '*'});
      await expect(put('new', 'second', {ifNoneMatch: '*'})).rejects.toMatchObject(conflict);
      expect(await read('new')).toBe('first');
    });

    test('If-Match writes only over the version that was read', async () => {
      const first = await put('kept', 'first');
      const second = await put('kept', 'second', {ifMatch: first});
      await expect(put('kept', 'third', {ifMatch: first})).rejects.toMatchObject(conflict);
      expect(await read('kept')).toBe('second');
      await put('kept', 'fourth', {ifMatch: second});
    });

    test('If-Match on what is gone is a conflict', async () => {
      const etag = await put('gone', 'first');
      await store().objects.deleteObject(bucket, 'gone', patience());
      await expect(put('gone', 'second', {ifMatch: etag})).rejects.toMatchObject(conflict);
      expect(await read('gone')).toBeUndefined();
    });

    test.each(['If-None-Match', 'If-Match'])('of 16 writers with %s exactly one wins', async name => {
      const key = `raced-${name}`;
      const condition: WriteCondition =
        name === 'If-Match' ? {ifMatch: await put(key, 'before')} : {ifNoneMatch: '*'};
      const outcomes = await Promise.all(
        WRITERS.map(async writer =>
          put(key, writer, condition).then(
            () => writer,
            (error: unknown) => (isStoreError(error, 'conflict') ? undefined : error),
          ),
        ),
      );
      const winners = outcomes.filter(outcome => outcome !== undefined);
      expect(winners).toHaveLength(1);
      expect(await read(key)).toBe(winners[0]);
    });
  });
}
