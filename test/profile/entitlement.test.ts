import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {canonical} from '../../src/kubernetes/canonical.ts';
import type {Json, JsonObject} from '../../src/kubernetes/object.ts';
import {entitle} from '../../src/profile/entitlement.ts';
import {parseProfile} from '../../src/profile/profile.ts';
import {profileObject} from '../support/requests.ts';

const ARN = 'arn:aws:iam::111122223333:role/';

describe('a quota', () => {
  test.each<{rule: string; max: {[resource: string]: string}; asked: JsonObject; gets: JsonObject}>([
    {rule: 'stays without a maximum', max: {}, asked: {cpu: '64'}, gets: {cpu: '64'}},
    {rule: 'stays below it', max: {cpu: '8'}, asked: {cpu: '7500m'}, gets: {cpu: '7500m'}},
    {
      rule: 'stays at it, however it is written',
      max: {memory: '1Gi'},
      asked: {memory: '1024Mi'},
      gets: {memory: '1024Mi'},
    },
    {rule: 'is held to it', max: {memory: '1Gi'}, asked: {memory: '1025Mi'}, gets: {memory: '1Gi'}},
    {rule: 'may be a number', max: {cpu: '8'}, asked: {cpu: 9}, gets: {cpu: '8'}},
    {
      rule: 'is the maximum where none is asked for',
      max: {pods: '50'},
      asked: {cpu: '1'},
      gets: {cpu: '1', pods: '50'},
    },
    {rule: 'knows no inherited resource', max: {constructor: '1'}, asked: {}, gets: {constructor: '1'}},
  ])('$rule', ({max, asked, gets}) => {
    expect(quotaOf({hard: asked}, max)).toMatchObject({hard: gets, skipped: []});
  });

  test.each<{what: string; hard: JsonObject; said: string}>([
    {what: 'no quantity', hard: {cpu: 'four'}, said: 'quota of cpu: not a quantity'},
    {what: 'negative', hard: {cpu: '-1'}, said: 'quota of cpu: not a quantity'},
    {what: 'a map', hard: {cpu: {}}, said: 'quota of cpu: not a quantity'},
    {
      what: 'more than can be written down',
      hard: {cpu: `1${'0'.repeat(24)}`},
      said: 'quota of cpu: not a quantity',
    },
    {what: 'of no resource', hard: {'c p\nu': '1'}, said: 'quota of c p?u: not the name of a resource'},
    {
      what: 'of an endless name',
      hard: {['x'.repeat(99)]: '1'},
      said: `quota of ${'x'.repeat(63)}: not the name of a resource`,
    },
  ])('is left out where it is $what, and the rest stays', ({hard, said}) => {
    expect(quotaOf({hard: {...hard, memory: '1Gi'}})).toMatchObject({hard: {memory: '1Gi'}, skipped: [said]});
  });

  test('keeps the scopes that Kubernetes knows', () => {
    const quota = quotaOf({
      hard: {pods: '1'},
      scopes: ['BestEffort', 'All'],
      scopeSelector: {matchExpressions: []},
    });
    expect(quota).toEqual({
      hard: {pods: '1'},
      scopes: ['BestEffort'],
      scopeSelector: {matchExpressions: []},
      skipped: ['quota scope All: there is none of this name'],
    });
  });

  test.each<JsonObject>([
    {hard: {}, scopes: ['BestEffort']},
    {hard: {}, scopeSelector: {matchExpressions: []}},
  ])('has no scopes under a maximum, for the other pods would get past it: %o', asked => {
    expect(quotaOf(asked, {pods: '5'})).toEqual({
      hard: {pods: '5'},
      scopes: [],
      scopeSelector: {},
      skipped: ['quota scopes: values.quota.max holds for all pods'],
    });
  });

  test('never stops a sync: what is left of any quota has a canonical form', () => {
    const amount = fc.oneof(
      fc.string(),
      fc.double(),
      fc.integer(),
      fc.stringMatching(/^-?\d{1,30}(\.\d{1,3})?(e-?\d{1,3}|[numkMGTPE]i?)?$/),
    );
    fc.assert(
      fc.property(fc.dictionary(fc.string(), amount), hard => {
        const {skipped: _, ...spec} = quotaOf({hard: hard as JsonObject});
        expect(() => canonical({kind: 'ResourceQuota', spec} as unknown as JsonObject)).not.toThrow();
      }),
    );
  });
});

