import {describe, expect, test} from 'vitest';
import {checkStorage, type StorageOverride, type StorageValues} from '../../src/credentials/storage-check.ts';
import {complaints, valuesOf} from '../template/support.ts';

const POLICY = {headBucket: true, topLevel: true, sharedPrefix: ''};
const VALUES: StorageValues = {
  bucket: 'artifacts',
  recordBucket: 'records',
  prefixes: ['private-artifacts/<ns>/'],
  policy: POLICY,
};

const shared = (sharedPrefix: string) => ({policy: {...POLICY, sharedPrefix}});
const forProfile = (namespace: string, values: Partial<StorageValues>): StorageOverride => ({
  namespace,
  values: {...VALUES, ...values},
});

describe('nobody reaches anybody with', () => {
  test.each<{what: string; values?: Partial<StorageValues>; overrides?: StorageOverride[]}>([
    {what: "Kubeflow's prefix"},
    {
      what: 'several prefixes beside each other',
      values: {prefixes: ['private-artifacts/<ns>/', 'private/<ns>/']},
    },
    {what: 'one prefix within another of the same tenant', values: {prefixes: ['a/<ns>/', 'a/<ns>/b/']}},
    {
      what: 'a name that no namespace has above the tenants',
      values: {prefixes: ['<ns>/', 'Artifacts/<ns>/']},
    },
    {what: 'something shared', values: shared('shared/')},
    {what: "something shared beside the tenants'", values: shared('shared/private-artifacts/')},
    {what: 'other prefixes for one Profile', overrides: [forProfile('alice', {prefixes: ['team/<ns>/']})]},
    {what: 'the same prefixes for one Profile', overrides: [forProfile('alice', {})]},
    {
      what: 'another bucket for one Profile',
      overrides: [forProfile('alice', {bucket: 'other', prefixes: ['<ns>/']})],
    },
    {
      what: 'two Profiles of one name, one after the other',
      overrides: [
        forProfile('alice', {prefixes: ['a/<ns>/']}),
        forProfile('alice', {prefixes: ['a/<ns>/b/']}),
      ],
    },
  ])('$what', ({values, overrides}) => {
    expect(checkStorage({...VALUES, ...values}, overrides)).toEqual([]);
  });
});

