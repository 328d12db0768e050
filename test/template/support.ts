import {fileURLToPath} from 'node:url';
import {placeholderCredentials} from '../../src/credentials/provisioner.ts';
import {formatProblem, type Problem, TemplateError} from '../../src/errors.ts';
import {createGuard, type Guard} from '../../src/guard/guard.ts';
import type {Mode} from '../../src/guard/tenancy.ts';
import type {JsonObject, KubernetesObject} from '../../src/kubernetes/object.ts';
import {parseProfile} from '../../src/profile/profile.ts';
import {loadYaml} from '../../src/template/load.ts';
import {compileSet, type TemplateSet} from '../../src/template/set.ts';
import {createValues, type ValueSet} from '../../src/template/values.ts';
import type {RenderInput} from '../../src/template/variables.ts';
import {parseYaml} from '../../src/yaml.ts';
import schema from '../../templates/values.schema.json' with {type: 'json'};

/** Templates by file name. */
export interface Files {
  readonly [file: string]: string;
}

export interface Case {
  readonly mode?: Mode;
  /** The operator's values. */
  readonly values?: string;
  readonly input?: Partial<RenderInput>;
  /** Whether what is rendered is judged too: most templates of these tests are none for a cluster. */
  readonly isGuarded?: boolean;
}

const permissive: Guard = () => [];

/** The head of a ConfigMap `a`, four lines; what follows is added to it. */
export function configMap(rest: string, metadata = ''): string {
  return `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n${metadata}${rest}`;
}

const known = new Map<string, ValueSet>();

/** The shipped values with the operator's over them. */
export function valuesOf(operator = ''): ValueSet {
  const values = known.get(operator) ?? createShipped(operator);
  known.set(operator, values);
  return values;
}

function createShipped(operator: string): ValueSet {
  const image = loadYaml(fileURLToPath(new URL('../../templates/values.yaml', import.meta.url)));
  return createValues(schema as unknown as JsonObject, image, parseYaml(operator, 'operator.yaml'));
}

/** Throws TemplateError with everything that is wrong. */
export function compile(
  files: Files,
  {mode = 'companion', values, isGuarded = false}: Case = {},
): TemplateSet {
  const parsed = Object.entries(files).map(([file, text]) => parseYaml(text, file));
  return compileSet(parsed, valuesOf(values), mode, [], isGuarded ? createGuard() : permissive);
}

/** The objects for the Profile `alice`. */
export function render(files: Files, wanted: Case = {}): KubernetesObject[] {
  const set = compile(files, wanted);
  return set.render(inputFor(set, wanted.input)).map(({object}) => object);
}

/** The only object of a template. */
export function renderOne(template: string, wanted: Case = {}): KubernetesObject {
  const [object, ...others] = render({'t.yaml': template}, wanted);
  if (!object || others.length > 0) throw new Error(`${others.length + (object ? 1 : 0)} objects, not one`);
  return object;
}

/** What is rendered from for the Profile `alice`. */
export function inputFor(
  {values}: Pick<TemplateSet, 'values'>,
  input: Partial<RenderInput> = {},
): RenderInput {
  return {
    profile: parseProfile({
      apiVersion: 'kubeflow.org/v1',
      kind: 'Profile',
      metadata: {name: 'alice', uid: 'uid-of-alice', generation: 1, labels: {team: 'red'}},
      spec: {owner: {kind: 'User', name: 'alice@example.com'}},
    }),
    namespaceLabels: {},
    collaborators: [],
    values: values.base,
    credentials: placeholderCredentials('memory', {
      bucket: 'artifacts',
      prefixes: ['private-artifacts/alice/'],
    }),
    sharingEpoch: 0,
    ...input,
  };
}

/** The problems of the TemplateError that the work throws; none where it throws nothing. */
export function problemsOf(work: () => unknown): readonly Problem[] {
  try {
    work();
    return [];
  } catch (error) {
    if (error instanceof TemplateError) return error.problems;
    throw error;
  }
}

/** Those problems, as people read them. */
export function complaints(work: () => unknown): string[] {
  return problemsOf(work).map(formatProblem);
}
