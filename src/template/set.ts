import {type Problem, TemplateError} from '../errors.ts';
import {checkKind, type Mode, type Violation} from '../guard/tenancy.ts';
import type {YamlFile} from '../yaml.ts';
import {createCompiler} from './cel.ts';
import {compileTemplate, type Template} from './compile.ts';
import {OverdueError, type Rendered, render} from './render.ts';
import {sampleInputs} from './samples.ts';
import type {ValueSet} from './values.ts';
import {type RenderInput, variableShapes} from './variables.ts';

/** Templates that compiled and rendered for every sample Profile: fit to answer with. */
export interface TemplateSet {
  readonly mode: Mode;
  readonly values: ValueSet;
  readonly templates: readonly Template[];
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
  const compiled = files.flatMap(file => compileTemplate(file, compiler, found) ?? []);
  const templates = compiled.filter(template => isOfAllowedKind(template, values, mode, found));
  const namespaceTemplates = templates.filter(
    ({kind, apiVersion}) => kind === 'Namespace' && apiVersion === 'v1',
  );
  if (mode === 'standalone') found.push(...namespaceProblems(namespaceTemplates, found));
  found.push(...tryOut(templates, values, mode));
  if (found.length > 0) throw new TemplateError(found);
  return {
    mode,
    values,
    templates,
    render: input => render(templates, input, mode),
    renderNamespace: input => render(namespaceTemplates, input, mode),
  };
}

// Here and not only in what is rendered: an include-when may keep a template from every sample Profile.
function isOfAllowedKind(template: Template, values: ValueSet, mode: Mode, found: Problem[]): boolean {
  const {kinds: extraKinds} = values.base.values.guards;
  const violations = checkKind(template, {mode, extraKinds});
  const toProblem = ({path, ...violation}: Violation) => ({...template.locate(path), ...violation});
  found.push(...violations.map(toProblem));
  return violations.length === 0;
}

function namespaceProblems(templates: readonly Template[], found: readonly Problem[]): Problem[] {
  // A broken file may be the one.
  if (templates.length === 0 && found.length === 0) {
    const message = 'cannot load templates: standalone needs a template of kind Namespace';
    return [{message, hint: 'add the folder templates/namespace'}];
  }
  const steered = templates.filter(({includeWhen, forEach}) => includeWhen ?? forEach);
  return steered.map(({locate}) => ({
    ...locate(['metadata', 'annotations']),
    message: "cannot use template: a tenant's Namespace must be in every answer",
    hint: 'remove include-when and for-each',
  }));
}

/** What goes wrong for any of the sample Profiles, each problem once. */
function tryOut(templates: readonly Template[], values: ValueSet, mode: Mode): Problem[] {
  const problems = new Map<string, Problem>();
  for (const input of sampleInputs(values)) {
    try {
      // Under the deadline, for the values are part of what makes a render long.
      render(templates, input, mode, true);
    } catch (error) {
      if (!(error instanceof TemplateError)) throw error;
      for (const problem of error.problems) problems.set(JSON.stringify(problem), problem);
      // Waiting for the deadline once more for each Profile would hold up the hook that loads this.
      if (error instanceof OverdueError) break;
    }
  }
  return [...problems.values()];
}
