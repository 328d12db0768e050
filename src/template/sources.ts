import {readFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import {type Problem, TemplateError} from '../errors.ts';
import {createGuard, type Guard} from '../guard/guard.ts';
import type {Mode} from '../guard/tenancy.ts';
import type {CustomKinds} from '../kubernetes/crds.ts';
import type {JsonObject} from '../kubernetes/object.ts';
import {YamlError, type YamlFile} from '../yaml.ts';
import {loadCrds} from './crds.ts';
import {loadTemplates, loadYaml} from './load.ts';
import {withinDeadline} from './render.ts';
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
  /** A folder of CustomResourceDefinitions, for kinds that the values allow. */
  readonly crdsFolder?: string;
}

/**
 * Loads, compiles and tries out one mode's templates. Throws TemplateError with everything that is wrong.
 *
 * Several sets can share their `values`.
 */
export function loadSet(
  mode: Mode,
  {templates, valuesFile, crdsFolder}: SetSources,
  values = loadValues(valuesFile),
  createGuardFor: (crds: CustomKinds) => Guard = crds => createGuard(crds, withinDeadline),
): TemplateSet {
  const problems: Problem[] = [];
  const files = loadTemplates(templates ?? DEFAULT_FOLDERS[mode], problems);
  const crds: CustomKinds = crdsFolder === undefined ? new Map() : loadCrds(crdsFolder, problems);
  return {...compileSet(files, values, mode, problems, createGuardFor(crds)), crds};
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
