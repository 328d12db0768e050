import {describe, expect, test} from 'vitest';
import {findObserved, GENERATION_ANNOTATION, reconcile, withoutKey} from '../src/children.ts';
import type {ForeignJudge} from '../src/foreign.ts';
import type {Verdict} from '../src/foreign-ledger.ts';
import type {JsonObject, KubernetesObject} from '../src/kubernetes/object.ts';
import type {Rendered} from '../src/template/render.ts';
import {bare, grouped} from './support/requests.ts';

const CONFIG_MAP = bare('v1', 'ConfigMap', 'kfp-launcher');
const BINDING = {
  ...bare('rbac.authorization.k8s.io/v1', 'RoleBinding', 'pipelines-owner'),
  roleRef: {name: 'a'},
};
const SECRET = {...bare('v1', 'Secret', 'key'), data: {k: 'bmV3'}, type: 'Opaque'};

describe('reconcile', () => {
  test('waits for a child of a watched kind, and not of one that nobody watches', () => {
    const {children, missing} = reconcile([{object: CONFIG_MAP}, {object: SECRET}], {'ConfigMap.v1': {}});
    expect(children).toEqual([CONFIG_MAP, SECRET]);
    expect(missing).toEqual(['ConfigMap kfp-launcher']);
  });

  test('leaves a child out while it is observed with an immutable field that must change', () => {
    const observed = grouped([{...BINDING, roleRef: {name: 'b'}}]);
    expect(reconcile([{object: BINDING}], observed)).toMatchObject({
      children: [],
      missing: [],
      replacing: ['RoleBinding pipelines-owner (roleRef cannot be changed)'],
    });
  });

  test('answers it all the same where it could not be returned', () => {
    const observed = grouped([{...BINDING, roleRef: {name: 'b'}}]);
    expect(reconcile([{object: BINDING, isKept: true}], observed).children).toEqual([BINDING]);
  });
});

describe('of children that somebody else added to, reconcile', () => {
  const observed = grouped([CONFIG_MAP, SECRET]);
  const judging =
    (verdicts: {readonly [name: string]: Verdict}): ForeignJudge =>
    ({metadata}) => ({...(verdicts[metadata.name] ?? {action: 'none'}), words: 'somebody'});
  const both = [{object: CONFIG_MAP}, {object: SECRET}];

  test('leaves out what the judge replaces', () => {
    expect(reconcile(both, observed, judging({key: {action: 'replace'}}))).toEqual({
      children: [CONFIG_MAP],
      missing: [],
      replacing: ['Secret key (somebody)'],
      replaced: [SECRET],
      extended: [],
      dueInSeconds: Number.POSITIVE_INFINITY,
      isPassing: true,
    });
  });

  test('answers what waits or is endured, and says when the first may be replaced', () => {
    const judge = judging({
      key: {action: 'wait', seconds: 60},
      'kfp-launcher': {action: 'wait', seconds: 5},
    });
    expect(reconcile(both, observed, judge)).toEqual({
      children: [CONFIG_MAP, SECRET],
      missing: [],
      replacing: [],
      replaced: [],
      extended: ['ConfigMap kfp-launcher (somebody)', 'Secret key (somebody)'],
      dueInSeconds: 5,
      isPassing: true,
    });
    expect(reconcile(both, observed, judging({key: {action: 'endure'}}))).toMatchObject({
      children: [CONFIG_MAP, SECRET],
      extended: ['Secret key (somebody)'],
      dueInSeconds: Number.POSITIVE_INFINITY,
      isPassing: true,
    });
  });

  test.each([
    {of: 'all that nobody added to', verdict: {action: 'none'} as const, isPassing: false},
    {of: 'all, though one was replaced lately', verdict: {action: 'watch'} as const, isPassing: true},
  ])('answers $of', ({verdict, isPassing}) => {
    const result = reconcile(both, observed, judging({key: verdict}));
    expect(result).toMatchObject({children: [CONFIG_MAP, SECRET], replacing: [], extended: [], isPassing});
  });

  test('asks nobody about a child that is not observed, is kept, may be extended or is replaced anyway', () => {
    const judge: ForeignJudge = ({metadata}) => {
      throw new Error(`asked about ${metadata.name}`);
    };
    const foreign = grouped([CONFIG_MAP, {...BINDING, roleRef: {name: 'b'}}]);
    expect(reconcile([{object: SECRET}], foreign, judge).children).toEqual([SECRET]);
    expect(reconcile([{object: CONFIG_MAP, isKept: true}], foreign, judge).children).toEqual([CONFIG_MAP]);
    const extensible = {object: CONFIG_MAP, template: {usersMayExtend: true}};
    expect(reconcile([extensible], foreign, judge).children).toEqual([CONFIG_MAP]);
    expect(reconcile([{object: BINDING}], foreign, judge).children).toEqual([]);
  });
});

