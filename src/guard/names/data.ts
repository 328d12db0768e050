import {isJsonObject, type Json} from '../../kubernetes/object.ts';
import {type Check, type FieldCheck, fault, ofMap} from '../fields/check.ts';
import {dataKey, keys} from '../fields/formats.ts';

/** What a ConfigMap or a Secret holds at most, in bytes once decoded. */
const MAX_BYTES = 1024 * 1024;

// It stands at the object, for both maps count together.
const size: Check = ofMap(({data, binaryData, kind}) => {
  const isSecret = kind === 'Secret';
  const bytes = bytesOf(data, isSecret) + bytesOf(binaryData, true);
  return bytes > MAX_BYTES ? [fault(['data'], 'must be at most 1 MiB, all keys together')] : [];
});

const twice: Check = ofMap(({data, binaryData}) => {
  if (!isJsonObject(data) || !isJsonObject(binaryData)) return [];
  return Object.keys(data)
    .filter(key => Object.hasOwn(binaryData, key))
    .map(key => fault(['data', key], 'must have another key: it is one of binaryData too'));
});

/** Keys and size of a ConfigMap or a Secret. */
export const DATA: readonly FieldCheck[] = [
  ['data|binaryData', keys(dataKey)],
  ['', size],
  ['', twice],
];

function bytesOf(map: Json | undefined, isBase64: boolean): number {
  if (!isJsonObject(map)) return 0;
  return Object.values(map).reduce<number>(
    (sum, value) =>
      sum + (typeof value === 'string' ? Buffer.byteLength(value, isBase64 ? 'base64' : 'utf8') : 0),
    0,
  );
}
