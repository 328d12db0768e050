import {describe, expect, test} from 'vitest';
import {schemaProblems} from '../../src/kubernetes/schema.ts';
import {type Case, EVERYTHING, renderDefaults} from './defaults.ts';

const collaborators = [{kind: 'User', name: 'bob@example.com', role: 'edit'}] as const;
const spec = {
  owner: {kind: 'ServiceAccount', name: 'robot', namespace: 'robots'},
  plugins: [{kind: 'WorkloadIdentity', spec: {gcpServiceAccount: 'alice@example.iam.gserviceaccount.com'}}],
  resourceQuotaSpec: {
    hard: {cpu: 4},
    scopes: ['NotTerminating'],
    scopeSelector: {matchExpressions: [{scopeName: 'PriorityClass', operator: 'Exists'}]},
  },
};

const CASES: {what: string; wanted: Case}[] = [
  {what: 'beside profile-controller', wanted: {}},
  {what: 'standalone', wanted: {mode: 'standalone'}},
  {
    what: 'standalone with everything optional',
    wanted: {
      mode: 'standalone',
      values: {...EVERYTHING, plugins: {rolePattern: '*<ns>*'}},
      spec,
      collaborators,
    },
  },
  {what: 'without a key', wanted: {mode: 'standalone', credentials: {mode: 'cloud'}}},
  {
    what: 'with another store',
    wanted: {values: {store: {host: 's3.example.com', cidrs: ['203.0.113.0/24']}}},
  },
];

describe.each(CASES)('default children $what', ({wanted}) => {
  const objects = renderDefaults(wanted).map(object => ({
    name: `${object.kind} ${object.metadata.name}`,
    object,
  }));

  test.each(objects)('$name has only fields that Kubernetes knows', ({object}) => {
    expect(schemaProblems(object)).toEqual([]);
  });
});
