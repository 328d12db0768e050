import {isJsonObject, type Json} from '../../kubernetes/object.ts';
import {type Check, type FieldCheck, fault, ofMap} from '../fields/check.ts';
import {select} from '../fields/select.ts';
import {mountFaults} from './pod.ts';
import {isEmptySelector, isSelected} from './selector.ts';

/** A workload finds its pods by a selector, which its own template must meet. */
const ownPods: Check = ofMap(({selector, template}) => {
  if (selector === undefined) return [];
  if (isEmptySelector(selector)) return [fault(['selector'], 'must not be empty')];
  if (isSelected(labelsOf(template), selector)) return [];
  return [fault(['template', 'metadata', 'labels'], 'must be the labels that the selector asks for')];
});

// Its selector is a plain map, and without one its template's labels are.
const controllerPods: Check = ofMap(({selector, template}) => {
  if (selector !== undefined) return ownPods({selector: {matchLabels: selector}, template: template ?? {}});
  const labels = labelsOf(template);
  const hasLabels = isJsonObject(labels) && Object.keys(labels).length > 0;
  return hasLabels ? [] : [fault([], 'must have a selector, or labels in its template')];
});

const alwaysRestarts: Check = ofMap(({restartPolicy = 'Always', activeDeadlineSeconds}) => [
  ...(restartPolicy === 'Always' ? [] : [fault(['restartPolicy'], 'must be Always in this kind')]),
  ...(activeDeadlineSeconds === undefined
    ? []
    : [fault(['activeDeadlineSeconds'], 'must be left out in this kind')]),
]);

const endsSometime: Check = ofMap(({restartPolicy}) => {
  if (restartPolicy === 'Never' || restartPolicy === 'OnFailure') return [];
  return [fault(['restartPolicy'], 'must be Never or OnFailure in this kind')];
});

const notDebugged: Check = ofMap(({ephemeralContainers}) =>
  Array.isArray(ephemeralContainers) && ephemeralContainers.length > 0
    ? [fault(['ephemeralContainers'], 'must be left out: only running pods have them')]
    : [],
);

const jobSelector: Check = ofMap(spec => {
  if (spec.manualSelector === true)
    return ownPods({selector: spec.selector ?? {}, template: spec.template ?? {}});
  return spec.selector === undefined
    ? []
    : [fault(['selector'], 'must be left out, or manualSelector be true')];
});

const jobIndexes: Check = ofMap(({completionMode, completions, parallelism, ...others}) => {
  if (completionMode === 'Indexed') {
    const isOpen = completions === undefined && parallelism !== undefined;
    return isOpen ? [fault([], 'must have completions beside parallelism with the mode Indexed')] : [];
  }
  return ['backoffLimitPerIndex', 'maxFailedIndexes', 'successPolicy']
    .filter(field => others[field] !== undefined)
    .map(field => fault([field], 'must be left out but with the mode Indexed'));
});

/** Claims are volumes of its pods too. */
const setMounts: Check = ofMap(({template, volumeClaimTemplates = []}) => {
  const claims = select({volumeClaimTemplates}, 'volumeClaimTemplates[].metadata.name').map(
    ({value}) => value,
  );
  const spec = (isJsonObject(template) ? template.spec : undefined) ?? {};
  return mountFaults(spec, claims).map(({path, message}) => fault(['template', 'spec', ...path], message));
});

const templateMounts: Check = spec => mountFaults(spec);

/** The template of workloads that run for ever, but for what it mounts. */
const ENDLESS: readonly FieldCheck[] = [
  ['template.spec', alwaysRestarts],
  ['template.spec', notDebugged],
];

/** Specs of workloads. */
export const WORKLOAD: readonly FieldCheck[] = [...ENDLESS, ['', ownPods], ['template.spec', templateMounts]];
export const STATEFUL_SET: readonly FieldCheck[] = [...ENDLESS, ['', ownPods], ['', setMounts]];
export const REPLICATION_CONTROLLER: readonly FieldCheck[] = [
  ...ENDLESS,
  ['', controllerPods],
  ['template.spec', templateMounts],
];
export const JOB: readonly FieldCheck[] = [
  ['template.spec', endsSometime],
  ['template.spec', notDebugged],
  ['template.spec', templateMounts],
  ['', jobSelector],
  ['', jobIndexes],
];
/** A pod's spec that no workload adds volumes to. */
export const MOUNTS: readonly FieldCheck[] = [['', templateMounts]];

function labelsOf(template: Json | undefined): Json | undefined {
  if (!isJsonObject(template) || !isJsonObject(template.metadata)) return undefined;
  return template.metadata.labels;
}
