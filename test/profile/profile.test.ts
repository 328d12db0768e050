import {describe, expect, test} from 'vitest';
import type {Json, JsonObject} from '../../src/kubernetes/object.ts';
import {hasControlCharacters, parseIdentity, parseProfile} from '../../src/profile/profile.ts';
import {DELETING, profileObject, UID} from '../support/requests.ts';

describe('a Profile', () => {
  test('is read with empty parts where it has none', () => {
    expect(parseProfile(profileObject())).toEqual({
      name: 'alice',
      uid: UID,
      deleting: false,
      deletedAt: 0,
      createdAt: 0,
      generation: 1,
      labels: {},
      annotations: {},
      owner: {kind: 'User', name: 'alice@example.com'},
      plugins: [],
      quota: {hard: {}, scopes: [], scopeSelector: {}},
    });
  });

  test('is read with labels, annotations, plugins and quota', () => {
    const said = {labels: {tier: 'gold'}, annotations: {note: 'x'}};
    const plugin = {apiVersion: 'v1', kind: 'WorkloadIdentity', spec: {gcpServiceAccount: 'a@b'}};
    const quota = {hard: {cpu: 4}, scopes: ['BestEffort'], scopeSelector: {matchExpressions: []}};
    const spec = {plugins: [plugin], resourceQuotaSpec: quota};
    const profile = parseProfile(profileObject({metadata: {...said, ...DELETING}, spec}));
    expect(profile).toMatchObject({...said, deleting: true, plugins: [plugin], quota});
  });

  test.each<{what: string; metadata?: JsonObject; spec?: JsonObject; read: object}>([
    {what: 'a label that is no text', metadata: {labels: {a: 1, b: 'x'}}, read: {labels: {b: 'x'}}},
    {what: 'labels that are no map', metadata: {labels: ['a']}, read: {labels: {}}},
    {what: 'a generation that is no number', metadata: {generation: 'x'}, read: {generation: 0}},
    {what: 'plugins that are no list', spec: {plugins: 'x'}, read: {plugins: []}},
    {
      what: 'plugins without kind, spec or apiVersion',
      spec: {plugins: [{spec: {}}, 'x', {kind: 'K', spec: 'x'}]},
      read: {plugins: [{apiVersion: '', kind: 'K', spec: {}}]},
    },
    {
      what: 'a quota of other types',
      spec: {resourceQuotaSpec: {hard: [], scopes: ['A', 1], scopeSelector: 'x'}},
      read: {quota: {hard: {}, scopes: ['A'], scopeSelector: {}}},
    },
    {
      what: 'a ServiceAccount without namespace',
      spec: {owner: {kind: 'ServiceAccount', name: 'robot', apiGroup: ''}},
      read: {owner: {kind: 'ServiceAccount', name: 'robot', apiGroup: '', namespace: 'alice'}},
    },
    {
      what: 'a User with namespace',
      spec: {owner: {kind: 'User', name: 'bob', namespace: 'x'}},
      read: {owner: {kind: 'User', name: 'bob'}},
    },
  ])('is usable with $what', ({metadata = {}, spec = {}, read}) => {
    const profile = parseProfile(profileObject({metadata, spec}));
    for (const [field, value] of Object.entries(read)) expect(profile).toHaveProperty(field, value);
  });

  test.each<{what: string; raw: Json; message: string}>([
    {what: 'without spec', raw: {...profileObject(), spec: null}, message: 'spec.owner is missing'},
    {what: 'without owner', raw: owned(null), message: 'spec.owner is missing'},
    {
      what: 'with an owner without name',
      raw: owned({kind: 'User', name: ''}),
      message: 'spec.owner.name is missing',
    },
    {what: 'with an owner without kind', raw: owned({name: 'a'}), message: 'spec.owner.kind is missing'},
    {
      what: 'with an owner of another kind',
      raw: owned({kind: 'Node', name: 'a'}),
      message: 'spec.owner.kind is not User',
    },
    {
      what: 'with an owner that breaks lines',
      raw: owned({kind: 'User', name: 'a\nb'}),
      message: 'spec.owner.name has control characters',
    },
    ...['Group', 'User'].flatMap(kind => [
      {
        what: `with everybody as its owner, as a ${kind}`,
        raw: owned({kind, name: 'system:authenticated'}),
        message: "spec.owner.name is one of Kubernetes' own",
      },
      {
        what: `with an owner whom Istio reads as many, as a ${kind}`,
        raw: owned({kind, name: '*@example.com'}),
        message: 'spec.owner.name has * in it',
      },
    ]),
    {
      what: 'with a name of 64 characters',
      raw: profileObject({name: 'a'.repeat(64)}),
      message: 'has 64 characters',
    },
    {what: 'with a dot in its name', raw: profileObject({name: 'a.b'}), message: 'no namespace name'},
    {
      what: 'of an owner whose name is longer than an annotation may be',
      raw: profileObject({spec: {owner: {kind: 'User', name: 'a'.repeat(513)}}}),
      message: 'spec.owner.name is longer than 512 characters',
    },
    {
      what: 'of a ServiceAccount with a name that none has',
      raw: profileObject({spec: {owner: {kind: 'ServiceAccount', name: 'Bad Name!'}}}),
      message: "spec.owner.name is no ServiceAccount's name",
    },
    {
      what: 'of a ServiceAccount with a longer name than any has',
      raw: profileObject({spec: {owner: {kind: 'ServiceAccount', name: 'a'.repeat(254)}}}),
      message: "spec.owner.name is no ServiceAccount's name",
    },
    {
      what: 'of a ServiceAccount in a namespace that cannot be',
      raw: profileObject({spec: {owner: {kind: 'ServiceAccount', name: 'a', namespace: 'Also Bad'}}}),
      message: 'spec.owner.namespace is no namespace name',
    },
  ])('$what is refused', ({raw, message}) => {
    expect(() => parseProfile(raw)).toThrow(message);
  });

  test('may have a ServiceAccount as its owner by the name that Kubernetes gives its user', () => {
    const name = 'system:serviceaccount:robots:robot';
    expect(parseProfile(owned({kind: 'User', name})).owner.name).toBe(name);
    expect(() => parseProfile(owned({kind: 'Group', name}))).toThrow("one of Kubernetes' own");
  });

  test('may have a name of 63 characters', () => {
    expect(parseProfile(profileObject({name: 'a'.repeat(63)})).name).toHaveLength(63);
  });
});

