import {type Binding, type Grant, grantsTo, type Policy} from './evaluate.ts';
import {identityOf, namespaceGroup, type Subject, subjectKey} from './identity.ts';
import {subjectsOf, type Tenant} from './matrix.ts';
import type {PolicyRule} from './rule.ts';

/** A grant in a tenant's namespace to somebody who is no party to it. */
export interface Leak {
  readonly namespace: string;
  readonly binding: Binding;
  /** Whom the binding names: through this it reaches them. */
  readonly subject: Subject;
  /** `undefined` where the role is unknown: nobody can say that it gives nothing. */
  readonly rules: readonly PolicyRule[] | undefined;
  /** Those whom it reaches and who have no business there. */
  readonly reached: readonly Subject[];
}

/** What every cluster grants to everybody by `system:basic-user`: to ask about oneself, in no namespace. */
const SELF_REVIEWS = {
  groups: ['authentication.k8s.io', 'authorization.k8s.io'],
  resources: ['selfsubjectaccessreviews', 'selfsubjectrulesreviews', 'selfsubjectreviews'],
};

/** Everything that anybody known gets in the namespace of a tenant to which they are no party. */
export function findLeaks(policy: Policy, tenants: readonly Tenant[]): Leak[] {
  const subjects = subjectsOf(policy, tenants).map(subject => ({subject, identity: identityOf(subject)}));
  return tenants.flatMap(tenant => {
    const parties = new Set(tenant.parties.filter(isSomebody).map(subjectKey));
    const leaks = new Map<string, Leak>();
    for (const {subject, identity} of subjects) {
      if (isParty(subject, tenant.namespace, parties)) continue;
      for (const grant of grantsTo(policy, identity, tenant.namespace).filter(givesAnything)) {
        addLeak(leaks, grant, subject, tenant.namespace);
      }
    }
    return [...leaks.values()];
  });
}

function isParty(subject: Subject, namespace: string, parties: ReadonlySet<string>): boolean {
  if (subject.kind === 'ServiceAccount' && subject.namespace === namespace) return true;
  if (subject.kind === 'Group' && subject.name === namespaceGroup(namespace)) return true;
  return parties.has(subjectKey(subject));
}

// Groups that Kubernetes fills by itself hold other tenants' people, whoever let them in.
function isSomebody({kind, name}: Subject): boolean {
  return kind !== 'Group' || !(name.startsWith('system:') || name.includes('*'));
}

function givesAnything({rules}: Grant): boolean {
  return rules?.some(isNamespaced) ?? true;
}

function isNamespaced({apiGroups = [], resources = [], verbs}: PolicyRule): boolean {
  if ([apiGroups, resources, verbs].some(({length}) => length === 0)) return false;
  const isSelfReview =
    apiGroups.every(group => SELF_REVIEWS.groups.includes(group)) &&
    resources.every(resource => SELF_REVIEWS.resources.includes(resource));
  return !isSelfReview;
}

function addLeak(leaks: Map<string, Leak>, grant: Grant, reached: Subject, namespace: string): void {
  const {binding, subject, rules} = grant;
  const key = [binding.namespace ?? '', binding.name, binding.subjects.indexOf(subject)].join('\n');
  const known = leaks.get(key)?.reached ?? [];
  leaks.set(key, {
    namespace,
    binding,
    subject,
    rules: rules?.filter(isNamespaced),
    reached: [...known, reached],
  });
}
