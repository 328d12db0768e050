import type {ObjectGuard} from '../guard/violation.ts';
import type {JsonObject} from '../kubernetes/object.ts';
import {copiedObject} from './apply-lint/annotation.ts';
import {mergedItems, refusedItems} from './apply-lint/collisions.ts';
import {endlessFields} from './apply-lint/endless.ts';
import {type Field, fieldsOf} from './apply-lint/fields.ts';
import {othersMetadata} from './apply-lint/others-metadata.ts';
import {refusedFields} from './apply-lint/refused.ts';
import {type Finding, toViolation} from './apply-lint/violation.ts';

/**
 * What Metacontroller cannot apply quietly, with the strategy that the values name: what it would write again in every
 * sync, what the API server would refuse in every sync, what would get lost, and Secrets that it would copy.
 */
export const lintApply: ObjectGuard = (object, {values}) => {
  const json = object as JsonObject;
  const findings =
    values.guards.applyStrategy === 'dynamic-apply' ? lintDynamicApply(json) : lintServerSideApply(json);
  return findings.map(finding => toViolation(json, finding));
};

function lintServerSideApply(object: JsonObject): Finding[] {
  return fieldsOf(object).flatMap(field => [
    ...refusedItems(field, 'server-side-apply'),
    ...refusedFields(field),
  ]);
}

function lintDynamicApply(object: JsonObject): Finding[] {
  return [
    ...copiedSecret(object),
    ...copiedObject(object),
    ...othersMetadata(object),
    ...fieldsOf(object).flatMap(field => [
      ...collidingItems(field),
      ...refusedFields(field),
      ...endlessFields(field),
    ]),
  ];
}

// What is refused cannot get lost.
function collidingItems(field: Field): Finding[] {
  const refused = refusedItems(field, 'dynamic-apply');
  return refused.length > 0 ? refused : mergedItems(field);
}

function copiedSecret({kind}: JsonObject): Finding[] {
  if (kind !== 'Secret') return [];
  const reason = 'dynamic-apply copies it into an annotation, keys and all';
  return [{rule: 'apply/secret', path: ['kind'], reason}];
}
