import {readFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import {type Problem, TemplateError} from '../errors.ts';
import type {Mode} from '../guard/tenancy.ts';
import type {JsonObject} from '../kubernetes/object.ts';
import {YamlError, type YamlFile} from '../yaml.ts';
import {loadTemplates, loadYaml} from './load.ts';
import {compileSet, type TemplateSet} from './set.ts';
import {createValues, type ValueSet} from './values.ts';

/** The templates and values that come with this program. */
const SHIPPED = fileURLToPath(new URL('../../templates/', import.meta.url));

/** The shipped folders of a mode, lowest first. */
export const DEFAULT_FOLDERS: {readonly [mode in Mode]: readonly string[]} = {
  companion: [`${SHIPPED}pipelines`],
  standalone: [`${SHIPPED}namespace`, `${SHIPPED}pipelines`],
};

export interface SetSources {
  /** Replace the shipped folders, which can be named among them. */
  readonly templates?: readonly string[];
  /** The operator's values, over the shipped ones. */
  readonly valuesFile?: string;
}

/**
 * Loads, compiles and tries out one mode's templates. Throws TemplateError with everything that is wrong.
 *
 * Several sets can share their `values`.
 */
export function loadSet(
  mode: Mode,
  {templates, valuesFile}: SetSources,
  values = loadValues(valuesFile),
): TemplateSet {
  const problems: Problem[] = [];
  const files = loadTemplates(templates ?? DEFAULT_FOLDERS[mode], problems);
  return compileSet(files, values, mode, problems);
}

/** Loads the shipped values with the operator's over them. Throws TemplateError. */
export function loadValues(operatorFile?: string): ValueSet {
  const schema = JSON.parse(readFileSync(`${SHIPPED}values.schema.json`, 'utf8')) as JsonObject;
  const image = readValues(`${SHIPPED}values.yaml`);
  return createValues(schema, image, operatorFile === undefined ? undefined : readValues(operatorFile));
}

function readValues(path: string): YamlFile {
  try {
    return loadYaml(path);
  } catch (error) {
    if (!(error instanceof YamlError)) throw error;
    throw new TemplateError([error.problem]);
  }
}
