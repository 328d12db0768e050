import {describe, expect, test} from 'vitest';
import {checkPods} from '../../src/guard/pods.ts';
import type {Json, JsonObject, KubernetesObject} from '../../src/kubernetes/object.ts';
import {guardContext} from '../support/guard.ts';
import {objectOf, pod, podDefault, podSpec, refusals} from './pod-objects.ts';

const LISTED = 'ml-pipeline-ui-artifact';

function projected(...sources: Json[]): JsonObject {
  return {
    volumes: [
      {name: 'a', emptyDir: {}},
      {name: 'token', projected: {sources}},
    ],
  };
}

const token = (fields: JsonObject) => ({serviceAccountToken: {path: 'token', ...fields}});

/** A pod that says nothing of tokens but this. */
function podOf(fields: JsonObject): JsonObject {
  const {automountServiceAccountToken: _, ...spec} = podSpec();
  return pod({...spec, ...fields});
}

describe('a pod may have the token', () => {
  test.each<{what: string; fields: JsonObject}>([
    {what: 'of nobody', fields: {automountServiceAccountToken: false}},
    {
      what: 'of nobody, whoever it is',
      fields: {automountServiceAccountToken: false, serviceAccountName: 'default-editor'},
    },
    {
      what: 'of a listed ServiceAccount',
      fields: {automountServiceAccountToken: true, serviceAccountName: LISTED},
    },
    {what: 'of a listed ServiceAccount, by default', fields: {serviceAccountName: LISTED}},
    {
      what: 'of a listed ServiceAccount, named twice',
      fields: {serviceAccountName: LISTED, serviceAccount: LISTED},
    },
    {
      what: 'for a listed audience',
      fields: {
        automountServiceAccountToken: false,
        ...projected(token({audience: 'pipelines.kubeflow.org'})),
      },
    },
    {
      what: 'of a listed ServiceAccount, for the API',
      fields: {serviceAccountName: LISTED, ...projected(token({}))},
    },
    {
      what: 'of a listed ServiceAccount, for any audience',
      fields: {serviceAccountName: LISTED, ...projected(token({audience: 'a'}), {podCertificate: {}})},
    },
    {
      what: 'that other volumes do not hold',
      fields: {
        automountServiceAccountToken: false,
        ...projected({configMap: {name: 'a'}}, {secret: {name: 'a'}}),
      },
    },
  ])('$what', ({fields}) => {
    expect(refusals(podOf(fields))).toEqual([]);
  });

  test('of every ServiceAccount that is listed, default too', () => {
    const tokens = {serviceAccounts: ['default', 'b'], audiences: []};
    expect(refusals(podOf({}), {tokens})).toEqual([]);
    expect(refusals(podOf({serviceAccountName: 'b'}), {tokens})).toEqual([]);
    expect(refusals(podOf({serviceAccountName: LISTED}), {tokens})).toHaveLength(1);
  });
});

