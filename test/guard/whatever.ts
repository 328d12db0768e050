import fc from 'fast-check';
import type {Json} from '../../src/kubernetes/object.ts';
import {CORPUS, readCorpus} from '../system/corpus.ts';

/** Any JSON, at any place of any object of the corpus: what no guard may stumble over. */
export function oddObjects(): fc.Arbitrary<Json> {
  const objects = CORPUS.flatMap(readCorpus)
    .map(({object}) => object)
    .filter(object => JSON.stringify(object).length < 5000);
  return fc.oneof(
    fc.jsonValue() as fc.Arbitrary<Json>,
    fc
      .tuple(fc.constantFrom(...objects), fc.nat(), fc.jsonValue() as fc.Arbitrary<Json>)
      .map(([object, place, value]) => replaced(object, place, value)),
  );
}

/** Small good objects of the corpus with something at each place, one after the other, that no text or number can be made of. */
export function stubbornObjects(): Json[] {
  const stubborn = {toString: false, valueOf: false, toJSON: false} as unknown as Json;
  return CORPUS.flatMap(readCorpus).flatMap(({object, isValid}) =>
    !isValid || JSON.stringify(object).length > 5000
      ? []
      : placesIn(object).map((_, place) => replaced(object, place, stubborn)),
  );
}

function replaced(object: Json, place: number, value: Json): Json {
  const copy = structuredClone(object);
  const places = placesIn(copy);
  places[place % places.length]?.(value);
  return copy;
}

function placesIn(value: Json): ((value: Json) => void)[] {
  if (typeof value !== 'object' || value === null) return [];
  const parent = value as {[key: string]: Json};
  return Object.keys(parent).flatMap(key => [
    (replacement: Json) => {
      parent[key] = replacement;
    },
    ...placesIn(parent[key] as Json),
  ]);
}
