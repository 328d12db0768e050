import {fieldPath} from '../../kubernetes/field-path.ts';
import {EACH, nearestPath, type Reading, readField, valueAt} from './field.ts';
import type {Finding} from './finding.ts';
import {FORBIDDEN, type Forbidden} from './forbidden.ts';
import {type Container, isExempt, type Pod} from './pod.ts';
import {REQUIRED, type Required} from './required.ts';
import {type Level, securityFinding} from './security-finding.ts';
import {checkVolumes} from './volumes.ts';

/** Holds a pod to a level of Kubernetes' Pod Security Standards. */
export function checkSecurity(pod: Pod, level: Level): Finding[] {
  return [
    ...checkForbidden({title: 'the pod', path: pod.path, value: pod.spec}, pod, level),
    ...checkVolumes(pod, level),
    ...pod.containers.flatMap(container => [
      ...checkForbidden(container, pod, level),
      ...(level === 'baseline' ? [] : checkRequired(container, pod)),
    ]),
  ];
}

function checkForbidden(subject: Container, pod: Pod, level: Level): Finding[] {
  const found = new Map<string, Finding>();
  for (const control of FORBIDDEN) {
    if (level === 'baseline' && control.level !== 'baseline') continue;
    // Most fields are absent from most maps, and may be.
    if (subject.value[control.field[0] as string] === undefined) continue;
    if (isExempt(pod, control.unless)) continue;
    for (const reading of readField(subject.value, control.field, subject.path)) {
      const finding = judge(reading, control, subject, pod);
      if (!finding) continue;
      // What both levels forbid is told once.
      const place = JSON.stringify(reading.path);
      if (!found.has(place)) found.set(place, finding);
    }
  }
  return [...found.values()];
}

function judge(reading: Reading, control: Forbidden, subject: Container, {form}: Pod): Finding | undefined {
  const {path} = reading;
  const field = fieldPath(path.slice(subject.path.length));
  if (!reading.isReadable) {
    // In a part, the field may well be another one of the same name.
    if (form === 'part') return;
    const reason = `${subject.title} cannot be judged: ${field} is not a ${reading.wanted}`;
    return securityFinding(
      {...control, level: 'baseline'},
      {path, reason, instead: `write a ${reading.wanted}`},
    );
  }
  if (control.isAllowed(reading.value)) return;
  const reason = `${subject.title} sets ${field}, which ${control.rule}`;
  return securityFinding(control, {path, reason, instead: insteadOf(control)});
}

function insteadOf({field, write}: Forbidden): string {
  const name = field.filter(step => step !== EACH).join('.');
  return write === undefined ? `leave ${name} out` : `write ${name}: ${write}`;
}

function checkRequired(container: Container, pod: Pod): Finding[] {
  return REQUIRED.filter(required => !isExempt(pod, required.unless) && !isMet(required, container, pod)).map(
    required => {
      const {field, write, isPodEnough} = required;
      const line = `${field.join('.')}: ${write}`;
      const where = isPodEnough && pod.form === 'pod' ? ' for the container or for the pod' : '';
      return securityFinding(
        {...required, level: 'restricted'},
        {
          path: nearestPath(container.value, field, container.path),
          reason: `${container.title} does not say ${line}`,
          instead: `write ${line}${where}`,
        },
      );
    },
  );
}

function isMet({field, isStated, isPodEnough}: Required, {value}: Container, pod: Pod): boolean {
  const isOfPod = isPodEnough && pod.form === 'pod' && isStated(valueAt(pod.spec, field));
  return isOfPod || isStated(valueAt(value, field));
}