describe('refused is', () => {
  test.each<{
    what: string;
    values?: Partial<StorageValues>;
    overrides?: StorageOverride[];
    path: (string | number)[];
    message: string;
    override?: number;
  }>([
    {
      what: 'a bucket with *',
      values: {bucket: 'a*'},
      path: ['bucket'],
      message: 'cannot use a*: policies read * ? and $ as patterns',
    },
    {
      what: 'a record bucket with ?',
      values: {recordBucket: 'a?'},
      path: ['recordBucket'],
      message: 'cannot use a?: policies read * ? and $ as patterns',
    },
    {
      what: 'a prefix with a variable',
      values: {prefixes: ['${aws:username}/<ns>/']},
      path: ['prefixes', 0],
      message: 'cannot use ${aws:username}/<ns>/: policies read * ? and $ as patterns',
    },
    {
      what: 'a prefix that all share',
      values: {prefixes: ['private-artifacts/<ns>/', 'artifacts/']},
      path: ['prefixes', 1],
      message: 'cannot use artifacts/: all tenants would share it: it must hold <ns>',
    },
    {
      what: 'a prefix without its slash',
      values: {prefixes: ['a/<ns>']},
      path: ['prefixes', 0],
      message: 'cannot use a/<ns>: it must end in a slash, or it reaches the names that continue it',
    },
    {
      what: 'a namespace that something continues',
      values: {prefixes: ['<ns>-x/']},
      path: ['prefixes', 0],
      message: 'cannot use <ns>-x/: <ns> must stand between slashes',
    },
    {
      what: 'a prefix with dots',
      values: {prefixes: ['a/<ns>/../']},
      path: ['prefixes', 0],
      message: 'cannot use a/<ns>/../: a part of it is empty or dots',
    },
    {
      what: 'a shared * ',
      values: shared('*/'),
      path: ['policy', 'sharedPrefix'],
      message: 'cannot use */: policies read * ? and $ as patterns',
    },
    {
      what: 'a whole bucket that is shared',
      values: shared('/'),
      path: ['policy', 'sharedPrefix'],
      message: 'cannot use /: a part of it is empty or dots',
    },
    {
      what: 'records beside artifacts',
      values: {recordBucket: 'artifacts'},
      path: ['recordBucket'],
      message: 'cannot keep records where tenants have their objects',
    },
    {
      what: "one Profile's artifacts beside records",
      overrides: [forProfile('alice', {bucket: 'records', recordBucket: 'elsewhere'})],
      path: ['recordBucket'],
      message: 'cannot keep records where tenants have their objects',
    },
    {
      what: 'a tenant whose name is where the others are',
      values: {prefixes: ['<ns>/', 'private-artifacts/<ns>/']},
      path: ['prefixes', 0],
      message: 'cannot give out <ns>/: another tenant may have private-artifacts/<ns>/, which it reaches',
    },
    {
      what: "the shared prefix above everybody's",
      values: shared('private-artifacts/'),
      path: ['policy', 'sharedPrefix'],
      message: 'cannot share private-artifacts/ with everybody: a tenant may have private-artifacts/<ns>/',
    },
    {
      what: "the shared prefix below a tenant's",
      values: shared('private-artifacts/public/x/'),
      path: ['policy', 'sharedPrefix'],
      message:
        'cannot share private-artifacts/public/x/ with everybody: a tenant may have private-artifacts/<ns>/',
    },
    {
      what: 'a Profile within the prefix of another',
      overrides: [forProfile('alice', {prefixes: ['private-artifacts/bob/<ns>/']})],
      path: ['prefixes', 0],
      message:
        'cannot give out private-artifacts/<ns>/: Profile alice may have private-artifacts/bob/<ns>/, which it reaches',
    },
    {
      what: 'a Profile above others',
      overrides: [forProfile('private-artifacts', {prefixes: ['<ns>/']})],
      path: ['prefixes', 0],
      message: 'cannot give out <ns>/: another tenant may have private-artifacts/<ns>/, which it reaches',
      override: 0,
    },
    {
      what: 'a Profile in what everybody else shares',
      values: shared('shared/'),
      overrides: [forProfile('alice', {prefixes: ['shared/<ns>/']})],
      path: ['policy', 'sharedPrefix'],
      message: 'cannot share shared/ with everybody: a tenant may have shared/<ns>/',
    },
  ])('$what', ({values, overrides, path, message, override}) => {
    const problems = checkStorage({...VALUES, ...values}, overrides);
    expect(problems).toContainEqual({path, message, ...(override !== undefined && {override})});
  });
});

describe('values tell where', () => {
  const by = (name: string, credentials: string) =>
    `  - profile: {name: ${name}, uid: u-${name}}\n    values: {credentials: ${credentials}}\n`;

  test.each([
    {
      what: 'records stand beside artifacts',
      operator: 'credentials:\n  bucket: b-1\n  recordBucket: b-1\n',
      problem:
        'operator.yaml:3:3: credentials.recordBucket: cannot keep records where tenants have their objects',
    },
    {
      what: 'one tenant reaches another',
      operator: 'credentials:\n  prefixes: [<ns>/, a/<ns>/]\n',
      problem:
        'operator.yaml:2:14: credentials.prefixes[0]: cannot give out <ns>/: another tenant may have a/<ns>/, which it reaches',
    },
    {
      what: 'an override does',
      operator: `overrides:\n${by('private-artifacts', '{prefixes: [<ns>/]}')}`,
      problem:
        'operator.yaml:3:39: overrides[0].values.credentials.prefixes[0]: cannot give out <ns>/: another tenant may have private-artifacts/<ns>/, which it reaches',
    },
    {
      what: 'two overrides of one Profile do together',
      operator: `overrides:\n${by('b-1', '{bucket: b-2, prefixes: [b-1/<ns>/]}')}${by('b-1', '{bucket: mlpipeline, prefixes: [<ns>/]}')}${by('c', '{prefixes: [b-1/<ns>/]}')}`,
      problem:
        'operator.yaml:5:59: overrides[1].values.credentials.prefixes[0]: cannot give out <ns>/: Profile c may have b-1/<ns>/, which it reaches',
    },
  ])('$what', ({operator, problem}) => {
    expect(complaints(() => valuesOf(operator))).toContain(problem);
  });
});
