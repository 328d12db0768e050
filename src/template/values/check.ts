import {Ajv, type ErrorObject} from 'ajv';
import type {Problem} from '../../errors.ts';
import {fieldPath, pathOfPointer} from '../../kubernetes/field-path.ts';
import type {JsonObject} from '../../kubernetes/object.ts';
import {nearest} from '../../nearest.ts';
import {nodeAt, positionAt, type YamlFile, type YamlNode} from '../../yaml.ts';

type Path = readonly (string | number)[];

/** Finds what is wrong with merged values; `prefix` is where they stand in the files. */
export type ValuesCheck = (values: JsonObject, prefix?: Path) => Problem[];

/** A check against the schema that tells where in the files a wrong value stands, the first of them first. */
export function createCheck(schema: JsonObject, files: readonly YamlFile[]): ValuesCheck {
  // Our own schema is checked by a test: doing it at each start takes as long as compiling it.
  const ajv = new Ajv({
    allErrors: true,
    allowUnionTypes: true,
    verbose: true,
    validateSchema: false,
    meta: false,
  });
  ajv.addKeyword({keyword: 'x-by-label', schemaType: 'boolean'});
  const validate = ajv.compile(schema);
  return (values, prefix = []) => {
    validate(values);
    return (validate.errors ?? []).map(error => {
      const {steps, reason, hint} = explain(error);
      const path = [...prefix, ...pathOfPointer(values, error.instancePath), ...steps];
      return problemAt(files, path, `cannot use values: ${reason}`, hint);
    });
  };
}

/** A problem at the place of the first file that sets the path. */
export function problemAt(files: readonly YamlFile[], path: Path, message: string, hint?: string): Problem {
  const {file, source, documents} =
    files.find(candidate => isSetIn(candidate.documents[0], path)) ?? (files[0] as YamlFile);
  const [root] = documents;
  const field = fieldPath(path);
  return {
    file,
    ...positionAt(source, root ? placeOf(root, path) : 0),
    ...(field && {field}),
    message,
    ...(hint && {hint}),
  };
}

interface Reason {
  readonly steps: readonly string[];
  readonly reason: string;
  readonly hint?: string | undefined;
}

function explain({keyword, params, message, instancePath, parentSchema}: ErrorObject): Reason {
  const schema = parentSchema as {properties?: object; description?: string};
  if (keyword === 'additionalProperties') {
    const key: string = params.additionalProperty;
    const near = nearest(key, Object.keys(schema.properties ?? {}));
    return {steps: [key], reason: `unknown key "${key}"`, hint: near && `did you mean "${near}"?`};
  }
  if (keyword === 'required') return {steps: [params.missingProperty], reason: 'required key is missing'};
  if (/^\/overrides\/\d+$/.test(instancePath) && keyword.endsWith('Properties'))
    return {steps: [], reason: 'an override is chosen either by selector or by profile'};
  if (keyword === 'enum')
    return {steps: [], reason: `must be one of ${params.allowedValues.map(String).join(', ')}`};
  return {steps: [], reason: String(message), hint: schema.description};
}

function isSetIn(root: YamlNode | undefined, path: Path): boolean {
  return root !== undefined && nodeAt(root, path) !== nodeAt(root, path.slice(0, -1));
}

/** The key, where the path ends with one that is there. */
function placeOf(root: YamlNode, path: Path): number {
  const parent = nodeAt(root, path.slice(0, -1));
  const key = parent.kind === 'mapping' && parent.entries.find(entry => entry.key === path.at(-1));
  return key ? key.keyOffset : nodeAt(root, path).offset;
}
