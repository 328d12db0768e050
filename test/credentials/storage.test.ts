import {expect, test} from 'vitest';
import {storageOf} from '../../src/credentials/storage.ts';

test("prefixes get the namespace's name, wherever they ask for it", () => {
  const prefixes = ['a/<ns>/', '<ns>/<ns>/', 'shared/'];
  expect(storageOf({bucket: 'mlpipeline', prefixes}, 'alice')).toEqual({
    bucket: 'mlpipeline',
    prefixes: ['a/alice/', 'alice/alice/', 'shared/'],
  });
});
