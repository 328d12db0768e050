import type {Problem} from '../errors.ts';
import type {Json, KubernetesObject} from '../kubernetes/object.ts';
import {type CelVariables, toCel} from './cel.ts';
import type {Template} from './compile.ts';
import {FieldError} from './field.ts';
import type {Rendered} from './render.ts';
import type {ProfileValues, ValueSet} from './values.ts';

/** Whether the values, and every override of them, switch a template off. */
export function isRuledOut({valueConditions}: Template, {base, variants, combined}: ValueSet): boolean {
  const isFalse = ({cel}: ProfileValues) =>
    valueConditions.some(condition => condition.evaluate({values: cel}) === false);
  return [base, ...variants, combined].every(isFalse);
}

/** What a template yields for a Profile, whatever its include-when says; why it yields nothing goes to `unknown`. */
export function renderRegardless(
  template: Template,
  variables: CelVariables,
  unknown?: Map<Template, Problem>,
): Rendered[] {
  try {
    return itemsOf(template, variables).map(item => ({
      object: template.body(
        item === undefined ? variables : {...variables, item: toCel(item)},
      ) as KubernetesObject,
      template,
    }));
  } catch (error) {
    if (!(error instanceof FieldError)) throw error;
    // Its include-when may be what keeps such a Profile from it; one Profile that fits is enough.
    unknown?.set(template, error.problem);
    return [];
  }
}

function itemsOf({forEach}: Template, variables: CelVariables): readonly (Json | undefined)[] {
  const items = forEach?.(variables);
  return forEach ? (Array.isArray(items) ? items : []) : [undefined];
}
