import {describe, expect, test} from 'vitest';
import {checkCombinations} from '../../src/guard/combinations.ts';
import type {GuardContext} from '../../src/guard/context.ts';
import {checkNames} from '../../src/guard/names.ts';
import {createSchemaGuard} from '../../src/guard/schema.ts';
import {CanonicalError, canonical} from '../../src/kubernetes/canonical.ts';
import {fieldPath} from '../../src/kubernetes/field-path.ts';
import type {JsonObject, KubernetesObject} from '../../src/kubernetes/object.ts';
import {CORPUS, readCorpus} from '../system/corpus.ts';

const GUARDS = [createSchemaGuard(new Map()), checkNames, checkCombinations];

// Which of them the API server refuses too is seen in test/system/corpus.test.ts.
describe('what is said against each object of the corpus', () => {
  test.each(CORPUS)('%s', async kind => {
    const lines = readCorpus(kind).flatMap(({title, object}) => [title, ...said(object)]);
    await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot(`corpus/${kind}.txt`);
  });
});

test('a violation is in the object, at its field or the nearest one above', () => {
  const violations = CORPUS.flatMap(readCorpus).flatMap(({object}) => violationsOf(object) ?? []);
  expect(
    violations.filter(({message, path}) => path.length > 0 && !message.includes(field(path.slice(-1)))),
  ).toEqual([]);
});

function said(object: JsonObject): string[] {
  const violations = violationsOf(object);
  if (!violations) return ['  has no canonical form'];
  return violations.map(({rule, message}) => `  ${rule}: ${message}`);
}

function violationsOf(object: JsonObject) {
  try {
    const sent = canonical(object) as unknown as KubernetesObject;
    return GUARDS.flatMap(guard => guard(sent, {} as GuardContext));
  } catch (error) {
    if (!(error instanceof CanonicalError)) throw error;
    return undefined;
  }
}

function field(path: readonly (string | number)[]): string {
  return fieldPath(path)
    .slice(0, 300)
    .replace(/[^\x20-\x7e]/g, '?');
}
