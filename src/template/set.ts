import {type Problem, TemplateError} from '../errors.ts';
import {createGuard, type Guard} from '../guard/guard.ts';
import {checkKind, type Mode} from '../guard/tenancy.ts';
import type {CustomKinds} from '../kubernetes/crds.ts';
import type {YamlFile} from '../yaml.ts';
import {createCompiler} from './cel.ts';
import {compileTemplate, type Template} from './compile.ts';
import {violationProblem} from './finish.ts';
import {type Rendered, render} from './render.ts';
import {tryOut} from './try-out.ts';
import type {ValueSet} from './values.ts';
import {type RenderInput, variableShapes} from './variables.ts';

/** Templates that compiled and rendered for every sample Profile: fit to answer with. */
export interface TemplateSet {
  readonly mode: Mode;
  readonly values: ValueSet;
  readonly templates: readonly Template[];
  /** Kinds that the admin has defined. */
  readonly crds?: CustomKinds;
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
  guard: Guard = createGuard(),
): TemplateSet {
  const found = [...problems];
  const compiler = createCompiler(variableShapes(values.shape));
  const compiled = files.flatMap(file => compileTemplate(file, compiler, found) ?? []);
  const templates = compiled.filter(template => isOfAllowedKind(template, values, mode, found));
  const namespaceTemplates = templates.filter(
    ({kind, apiVersion}) => kind === 'Namespace' && apiVersion === 'v1',
  );
  if (mode === 'standalone') found.push(...namespaceProblems(namespaceTemplates, found));
  const renderer = {templates, mode, guard};
  found.push(...tryOut(renderer, values));
  if (found.length > 0) throw new TemplateError(found);
  return {
    mode,
    values,
    templates,
    render: input => render(renderer, input),
    renderNamespace: input => render({...renderer, templates: namespaceTemplates}, input),
  };
}

// Here and not only in what is rendered: an include-when may keep a template from every sample Profile.
function isOfAllowedKind(template: Template, values: ValueSet, mode: Mode, found: Problem[]): boolean {
  // One Profile's override may allow it; each rendering is judged by its own values again.
  const extraKinds = [values.base, ...values.variants].flatMap(each => each.values.guards.kinds);
  const violations = checkKind(template, {mode, extraKinds});
  found.push(...violations.map(violation => violationProblem(template, violation)));
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