describe('a pod may not have the token', () => {
  test.each<{what: string; fields: JsonObject; path: string; says: string}>([
    {
      what: 'of default, by default',
      fields: {},
      path: 'spec',
      says: 'the pod gets a token of the ServiceAccount default',
    },
    {
      what: 'of default, by an empty name',
      fields: {serviceAccountName: ''},
      path: 'spec',
      says: 'the pod gets a token of the ServiceAccount default',
    },
    {
      what: 'of another ServiceAccount',
      fields: {serviceAccountName: 'default-editor', automountServiceAccountToken: true},
      path: 'spec.automountServiceAccountToken',
      says: 'the pod gets a token of the ServiceAccount default-editor',
    },
    {
      what: 'by a word that is no boolean',
      fields: {automountServiceAccountToken: 'false'},
      path: 'spec.automountServiceAccountToken',
      says: 'the pod gets a token of the ServiceAccount default',
    },
    {
      what: 'of a ServiceAccount by its deprecated name',
      fields: {automountServiceAccountToken: false, serviceAccount: 'a'},
      path: 'spec.serviceAccount',
      says: 'the pod names another ServiceAccount in the deprecated serviceAccount',
    },
    {
      what: 'of a listed ServiceAccount by its deprecated name',
      fields: {serviceAccount: LISTED},
      path: 'spec.serviceAccount',
      says: 'the pod names another ServiceAccount in the deprecated serviceAccount',
    },
    {
      what: 'of two ServiceAccounts',
      fields: {serviceAccountName: LISTED, serviceAccount: 'a'},
      path: 'spec.serviceAccount',
      says: 'the pod names another ServiceAccount in the deprecated serviceAccount',
    },
    {
      what: 'for the API in a volume',
      fields: {automountServiceAccountToken: false, ...projected(token({}))},
      path: 'spec.volumes[1].projected.sources[0].serviceAccountToken',
      says: 'a volume has a token for the Kubernetes API',
    },
    {
      what: 'for no audience in a volume',
      fields: {automountServiceAccountToken: false, ...projected(token({audience: ''}))},
      path: 'spec.volumes[1].projected.sources[0].serviceAccountToken',
      says: 'a volume has a token for the Kubernetes API',
    },
    {
      what: 'for another audience',
      fields: {
        automountServiceAccountToken: false,
        ...projected({configMap: {}}, token({audience: 'vault'})),
      },
      path: 'spec.volumes[1].projected.sources[1].serviceAccountToken.audience',
      says: 'a volume has a token for an audience that is not listed',
    },
    {
      what: 'for an audience that is no text',
      fields: {
        automountServiceAccountToken: false,
        ...projected(token({audience: ['pipelines.kubeflow.org']})),
      },
      path: 'spec.volumes[1].projected.sources[0].serviceAccountToken.audience',
      says: 'a volume has a token for an audience that is not listed',
    },
    {
      what: 'that cannot be read',
      fields: {automountServiceAccountToken: false, ...projected({serviceAccountToken: 'a'})},
      path: 'spec.volumes[1].projected.sources[0].serviceAccountToken',
      says: 'a volume has a token for an audience that is not listed',
    },
    {
      what: 'where sources cannot be read',
      fields: {automountServiceAccountToken: false, volumes: [{name: 'a', projected: {sources: 'a'}}]},
      path: 'spec.volumes[0].projected.sources',
      says: 'a volume cannot be judged: this is not a list',
    },
    {
      what: "as a certificate of the pod's identity",
      fields: {automountServiceAccountToken: false, ...projected({podCertificate: {signerName: 'a'}})},
      path: 'spec.volumes[1].projected.sources[0].podCertificate',
      says: "a volume has a certificate of the pod's identity",
    },
  ])('$what', ({fields, path, says}) => {
    expect(refusals(podOf(fields))).toEqual([`${path}: cannot render Pod: ${says}`]);
  });
});

describe.each([
  {form: 'a PodDefault', kind: 'PodDefault', make: podDefault},
  {
    form: 'a part of a pod',
    kind: 'Part',
    make: (spec: JsonObject) => objectOf('example.com/v1', 'Part', spec),
  },
])('$form', ({kind, make}) => {
  test.each<{what: string; fields: JsonObject}>([
    {what: 'say nothing of tokens', fields: {}},
    {what: 'take the token away', fields: {automountServiceAccountToken: false}},
    {
      what: 'add a listed ServiceAccount',
      fields: {serviceAccountName: LISTED, automountServiceAccountToken: true},
    },
    {
      what: 'add a token for a listed audience',
      fields: projected(token({audience: 'pipelines.kubeflow.org'})),
    },
  ])('may $what', ({fields}) => {
    expect(refusals(make(fields))).toEqual([]);
  });

  test.each<{what: string; fields: JsonObject; path: string; says: string}>([
    {
      what: 'add another ServiceAccount',
      fields: {serviceAccountName: 'default-editor'},
      path: 'spec.serviceAccountName',
      says: 'pods get the ServiceAccount default-editor, which is not listed',
    },
    {
      what: 'add another ServiceAccount without its token',
      fields: {serviceAccountName: 'default-editor', automountServiceAccountToken: false},
      path: 'spec.serviceAccountName',
      says: 'pods get the ServiceAccount default-editor, which is not listed',
    },
    {
      what: 'add another ServiceAccount by the deprecated name',
      fields: {serviceAccount: 'default-editor'},
      path: 'spec.serviceAccount',
      says: 'pods get the ServiceAccount default-editor, which is not listed',
    },
    {
      what: "add a token of the pods' own ServiceAccounts",
      fields: {automountServiceAccountToken: true},
      path: 'spec.automountServiceAccountToken',
      says: 'pods get a token of whichever ServiceAccount they have',
    },
    {
      what: 'add a token for the API',
      fields: projected(token({})),
      path: 'spec.volumes[1].projected.sources[0].serviceAccountToken',
      says: 'a volume has a token for the Kubernetes API',
    },
  ])('may not $what', ({fields, path, says}) => {
    expect(refusals(make(fields))).toEqual([`${path}: cannot render ${kind}: ${says}`]);
  });
});

