import type {Json} from '../../kubernetes/object.ts';
import {isJsonObject} from '../../kubernetes/object.ts';
import {type Check, fault, ofList, ofMap} from '../fields/check.ts';

/** A map that has exactly one of these fields. */
export function exactlyOne(...fields: readonly string[]): Check {
  return ofMap(map =>
    fields.some(field => Object.hasOwn(map, field))
      ? atMostOne(...fields)(map as Json)
      : [fault([], `must have one of ${fields.join(', ')}`)],
  );
}

/** A map that has one of these fields or none. */
export function atMostOne(...fields: readonly string[]): Check {
  return ofMap(map => {
    const [first, ...rest] = fields.filter(field => Object.hasOwn(map, field));
    return rest.map(field => fault([field], `must not stand beside ${first}`));
  });
}

/** A map without these fields. */
export function without(reason: string, ...fields: readonly string[]): Check {
  return ofMap(map =>
    fields
      .filter(field => Object.hasOwn(map, field))
      .map(field => fault([field], `must be left out ${reason}`)),
  );
}

/** A list of maps of which no two have the same values in all of these fields; `defaults` stand for missing ones. */
export function unique(fields: readonly string[], defaults: {readonly [field: string]: Json} = {}): Check {
  return ofList(items => {
    const seen = new Set<string>();
    return items.flatMap((item, index) => {
      if (!isJsonObject(item)) return [];
      const values = fields.map(field => (Object.hasOwn(item, field) ? item[field] : defaults[field]));
      if (values.includes(undefined)) return [];
      const key = JSON.stringify(values);
      if (!seen.has(key)) {
        seen.add(key);
        return [];
      }
      return [fault([index, fields.at(-1) as string], 'must differ from those before it in the list')];
    });
  });
}
