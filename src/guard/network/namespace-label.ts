import {type KubernetesObject, NAMESPACE_NAME_LABEL} from '../../kubernetes/object.ts';
import {shownWord} from '../../printable.ts';
import type {GuardContext} from '../context.ts';
import type {Violation} from '../violation.ts';
import {fieldOf, fieldsOf, type Place, refusalOf, shown, topField} from './place.ts';

/** Labels by which Kubernetes and Istio decide how a namespace's pods are guarded. */
const GUARDED_LABELS = /^(istio-injection$|istio\.io\/|pod-security\.kubernetes\.io\/)/;

const refuse = refusalOf('network/namespace-label', 'Namespace');

/** Checks that labels of the Namespace that decide how pods are guarded are listed. Others are free. */
export function checkNamespaceLabels(object: KubernetesObject, context: GuardContext): Violation[] {
  return fieldsOf(fieldOf(topField(object, 'metadata'), 'labels')).flatMap(label =>
    checkLabel(label, context),
  );
}

function checkLabel(label: Place & {readonly name: string}, {namespace, values}: GuardContext): Violation[] {
  const {name, value} = label;
  if (name === NAMESPACE_NAME_LABEL && value !== namespace) {
    return [
      refuse(
        label,
        `label ${name} is not the namespace's own name`,
        'leave it out: the API server writes it',
      ),
    ];
  }
  if (!GUARDED_LABELS.test(name)) return [];
  if (typeof value === 'string' && values.guards.namespaceLabels.includes(`${name}=${value}`)) return [];
  const hint = 'guards.namespaceLabels can list it as key=value';
  return [refuse(label, `label ${shownWord(name)} with value ${shown(label)} is not listed`, hint)];
}
