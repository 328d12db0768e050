import {isJsonObject, type Json, type JsonObject, ownValue} from '../../kubernetes/object.ts';

/** Values for some Profiles; the schema sees to it that exactly one of `selector` and `profile` is there. */
export interface Override {
  selector?: {matchLabels: {[key: string]: string}};
  profile?: {name: string; uid: string};
  values: JsonObject;
}

/** What an override is chosen by. Labels are chosen by whoever creates the Profile, name and uid by the cluster. */
export interface OverrideTarget {
  readonly name: string;
  readonly uid: string;
  readonly labels: {readonly [key: string]: string};
}

/** Whether an override is for this Profile. */
export function applies({selector, profile}: Override, target: OverrideTarget): boolean {
  if (profile) return profile.name === target.name && profile.uid === target.uid;
  return Object.entries(selector?.matchLabels ?? {}).every(([key, value]) => target.labels[key] === value);
}

/** The same for every Profile; the hook reads them before it knows a Profile, or when its labels are gone already. */
const NEVER_OVERRIDDEN: readonly (readonly string[])[] = [
  ['abandon'],
  ['adopt'],
  ['adoptCreatedBefore'],
  ['credentials', 'clusterId'],
  ['credentials', 'overlap'],
  ['credentials', 'reclaimPolicy'],
  ['credentials', 'recordBucket'],
  ['credentials', 'userPrefix'],
  ['finalize'],
  ['guards', 'applyStrategy'],
  ['namespaces'],
  ['overrides'],
  ['reservedNames'],
  ['reuse'],
];

/** A value that an override must not set. */
export interface ForbiddenValue {
  readonly path: readonly string[];
  readonly message: string;
  readonly hint?: string;
}

/** What an override sets although it may not, by its kind: labels choose only what the schema marks `x-by-label`. */
export function forbiddenValues({values, selector}: Override, schema: JsonObject): ForbiddenValue[] {
  const global = NEVER_OVERRIDDEN.filter(path => isSet(values, path));
  const isGlobal = (path: readonly string[]) =>
    global.some(start => start.every((key, at) => path[at] === key));
  return [
    ...global.map(path => ({
      path,
      message: `cannot override ${path.join('.')}: it is the same for every Profile`,
    })),
    ...(selector ? unmarked(values, schema, []) : []).filter(path => !isGlobal(path)).map(notByLabel),
  ];
}

function isSet(values: Json | undefined, [key, ...rest]: readonly string[]): boolean {
  if (key === undefined) return values !== undefined;
  return isJsonObject(values) && isSet(ownValue(values, key), rest);
}

function notByLabel(path: readonly string[]): ForbiddenValue {
  return {
    path,
    message: `cannot override ${path.join('.')} by label: whoever creates a Profile chooses its labels`,
    hint: 'choose the Profile by name and uid',
  };
}

/** The paths of values that no `x-by-label` stands above. */
function unmarked(values: Json, schema: Json | undefined, path: readonly string[]): (readonly string[])[] {
  if (isJsonObject(schema) && schema['x-by-label'] === true) return [];
  const properties = isJsonObject(schema) && isJsonObject(schema.properties) ? schema.properties : {};
  const isLeaf = !isJsonObject(values) || Object.keys(properties).length === 0;
  if (isLeaf) return [path];
  return Object.entries(values as JsonObject).flatMap(([key, value]) =>
    unmarked(value, properties[key], [...path, key]),
  );
}
