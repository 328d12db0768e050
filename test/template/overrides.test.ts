import {describe, expect, test} from 'vitest';
import type {OverrideTarget} from '../../src/template/values/override.ts';
import {compile, complaints, configMap, inputFor, problemsOf, valuesOf} from './support.ts';

const ALICE: OverrideTarget = {name: 'alice', uid: 'uid-1', labels: {team: 'red', tier: 'gold'}};

const OVERRIDES = `
custom: {a: 0, b: 0, c: 0}
overrides:
  - selector: {matchLabels: {team: red}}
    values: {custom: {a: 1, b: 1}}
  - profile: {name: alice, uid: uid-1}
    values: {store: {region: eu-1}, custom: {b: 2}}
  - selector: {matchLabels: {team: red, tier: gold}}
    values: {artifactServer: {enabled: false}, custom: {c: ~}}
`;

describe('an override holds', () => {
  const custom = (target: Partial<OverrideTarget>) =>
    valuesOf(OVERRIDES).forProfile({...ALICE, ...target}).values.custom;

  test.each([
    {who: 'all that fit, the later over the earlier', target: {}, values: {a: 1, b: 2}},
    {who: 'nobody else', target: {name: 'bob', labels: {}}, values: {a: 0, b: 0, c: 0}},
    {
      who: 'a Profile with the name and another uid: not',
      target: {uid: 'uid-2', labels: {}},
      values: {a: 0, b: 0, c: 0},
    },
    {
      who: 'a Profile with the uid and another name: not',
      target: {name: 'bob', labels: {}},
      values: {a: 0, b: 0, c: 0},
    },
    {who: 'a Profile with all the labels', target: {uid: 'uid-2'}, values: {a: 1, b: 1}},
    {
      who: 'a Profile with some of the labels: not',
      target: {uid: 'uid-2', labels: {team: 'red', tier: 'tin'}},
      values: {a: 1, b: 1, c: 0},
    },
  ])('for $who', ({target, values}) => {
    expect(custom(target)).toEqual(values);
  });

  test('for the program and for templates alike, and never shows itself', () => {
    const {values, cel} = valuesOf(OVERRIDES).forProfile(ALICE);
    expect(values.store).toMatchObject({region: 'eu-1', port: 8333});
    expect(cel).toMatchObject({store: {region: 'eu-1', port: 8333n}, artifactServer: {enabled: false}});
    expect(values).not.toHaveProperty('overrides');
  });

  test('without being merged anew for each Profile', () => {
    const set = valuesOf(OVERRIDES);
    expect(set.forProfile(ALICE)).toBe(set.forProfile({...ALICE, labels: {...ALICE.labels, other: 'x'}}));
    expect(set.forProfile({...ALICE, name: 'bob', labels: {}})).toBe(set.base);
  });
});

describe('an override by label is refused', () => {
  test.each([
    'guards: {kinds: []}',
    'credentials: {bucket: other}',
    'adopt: []',
    'reservedNames: []',
    'namespaces: {store: other}',
    'store: {host: a.b}',
    'quota: {max: {cpu: 1}}',
    'quota: {max: {}}',
    'plugins: {rolePattern: <ns>}',
    'reuse: []',
    'abandon: []',
    'adoptCreatedBefore: 2026-01-31T00:00:00Z',
    'adoptCreatedBefore: ~',
    'allowRemoval: []',
    'foreignFields: {interval: 1m}',
    'overrides: []',
    'artifactServer: {image: mine}',
    'istio: {enabled: false}',
  ])('that sets %s', values => {
    const [problem] = problemsOf(() =>
      valuesOf(`overrides:\n  - selector: {matchLabels: {a: b}}\n    values:\n      ${values}\n`),
    );
    expect(problem).toMatchObject({
      file: 'operator.yaml',
      line: 4,
      message: expect.stringMatching(/^cannot override \S+( by label)?: /),
    });
  });

  test.each([
    {
      wrong: 'at the key itself',
      values: 'artifactServer: {enabled: false, token: false}',
      problem:
        '4:40: overrides[0].values.artifactServer.token: cannot override artifactServer.token by label: whoever creates a Profile chooses its labels (choose the Profile by name and uid)',
    },
    {
      wrong: 'where it is the same for every Profile',
      values: 'adopt: []',
      problem: '4:7: overrides[0].values.adopt: cannot override adopt: it is the same for every Profile',
    },
  ])('$wrong', ({values, problem}) => {
    const work = () =>
      valuesOf(`overrides:\n  - selector: {matchLabels: {a: b}}\n    values:\n      ${values}\n`);
    expect(complaints(work)).toEqual([`operator.yaml:${problem}`]);
  });

  test.each([
    'custom: {a: {b: 1}}',
    'artifactServer: {enabled: false}',
    'podDefault: {enabled: true}',
    'store: {}',
  ])('but not that sets %s', values => {
    const operator = `overrides:\n  - selector: {matchLabels: {a: b}}\n    values: {${values}}\n`;
    expect(complaints(() => valuesOf(operator))).toEqual([]);
  });
});

