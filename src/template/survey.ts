import {type Problem, TemplateError} from '../errors.ts';
import {type AggregationProblem, aggregateRoles} from '../rbac/aggregate.ts';
import type {Template} from './compile.ts';
import {isRuledOut, renderRegardless} from './regardless.ts';
import type {Rendered} from './render.ts';
import {sampleInputs} from './samples.ts';
import type {TemplateSet} from './set.ts';
import {buildVariables} from './variables.ts';

/** All that a set may ever render, for whichever Profile: what Metacontroller must be allowed to write. */
export interface Survey {
  /** Templates that the values do not rule out. */
  readonly templates: readonly Template[];
  /** What those yield for the sample Profiles, whatever their include-when says. */
  readonly rendered: readonly Rendered[];
  /** The same with Roles aggregated. */
  readonly objects: readonly Rendered[];
}

/**
 * Finds out what a set may render. A template is left out only where the values, and every override of them, switch
 * it off: what hangs on a Profile may come with the next one.
 *
 * Throws TemplateError where a template yields nothing for any sample Profile, so that nothing can be known of it.
 */
export function surveyTemplates(set: TemplateSet): Survey {
  const templates = set.templates.filter(template => !isRuledOut(template, set.values));
  const unknown = new Map<Template, Problem>();
  const samples = sampleInputs(set.values)
    .map(buildVariables)
    .map(variables => templates.flatMap(template => renderRegardless(template, variables, unknown)));
  const rendered = samples.flat();
  const seen = new Set(rendered.map(({template}) => template));
  const unseen = templates.filter(template => !seen.has(template));
  if (unseen.length > 0) throw new TemplateError(unseen.map(template => unknownProblem(template, unknown)));
  const aggregated = samples.map(aggregateRoles);
  const problems = aggregated.flatMap(sample => sample.problems.map(toProblem));
  if (problems.length > 0) throw new TemplateError(problems);
  return {templates, rendered, objects: aggregated.flatMap(({items}) => items)};
}

function unknownProblem(template: Template, unknown: ReadonlyMap<Template, Problem>): Problem {
  const reason = unknown.get(template)?.message ?? 'its for-each has no item for any sample Profile';
  return {
    ...template.locate([]),
    message: `cannot tell what this template renders: ${reason}`,
    hint: 'make it render for a Profile without labels, with .?field.orValue(…)',
  };
}

function toProblem({item, path, message}: AggregationProblem<Rendered>): Problem {
  return {...item.template.locate(path), message};
}