describe('a plugin', () => {
  test.each([
    {pattern: `${ARN}tenant-<ns>`, role: `${ARN}tenant-alice`, allowed: true},
    {pattern: `${ARN}tenant-<ns>`, role: `${ARN}tenant-bob`, allowed: false},
    {pattern: `${ARN}tenant-<ns>`, role: `${ARN}tenant-alice2`, allowed: false},
    {pattern: `${ARN}*-<ns>`, role: `${ARN}team/x-alice`, allowed: true},
    {pattern: `${ARN}*-<ns>`, role: `${ARN}team/x-bob`, allowed: false},
    {pattern: `${ARN}<ns>-*`, role: `${ARN}alice-`, allowed: true},
    {pattern: `${ARN}<ns>/*/<ns>`, role: `${ARN}alice/x/alice`, allowed: true},
    {pattern: `${ARN}<ns>/*/<ns>`, role: `${ARN}alice/alice`, allowed: false},
    {pattern: '*-<ns>-*-<ns>-*', role: 'x-alice-y-alice-z', allowed: true},
    {pattern: '*-<ns>-*-<ns>-*', role: 'x-alice-y', allowed: false},
    {pattern: `${ARN}*<ns>`, role: `${ARN}x\nalice`, allowed: false},
    {pattern: 'a.c-<ns>', role: 'abc-alice', allowed: false},
    {pattern: '', role: '', allowed: false},
    {pattern: '', role: `${ARN}x`, allowed: false},
  ])(
    'may ask for a role that matches the pattern alone: $pattern allows $role: $allowed',
    ({pattern, role, allowed}) => {
      const {plugins, skipped} = pluginsOf(
        [{kind: 'AwsIamForServiceAccount', spec: {awsIamRole: role}}],
        pattern,
      );
      expect(plugins).toHaveLength(allowed ? 1 : 0);
      expect(skipped).toHaveLength(allowed ? 0 : 1);
    },
  );

  test('is held to the role in the field of its kind', () => {
    const spec = {awsIamRole: 'tenant-alice', gcpServiceAccount: 'tenant-bob'};
    const {plugins} = pluginsOf(
      [
        {kind: 'WorkloadIdentity', spec},
        {kind: 'AwsIamForServiceAccount', spec},
      ],
      'tenant-<ns>',
    );
    expect(plugins).toMatchObject([{kind: 'AwsIamForServiceAccount'}]);
  });

  test.each<{plugin: JsonObject; said: string}>([
    {plugin: {kind: 'Evil\nKind', spec: {}}, said: 'plugin Evil?Kind: this kind is unknown'},
    {plugin: {kind: 'constructor', spec: {}}, said: 'plugin constructor: this kind is unknown'},
    {
      plugin: {kind: 'WorkloadIdentity', spec: {}},
      said: 'plugin WorkloadIdentity: its role does not match values.plugins.rolePattern',
    },
    {
      plugin: {kind: 'WorkloadIdentity', spec: {gcpServiceAccount: 7}},
      said: 'plugin WorkloadIdentity: its role does not match values.plugins.rolePattern',
    },
  ])('that is left out is named: $said', ({plugin, said}) => {
    expect(pluginsOf([plugin], '*<ns>*')).toEqual({plugins: [], skipped: [said]});
  });

  test('is judged at once, however long the role and however many stars the pattern has', () => {
    const spec = {awsIamRole: 'x-alice-'.repeat(100_000)};
    const started = performance.now();
    pluginsOf([{kind: 'AwsIamForServiceAccount', spec}], '*-<ns>-*-*-*-*-*-!<ns>');
    expect(performance.now() - started).toBeLessThan(1000);
  });
});

function quotaOf(resourceQuotaSpec: JsonObject, max: {[resource: string]: string} = {}) {
  const profile = parseProfile(profileObject({spec: {resourceQuotaSpec}}));
  const {profile: held, skipped} = entitle(profile, {quota: {max}, plugins: {rolePattern: ''}});
  return {...held.quota, skipped};
}

function pluginsOf(plugins: Json[], rolePattern: string) {
  const profile = parseProfile(profileObject({spec: {plugins}}));
  const {profile: held, skipped} = entitle(profile, {quota: {max: {}}, plugins: {rolePattern}});
  return {plugins: held.plugins, skipped};
}