describe('the identity of a Profile', () => {
  test('needs neither owner nor a usable name', () => {
    const raw = {...profileObject({name: 'A.'.repeat(99), metadata: DELETING}), spec: null};
    expect(parseIdentity(raw)).toEqual({
      name: 'A.'.repeat(99),
      uid: UID,
      deleting: true,
      deletedAt: 1_767_225_600,
    });
  });

  test.each<{what: string; raw: Json | undefined; message: string}>([
    {what: 'nothing', raw: undefined, message: 'its kind is not Profile of kubeflow.org'},
    {what: 'another kind', raw: {...profileObject(), kind: 'Notebook'}, message: 'its kind is not Profile'},
    {
      what: 'another group',
      raw: {...profileObject(), apiVersion: 'kubeflow.organic/v1'},
      message: 'its kind is not',
    },
    {what: 'no metadata', raw: {...profileObject(), metadata: null}, message: 'metadata.name is missing'},
    {what: 'no uid', raw: profileObject({metadata: {uid: ''}}), message: 'metadata.uid is missing'},
  ])('is refused for $what', ({raw, message}) => {
    expect(() => parseIdentity(raw)).toThrow(message);
  });
});

test.each([
  {name: 'newline', text: 'a\nb', has: true},
  {name: 'escape', text: 'a\u001bb', has: true},
  {name: 'line separator', text: 'a\u2028b', has: true},
  {name: 'right-to-left override', text: 'a\u202eb', has: true},
  {name: 'zero width space', text: 'a\u200bb', has: true},
  {name: 'umlaut', text: 'Jörg O’Hara <j@example.com>', has: false},
])('$name counts as a control character: $has', ({text, has}) => {
  expect(hasControlCharacters(text)).toBe(has);
});

function owned(owner: Json): Json {
  return profileObject({spec: {owner}});
}

function nested(depth: number): Json {
  return depth === 0 ? [] : [nested(depth - 1)];
}

test('takes an empty namespace of a ServiceAccount for none', () => {
  const raw = profileObject({spec: {owner: {kind: 'ServiceAccount', name: 'robot', namespace: ''}}});
  expect(parseProfile(raw).owner.namespace).toBe(parseProfile(raw).name);
});

test('a plugin or quota that is nested too deeply is taken for an empty one: nobody freezes himself with it', () => {
  const deep = nested(40);
  const spec = {
    owner: {kind: 'User', name: 'a'},
    plugins: [{kind: 'WorkloadIdentity', spec: {deep}}],
    resourceQuotaSpec: {hard: {deep}, scopeSelector: {deep}},
  };
  const {plugins, quota} = parseProfile(profileObject({spec}));
  expect(plugins).toEqual([{apiVersion: '', kind: 'WorkloadIdentity', spec: {}}]);
  expect(quota).toEqual({hard: {}, scopes: [], scopeSelector: {}});
});
