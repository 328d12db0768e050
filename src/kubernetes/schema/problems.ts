import type {ErrorObject} from 'ajv';
import {nearest} from '../../nearest.ts';
import {fieldPath, pathOfPointer} from '../field-path.ts';

/** A field that is not as its kind wants it. Says what is wrong, never the value: it may be secret. */
export type SchemaProblem = {
  readonly path: readonly (string | number)[];
  /** The path as people write it: `spec.rules[0].verbs`. */
  readonly field: string;
  readonly message: string;
};

/** One problem a field and message: what two schemas find wrong with a field is said once. */
export function toProblems(object: unknown, errors: readonly ErrorObject[]): SchemaProblem[] {
  const problems = new Map<string, SchemaProblem>();
  for (const error of errors) {
    const {step, message} = explain(error);
    const path = [...pathOfPointer(object, error.instancePath), ...(step === undefined ? [] : [step])];
    const problem = problemAt(path, message);
    problems.set(`${problem.field}\n${message}`, problem);
  }
  return [...problems.values()];
}

export function problemAt(path: readonly (string | number)[], message: string): SchemaProblem {
  return {path, field: fieldPath(path), message};
}

function explain(error: ErrorObject): {step?: string; message: string} {
  const {keyword, params, data} = error;
  const schema = error.parentSchema as {description?: string; properties?: object};

  if (keyword === 'additionalProperties') {
    const key: string = params.additionalProperty;
    return {step: key, message: `unknown field "${key}"${hint(key, Object.keys(schema.properties ?? {}))}`};
  }
  if (keyword === 'required') return {step: params.missingProperty, message: 'required field is missing'};
  if (keyword === 'enum') {
    const words: string[] = params.allowedValues;
    const near = typeof data === 'string' ? hint(data, words) : '';
    return {message: `must be one of ${words.join(', ')}${near}`};
  }
  const wanted = schema.description ?? article(String(params.type));
  const isTold = keyword === 'type' && !(typeof data === 'number' && wanted.includes('integer'));
  return {message: isTold ? `must be ${wanted}, not ${typeName(data)}` : `must be ${wanted}`};
}

function hint(word: string, candidates: readonly string[]): string {
  const near = nearest(word, candidates);
  return near === undefined ? '' : `, did you mean "${near}"?`;
}

function typeName(value: unknown): string {
  if (value === null) return 'null';
  return article(Array.isArray(value) ? 'array' : typeof value);
}

// Kubernetes' users say list and map.
function article(type: string): string {
  const names: {[type: string]: string} = {array: 'a list', integer: 'an integer', object: 'a map'};
  return names[type] ?? `a ${type}`;
}
