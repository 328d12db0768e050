import {isJsonObject, type Json, ownValue} from '../../kubernetes/object.ts';
import {canonicalQuantity} from '../../kubernetes/quantity.ts';
import type {Field} from './fields.ts';
import {KEPT_FIELDS} from './kept-fields.ts';
import {limitRangeDefaults} from './limit-range.ts';
import {type Finding, filledIn, nameOf, writtenAgain} from './violation.ts';

/** What the API server fills in where dynamic-apply would take it out again: in lists that it replaces. */
const DEFAULTS: {readonly [definition: string]: {readonly [field: string]: string}} = {
  V1NetworkPolicyPort: {protocol: 'TCP'},
  V1ObjectFieldSelector: {apiVersion: 'v1'},
  V1ResourceFieldSelector: {divisor: "'0'"},
  V1ServiceAccountTokenProjection: {expirationSeconds: '3600'},
};

/** Lists that are sent even where a template leaves them out (`withAtomicLists`). */
const FILLED_LISTS: ReadonlySet<string> = new Set([
  'V1NetworkPolicySpec.egress',
  'V1NetworkPolicySpec.ingress',
  'V1Role.rules',
  'V1RoleBinding.subjects',
]);

/** How a value of a type is written that the API server answers as it is. */
const FORMS: {readonly [definition: string]: {isKept: (value: Json) => boolean; hint: string}} = {
  Base64: {isKept: isEncoded, hint: 'write base64 as an encoder writes it'},
  Quantity: {isKept: isCanonical, hint: 'write the quantity as Kubernetes does, such as 1Gi for 1024Mi'},
};

/** What dynamic-apply would write in every sync, for the API server keeps something else than what is written. */
export function endlessFields(field: Field): Finding[] {
  if (!field.isBuiltIn) return [];
  return [
    ...droppedField(field),
    ...rewrittenField(field),
    ...droppedAccount(field),
    ...droppedReferences(field),
    ...filledInFields(field),
    ...limitRangeDefaults(field),
  ];
}

function droppedField(field: Field): Finding[] {
  const {path, name} = field;
  const empty = emptiness(field);
  // It is never empty there: Metacontroller's own annotation is in it.
  if (empty === undefined || (path.length === 2 && name === 'V1ObjectMeta.annotations')) return [];
  if (FILLED_LISTS.has(name)) return [emptyList(path)];
  return [dropped(path, `${empty} here`)];
}

function emptyList(path: Field['path']): Finding {
  const reason = `${nameOf(path)} is sent empty, so that nobody adds to it, and dynamic-apply would do so in every sync`;
  return {rule: 'apply/endless', path, reason, hint: 'set guards.applyStrategy: server-side-apply'};
}

/** What an empty value is called; `undefined` for a value that the API server keeps. */
function emptiness({value, name, schema, isRequired}: Field): string | undefined {
  if (Array.isArray(value)) return name && value.length === 0 ? 'an empty list' : undefined;
  if (isJsonObject(value)) {
    const isMap = isJsonObject(schema.additionalProperties);
    return isMap && Object.keys(value).length === 0 ? 'an empty map' : undefined;
  }
  // An empty apiGroup is required, and then filled in.
  if (name !== 'V1RoleRef.apiGroup' && (isRequired || KEPT_FIELDS.has(name))) return undefined;
  if (value === '') return 'an empty text';
  return value === 0 || value === false ? String(value) : undefined;
}

function rewrittenField({path, value, definition}: Field): Finding[] {
  const form = ownValue(FORMS, definition);
  if (!form || form.isKept(value)) return [];
  return [writtenAgain(path, 'the API server writes this in another way', form.hint)];
}

function isEncoded(value: Json): boolean {
  return typeof value !== 'string' || Buffer.from(value, 'base64').toString('base64') === value;
}

// Of resources the API server keeps nothing below a thousandth.
function isCanonical(value: Json): boolean {
  if (typeof value !== 'string' && typeof value !== 'number') return true;
  try {
    return canonicalQuantity(value) === value && !/[nu]$/.test(value);
  } catch {
    // No quantity at all, which the schema says.
    return true;
  }
}

// The deprecated field follows the other one.
function droppedAccount({path, value, definition}: Field): Finding[] {
  if (definition !== 'V1PodSpec' || !isJsonObject(value)) return [];
  const {serviceAccount, serviceAccountName} = value;
  if (!serviceAccount || !serviceAccountName || serviceAccount === serviceAccountName) return [];
  return [dropped([...path, 'serviceAccount'], 'serviceAccount beside another serviceAccountName')];
}

function droppedReferences({path, value, name}: Field): Finding[] {
  if (name !== 'V1ServiceAccount.secrets' || !Array.isArray(value)) return [];
  return value.flatMap((item, index) =>
    Object.keys(isJsonObject(item) ? item : {})
      .filter(field => field !== 'name')
      .map(field => dropped([...path, index, field], "all but a Secret's name")),
  );
}

function dropped(path: Field['path'], what: string): Finding {
  return writtenAgain(path, `the API server drops ${what}`, `leave ${nameOf(path)} out`);
}

function filledInFields({path, value, definition, isReplaced}: Field): Finding[] {
  if (!isReplaced || !isJsonObject(value)) return [];
  return Object.entries(ownValue(DEFAULTS, definition) ?? {})
    .filter(([field]) => !Object.hasOwn(value, field))
    .map(([field, text]) => filledIn(path, field, `write ${field}: ${text}`));
}