describe('an override by name and uid', () => {
  test('may set what labels may not', () => {
    const work = () =>
      valuesOf(
        'overrides:\n  - profile: {name: a, uid: b}\n    values: {credentials: {bucket: other}, quota: {max: {cpu: 1}}}\n',
      );
    expect(complaints(work)).toEqual([]);
  });

  test.each(['adopt', 'reservedNames', 'overrides'])(
    'may not set %s, which is the same for every Profile',
    key => {
      const work = () => valuesOf(`overrides:\n  - profile: {name: a, uid: b}\n    values: {${key}: []}\n`);
      expect(complaints(work)).toEqual([
        `operator.yaml:3:14: overrides[0].values.${key}: cannot override ${key}: it is the same for every Profile`,
      ]);
    },
  );
});

describe('what the hook reads without knowing the Profile', () => {
  test.each([
    'credentials.clusterId: other',
    'credentials.overlap: 1h',
    'credentials.recordBucket: other',
    'credentials.reclaimPolicy: Delete',
    'credentials.userPrefix: other',
    'finalize.abandonAfter: 1h',
  ])('may not be set for one: %s', setting => {
    const [path = '', value] = setting.split(': ');
    const [key, inner] = path.split('.');
    const work = () =>
      valuesOf(`overrides:\n  - profile: {name: a, uid: b}\n    values: {${key}: {${inner}: ${value}}}\n`);
    expect(complaints(work)).toEqual([
      expect.stringMatching(
        /: cannot override (finalize|credentials\.\w+): it is the same for every Profile$/,
      ),
    ]);
  });
});

describe('overrides are checked at load', () => {
  const by = (chosen: string, values: string) => `overrides:\n  - ${chosen}\n    values: ${values}\n`;
  const PROFILE = 'profile: {name: a, uid: b}';

  test.each([
    {
      wrong: 'an unknown key',
      operator: by(PROFILE, '{stroe: {}}'),
      problem:
        '3:14: overrides[0].values.stroe: cannot use values: unknown key "stroe" (did you mean "store"?)',
    },
    {
      wrong: 'a wrong value',
      operator: by(PROFILE, '{store: {port: 0}}'),
      problem:
        "3:22: overrides[0].values.store.port: cannot use values: must be >= 1 (The port that the store's pods listen on, which is what NetworkPolicies see.)",
    },
    {
      wrong: 'a key that must be there, deleted',
      operator: by(PROFILE, '{store: {host: ~}}'),
      problem: '3:22: overrides[0].values.store.host: cannot use values: required key is missing',
    },
    {
      wrong: 'nobody chosen',
      operator: 'overrides:\n  - values: {}\n',
      problem: '2:5: overrides[0]: cannot use values: an override is chosen either by selector or by profile',
    },
    {
      wrong: 'somebody chosen twice',
      operator: by('selector: {matchLabels: {a: b}}\n    profile: {name: a, uid: b}', '{}'),
      problem: '2:5: overrides[0]: cannot use values: an override is chosen either by selector or by profile',
    },
    {
      wrong: 'a Profile by its name alone',
      operator: by('profile: {name: a}', '{}'),
      problem: '2:14: overrides[0].profile.uid: cannot use values: required key is missing',
    },
  ])('$wrong', ({operator, problem}) => {
    expect(complaints(() => valuesOf(operator))).toEqual([`operator.yaml:${problem}`]);
  });

  test('the eleventh as the first', () => {
    const good = `  - ${PROFILE}\n    values: {}\n`;
    expect(complaints(() => valuesOf(`overrides:\n${good.repeat(10)}  - values: {}\n`))).toEqual([
      'operator.yaml:22:5: overrides[10]: cannot use values: an override is chosen either by selector or by profile',
    ]);
  });

  test('no label, which would choose everybody', () => {
    const [problem] = problemsOf(() => valuesOf(by('selector: {matchLabels: {}}', '{}')));
    expect(problem).toMatchObject({
      field: 'overrides[0].selector.matchLabels',
      message: 'cannot use values: must NOT have fewer than 1 properties',
    });
  });

  test('all of them', () => {
    const operator = `overrides:\n  - ${PROFILE}\n    values: {a: 1}\n  - selector: {matchLabels: {a: b}}\n    values: {adopt: []}\n  - ${PROFILE}\n    values: {b: 1}\n`;
    expect(problemsOf(() => valuesOf(operator)).map(({line}) => line)).toEqual([3, 5, 7]);
  });

  test('together with the templates: one that fails with an override alone stops the boot', () => {
    const template = configMap('data:\n  a: ${values.custom.tier.cpu}\n');
    const values = `custom: {tier: {cpu: "1"}}\n${by('selector: {matchLabels: {tier: none}}', '{custom: {tier: {cpu: ~}}}')}`;
    expect(complaints(() => compile({'t.yaml': template}, {values: 'custom: {tier: {cpu: "1"}}\n'}))).toEqual(
      [],
    );
    expect(complaints(() => compile({'t.yaml': template}, {values}))).toEqual([
      't.yaml:6:27: data.a: cannot evaluate expression: no such key "cpu" (use .?cpu.orValue(…), or has(…))',
    ]);
  });

  test('and reach what is rendered', () => {
    const set = compile({'t.yaml': configMap('data:\n  a: ${values.custom.a}\n')}, {values: OVERRIDES});
    const values = set.values.forProfile(ALICE);
    expect(set.render(inputFor(set, {values}))[0]?.object.data).toEqual({a: 1});
  });
});
