import type {JsonObject} from '../../src/kubernetes/object.ts';
import type {Action} from '../../src/rbac/evaluate.ts';
import type {Identity, Subject} from '../../src/rbac/identity.ts';
import {type Client, pathOf} from './client.ts';

/** Whether somebody may do something in a namespace. */
export interface Question extends Action {
  readonly identity: Identity;
  readonly namespace: string;
}

/** A question with what can-i says. */
export interface Answered extends Question {
  readonly allowed: boolean;
}

/** Reviews under way at a time. */
const CONCURRENCY = 20;

const PATH = pathOf('authorization.k8s.io/v1', 'subjectaccessreviews');

/** Where the API server answers otherwise than can-i, a line each. */
export async function disagreements(admin: Client, questions: readonly Answered[]): Promise<string[]> {
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
export async function review(admin: Client, question: Question): Promise<boolean> {
  const {identity, namespace, verb, group, resource, subresource, name} = question;
  const {user, groups} = identity;
  const resourceAttributes = {namespace, verb, group, resource, subresource, name} as JsonObject;
  const {status, body} = await admin.request('POST', PATH, {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SubjectAccessReview',
    spec: {user, groups: [...groups], resourceAttributes},
  });
  if (status !== 201) throw new Error(`cannot review ${JSON.stringify(question)}: ${body.message}`);
  const answer = body.status as {allowed: boolean; evaluationError?: string};
  return answer.allowed;
}

/** A subject as an authenticator would say who it is, written apart from what can-i takes it for. */
export function requesterOf({kind, name, namespace}: Subject): Identity {
  const authenticated = 'system:authenticated';
  if (kind === 'User') return {user: name, groups: [authenticated]};
  if (kind === 'Group') return {user: 'a-member', groups: [name, authenticated]};
  const groups = ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, authenticated];
  return {user: `system:serviceaccount:${namespace}:${name}`, groups};
}

function describeDisagreement(question: Answered, allowed: boolean): string {
  const {identity, namespace, verb, group, resource, subresource, name} = question;
  const what = [
    resource,
    ...(group ? [`.${group}`] : []),
    ...(subresource ? [`/${subresource}`] : []),
    ...(name ? [` ${name}`] : []),
  ].join('');
  const who = `${identity.user} (${identity.groups.join(', ')})`;
  const says = (answer: boolean) => (answer ? 'yes' : 'no');
  return `${who} in ${namespace}: ${verb} ${what}: API server ${says(allowed)}, can-i ${says(question.allowed)}`;
}
