import {type Problem, TemplateError} from '../errors.ts';
import type {Template} from './compile.ts';
import {finishAndJudge} from './finish.ts';
import {isRuledOut, renderRegardless} from './regardless.ts';
import {contextOf, OverdueError, type Renderer, render, withinDeadline} from './render.ts';
import {sampleInputs} from './samples.ts';
import type {ValueSet} from './values.ts';
import {buildVariables, type RenderInput} from './variables.ts';

/** What goes wrong for any of the sample Profiles, each problem once. */
export function tryOut(renderer: Renderer, values: ValueSet, inputs = sampleInputs(values)): Problem[] {
  const problems = new Map<string, Problem>();
  const add = (problem: Problem) => problems.set(JSON.stringify(problem), problem);
  const seen = new Set<Template>();
  for (const input of inputs) {
    try {
      // Under the deadline, for the values are part of what makes a render long.
      const rendered = render(renderer, input, {isLimited: true, triesAllKeys: true});
      for (const {template} of rendered) seen.add(template);
    } catch (error) {
      if (!(error instanceof TemplateError)) throw error;
      error.problems.forEach(add);
      // Waiting for the deadline once more for each Profile would hold up the hook that loads this.
      if (error instanceof OverdueError) break;
    }
  }
  if (problems.size > 0) return [...problems.values()];
  const hidden = renderer.templates.filter(
    template =>
      (template.includeWhen ?? template.forEach) && !seen.has(template) && !isRuledOut(template, values),
  );
  return hidden.length > 0 ? judgeHidden(hidden, renderer, inputs) : [];
}

/**
 * Judges templates whose include-when holds for no sample Profile, as if it held: the next Profile may be the one.
 * One Profile that fits is enough, for the include-when may keep the others from it.
 */
function judgeHidden(
  hidden: readonly Template[],
  renderer: Renderer,
  inputs: readonly RenderInput[],
): Problem[] {
  const found = new Map<Template, Problem[]>();
  const passed = new Set<Template>();
  for (const input of inputs) {
    const {rendered, problems} = judgeRegardless(renderer, input);
    for (const template of hidden) {
      if (!rendered.has(template)) continue;
      const own = problems.filter(({file, rule}) => file === template.file && rule !== 'tenancy/duplicate');
      if (own.length === 0) passed.add(template);
      else if (!found.has(template)) found.set(template, own);
    }
  }
  return [...found].flatMap(([template, problems]) => (passed.has(template) ? [] : problems));
}

function judgeRegardless({templates, guard, mode}: Renderer, input: RenderInput) {
  const problems: Problem[] = [];
  const variables = buildVariables(input);
  const all = templates.flatMap(template =>
    withinDeadline(
      () => renderRegardless(template, variables),
      () => template,
    ),
  );
  const raw = {rendered: all, suspects: [], withOtherKey: () => []};
  finishAndJudge(raw, guard, contextOf(input, mode), problems);
  return {rendered: new Set(all.map(({template}) => template)), problems};
}