test('a PodDefault adds no token for the API even with a listed ServiceAccount, for it reaches other pods', () => {
  const fields = {serviceAccountName: LISTED, ...projected(token({}))};
  expect(refusals(podDefault(fields))).toHaveLength(1);
  expect(refusals(objectOf('example.com/v1', 'Part', fields))).toEqual([]);
});

test('a PodDefault adds no ServiceAccount whose name is no text, while a part means something else by it', () => {
  expect(refusals(podDefault({serviceAccountName: [LISTED]}))).toEqual([
    'spec.serviceAccountName: cannot render PodDefault: pods get the ServiceAccount of no name, which is not listed',
  ]);
  expect(
    refusals(
      objectOf('example.com/v1', 'Part', {serviceAccountName: [LISTED], serviceAccount: {create: true}}),
    ),
  ).toEqual([]);
});

test.each([podDefault, (spec: JsonObject) => objectOf('example.com/v1', 'Part', spec)])(
  'what says no ServiceAccount is not taken for one of default, listed or not',
  make => {
    const tokens = {serviceAccounts: ['default'], audiences: []};
    expect(refusals(make({automountServiceAccountToken: true}), {tokens})).toHaveLength(1);
  },
);

test('sources that cannot be read count in a PodDefault, and mean something else in a part', () => {
  const fields = {volumes: [{name: 'a', projected: 'a'}]};
  expect(refusals(podDefault(fields))).toHaveLength(1);
  expect(refusals(objectOf('example.com/v1', 'Part', fields))).toEqual([]);
});

test.each<{what: string; object: JsonObject; hint: string}>([
  {
    what: 'a token',
    object: podOf({}),
    hint: 'write automountServiceAccountToken: false, or list the ServiceAccount in guards.tokens.serviceAccounts',
  },
  {
    what: 'the deprecated name',
    object: podOf({automountServiceAccountToken: false, serviceAccount: 'a'}),
    hint: 'write serviceAccountName alone',
  },
  {
    what: 'a ServiceAccount',
    object: podDefault({serviceAccountName: 'a'}),
    hint: 'leave serviceAccountName out, or list the ServiceAccount in guards.tokens.serviceAccounts',
  },
  {
    what: 'a token for the API',
    object: podDefault(projected(token({}))),
    hint: 'name an audience, or list the ServiceAccount in guards.tokens.serviceAccounts',
  },
  {
    what: 'an audience',
    object: podDefault(projected(token({audience: 'a'}))),
    hint: 'use an audience of guards.tokens.audiences, or list this one there',
  },
  {
    what: 'a certificate',
    object: podDefault(projected({podCertificate: {}})),
    hint: 'leave it out, or list the ServiceAccount in guards.tokens.serviceAccounts',
  },
  {
    what: 'what cannot be read',
    object: podDefault({volumes: [{name: 'a', projected: 1}]}),
    hint: 'write a map',
  },
])('a hint says what to write instead of $what', ({object, hint}) => {
  expect(checkPods(object as KubernetesObject, guardContext())).toMatchObject([{rule: 'pods/token', hint}]);
});
