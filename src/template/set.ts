import {type Problem, TemplateError} from '../errors.ts';
import type {Mode} from '../guard/tenancy.ts';
import type {YamlFile} from '../yaml.ts';
import {createCompiler} from './cel.ts';
import {compileTemplate, type Template} from './compile.ts';
import {type Rendered, render} from './render.ts';
import {sampleInputs} from './samples.ts';
import type {ValueSet} from './values.ts';
import {type RenderInput, variableShapes} from './variables.ts';

/** Templates that compiled and rendered for every sample Profile: fit to answer with. */
export interface TemplateSet {
  readonly mode: Mode;
  readonly values: ValueSet;
  /** Pure. Throws TemplateError. */
  readonly render: (input: RenderInput) => Rendered[];
  /** The tenant's Namespace alone; standalone only. Pure. Throws TemplateError. */
  readonly renderNamespace: (input: RenderInput) => Rendered[];
}

/**
 * Compiles a set and tries it on sample Profiles, so that a mistake stops the boot and not a tenant.
 *
 * Throws TemplateError with everything that is wrong, `problems` found while loading included.
 */
export function compileSet(
  files: readonly YamlFile[],
  values: ValueSet,
  mode: Mode,
  problems: readonly Problem[] = [],
): TemplateSet {
  const found = [...problems];
  const compiler = createCompiler(variableShapes(values.shape));
  const templates = files.flatMap(file => compileTemplate(file, compiler, found) ?? []);
  const namespaceTemplates = templates.filter(
    ({kind, apiVersion}) => kind === 'Namespace' && apiVersion === 'v1',
  );
  if (mode === 'standalone' && found.length === 0 && namespaceTemplates.length === 0) {
    found.push({
      message: 'cannot load templates: standalone needs a template of kind Namespace',
      hint: 'add the folder templates/namespace',
    });
  }
  tryOut(templates, values, mode, found);
  if (found.length > 0) throw new TemplateError(found);
  return {
    mode,
    values,
    render: input => render(templates, input, mode),
    renderNamespace: input => render(namespaceTemplates, input, mode),
  };
}

function tryOut(templates: readonly Template[], values: ValueSet, mode: Mode, found: Problem[]): void {
  const seen = new Set<string>();
  for (const input of sampleInputs(values)) {
    for (const problem of problemsOf(() => render(templates, input, mode))) {
      const key = JSON.stringify(problem);
      if (!seen.has(key)) found.push(problem);
      seen.add(key);
    }
  }
}

function problemsOf(work: () => unknown): readonly Problem[] {
  try {
    work();
    return [];
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    return error.problems;
  }
}
