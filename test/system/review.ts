import type {JsonObject} from '../../src/kubernetes/object.ts';
import type {Action} from '../../src/rbac/evaluate.ts';
import type {Subject} from '../../src/rbac/identity.ts';
import {type Client, pathOf} from './client.ts';

/** Whether somebody may do something in a namespace, and what is thought of it. */
export interface Question extends Action {
  readonly subject: Subject;
  readonly namespace: string;
  /** What can-i says. */
  readonly allowed: boolean;
}

/** Reviews under way at a time. */
const CONCURRENCY = 20;

const PATH = pathOf('authorization.k8s.io/v1', 'subjectaccessreviews');

/** Where the API server answers otherwise than can-i, a line each. */
export async function disagreements(admin: Client, questions: readonly Question[]): Promise<string[]> {
  const lines: string[] = [];
  let next = 0;
  const work = async () => {
    for (let question = questions[next++]; question; question = questions[next++]) {
      const allowed = await review(admin, question);
      if (allowed !== question.allowed) lines.push(describeDisagreement(question, allowed));
    }
  };
  await Promise.all(Array.from({length: CONCURRENCY}, work));
  return lines.sort();
}

/** What the API server answers. */
export async function review(admin: Client, question: Omit<Question, 'allowed'>): Promise<boolean> {
  const {subject, namespace, verb, group, resource, subresource, name} = question;
  const resourceAttributes = {namespace, verb, group, resource, subresource, name} as JsonObject;
  const {status, body} = await admin.request('POST', PATH, {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SubjectAccessReview',
    spec: {...asks(subject, namespace), resourceAttributes},
  });
  if (status !== 201) throw new Error(`cannot review ${JSON.stringify(question)}: ${body.message}`);
  const answer = body.status as {allowed: boolean; evaluationError?: string};
  return answer.allowed;
}

// As an authenticator would say who it is, written apart from what can-i takes a subject for.
function asks({kind, name, namespace: home}: Subject, namespace: string): JsonObject {
  const authenticated = 'system:authenticated';
  if (kind === 'User') return {user: name, groups: [authenticated]};
  if (kind === 'Group') return {user: 'a-member', groups: [name, authenticated]};
  const own = home ?? namespace;
  const groups = ['system:serviceaccounts', `system:serviceaccounts:${own}`, authenticated];
  return {user: `system:serviceaccount:${own}:${name}`, groups};
}

function describeDisagreement(question: Question, allowed: boolean): string {
  const {subject, namespace, verb, group, resource, subresource, name} = question;
  const what = [
    resource,
    ...(group ? [`.${group}`] : []),
    ...(subresource ? [`/${subresource}`] : []),
    ...(name ? [` ${name}`] : []),
  ].join('');
  const who = `${subject.kind} ${subject.namespace ? `${subject.namespace}/` : ''}${subject.name}`;
  const says = (answer: boolean) => (answer ? 'yes' : 'no');
  return `${who} in ${namespace}: ${verb} ${what}: API server ${says(allowed)}, can-i ${says(question.allowed)}`;
}