describe('without the key', () => {
  const needsKey = (object: KubernetesObject) => ({object, template: {usesKey: true}}) as unknown as Rendered;
  const plain = (object: KubernetesObject) => ({object, template: {usesKey: false}}) as unknown as Rendered;

  test('what needs no key is answered as ever', () => {
    expect(withoutKey([plain(CONFIG_MAP)], {})).toEqual([plain(CONFIG_MAP)]);
  });

  test('a Secret and a consumer that do not exist yet are left out', () => {
    expect(withoutKey([needsKey(SECRET), plain(consumer('7'))], {})).toEqual([]);
  });

  test.each<{rule: string; shown: JsonObject; repeated: JsonObject}>([
    {rule: 'type and data', shown: {type: 'x', data: {k: 'b2xk'}}, repeated: {type: 'x', data: {k: 'b2xk'}}},
    {rule: 'no data where it has none', shown: {type: 'Opaque'}, repeated: {type: 'Opaque'}},
    {rule: 'our type where it shows none', shown: {data: {}}, repeated: {type: 'Opaque', data: {}}},
    {
      rule: 'nothing else of it',
      shown: {type: 'Opaque', data: {}, immutable: true, stringData: {k: 'evil'}},
      repeated: {type: 'Opaque', data: {}},
    },
  ])('an observed Secret is answered with $rule', ({shown, repeated}) => {
    const observed = {...bare('v1', 'Secret', 'key'), ...shown};
    observed.metadata.labels = {written: 'by-a-user'};
    const [candidate] = withoutKey([needsKey(SECRET)], grouped([observed]));
    expect(candidate).toEqual({object: {...bare('v1', 'Secret', 'key'), ...repeated}, isKept: true});
  });

  test('an observed consumer keeps the generation that it shows, and gets the rest anew', () => {
    const observed = {...consumer('3'), extra: 'written by a user'};
    const desired = consumer('7');
    expect(withoutKey([plain(desired)], grouped([observed]))).toEqual([
      {object: consumer('3'), isKept: true},
    ]);
    expect(desired).toEqual(consumer('7'));
  });

  test.each([{annotations: {other: 'stays'}}, {}])(
    'one that shows no generation is answered without: %o',
    metadata => {
      const desired = consumer('7', metadata.annotations);
      const observed = bare('apps/v1', 'Deployment', 'reader');
      const [candidate] = withoutKey([plain(desired)], grouped([observed]));
      expect(candidate?.object.spec).toEqual({template: {metadata}});
    },
  );
});

test.each(['constructor', '__proto__', 'toString'])(
  'an object named %s is not found where there is none',
  name => {
    expect(findObserved(bare('v1', 'ConfigMap', name), {'ConfigMap.v1': {}})).toBeUndefined();
    expect(
      findObserved({apiVersion: 'v1', kind: 'Namespace', metadata: {name}}, {'Namespace.v1': {}}),
    ).toBeUndefined();
  },
);

function consumer(generation: string, others: {[key: string]: string} = {}): KubernetesObject {
  const annotations = {[GENERATION_ANNOTATION]: generation, ...others};
  return {...bare('apps/v1', 'Deployment', 'reader'), spec: {template: {metadata: {annotations}}}};
}
