import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {buildTenantPolicy, policyHash, type TenantPolicy} from '../../src/credentials/policy.ts';
import {POLICY_DIALECTS, type PolicyDialectName} from '../../src/credentials/policy-dialects.ts';
import {compilePolicies} from '../../src/credentials/policy-evaluator.ts';
import {ignoredOptions, policyExcess} from '../../src/credentials/policy-limits.ts';
import {storageOf} from '../../src/credentials/storage.ts';
import {checkStorage, type StorageValues} from '../../src/credentials/storage-check.ts';
import {APIS} from './policy-calls.ts';
import {DEVIATIONS, SHARED_PREFIX, TABLE} from './policy-table.ts';

const ALICE: TenantPolicy = {
  bucket: 'artifacts',
  prefixes: ['private-artifacts/alice/'],
  dialect: 'seaweedfs',
  options: {headBucket: true, topLevel: true, sharedPrefix: SHARED_PREFIX},
};
const VALUES: StorageValues = {
  bucket: 'mlpipeline',
  recordBucket: 'records',
  prefixes: ['private-artifacts/<ns>/'],
  policy: ALICE.options,
};
const DIALECTS = Object.keys(POLICY_DIALECTS) as PolicyDialectName[];

test("a tenant's policy on SeaweedFS with everything", () => {
  const bucket = ['arn:aws:s3:::artifacts'];
  const withoutPrefix = {Null: {'s3:prefix': ['true']}};
  expect(buildTenantPolicy(ALICE)).toEqual({
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'OwnObjects',
        Effect: 'Allow',
        Action: ['s3:GetObject', 's3:PutObject', 's3:DeleteObject', 's3:AbortMultipartUpload'],
        Resource: ['arn:aws:s3:::artifacts/private-artifacts/alice/*'],
        Condition: withoutPrefix,
      },
      {
        Sid: 'SharedObjects',
        Effect: 'Allow',
        Action: ['s3:GetObject'],
        Resource: ['arn:aws:s3:::artifacts/shared/*'],
        Condition: withoutPrefix,
      },
      {
        Sid: 'Lists',
        Effect: 'Allow',
        Action: ['s3:ListBucket'],
        Resource: bucket,
        Condition: {StringLike: {'s3:prefix': ['private-artifacts/alice/*', 'shared/*']}},
      },
      {
        Sid: 'HeadBucket',
        Effect: 'Allow',
        Action: ['s3:ListBucket'],
        Resource: bucket,
        Condition: {StringEquals: {'s3:RequestMethod': ['HEAD']}},
      },
      {
        Sid: 'TopLevel',
        Effect: 'Allow',
        Action: ['s3:ListBucket'],
        Resource: bucket,
        Condition: {...withoutPrefix, StringEquals: {'s3:delimiter': ['/']}},
      },
    ],
  });
});

test.each(DIALECTS)('a policy on %s names each action in full', dialect => {
  const {Statement} = buildTenantPolicy({...ALICE, dialect});
  const actions = Statement.flatMap(({Action}) => Action).filter(action => action.includes('*'));
  expect(actions).toEqual([]);
});

describe('a policy is not built of', () => {
  test.each<{what: string; wrong: Partial<TenantPolicy>}>([
    {what: 'a bucket that is a pattern', wrong: {bucket: 'artifacts*'}},
    {what: 'a prefix that is a pattern', wrong: {prefixes: ['private-artifacts/?/']}},
    {what: 'a prefix with a variable', wrong: {prefixes: ['${aws:username}/']}},
    {what: 'a prefix that has no end', wrong: {prefixes: ['private-artifacts/alice']}},
    {what: 'no prefix', wrong: {prefixes: ['']}},
    {what: 'a shared prefix that is everything', wrong: {options: {...ALICE.options, sharedPrefix: '/'}}},
  ])('$what', ({wrong}) => {
    expect(() => buildTenantPolicy({...ALICE, ...wrong})).toThrow(/^cannot build policy: /);
  });
});

describe("a policy's hash", () => {
  test('is the same whatever the order of keys', () => {
    const {Version, Statement} = buildTenantPolicy(ALICE);
    const turned = Statement.map(statement => Object.fromEntries(Object.entries(statement).reverse()));
    expect(policyHash({Statement: turned as unknown as typeof Statement, Version})).toBe(
      policyHash(buildTenantPolicy(ALICE)),
    );
  });

  test.each<{what: string; change: Partial<TenantPolicy>}>([
    {what: 'bucket', change: {bucket: 'other'}},
    {what: 'prefix', change: {prefixes: ['private-artifacts/alice-2/']}},
    {what: 'value', change: {options: {...ALICE.options, topLevel: false}}},
    {what: 'store', change: {dialect: 'aws'}},
  ])('changes with the $what', ({change}) => {
    const [before, after] = [ALICE, {...ALICE, ...change}].map(buildTenantPolicy).map(policyHash);
    expect(after).not.toBe(before);
  });

  // It stands in every tenant's record: another one for the same policy would rewrite all of them after an update.
  test('stays what it was', () => {
    expect(policyHash(buildTenantPolicy(ALICE))).toMatchInlineSnapshot(
      `"c8a316eddbd34164b3fe40f83fa8523e23f7e068db61ce969a4234fcc5e08b80"`,
    );
  });
});

describe('a store that cannot do it all', () => {
  test.each<{dialect: PolicyDialectName; headBucket: boolean; ignored: RegExp[]}>([
    {dialect: 'seaweedfs', headBucket: true, ignored: []},
    {dialect: 'aws', headBucket: false, ignored: []},
    {dialect: 'aws', headBucket: true, ignored: [/^credentials\.policy\.headBucket has no effect on aws: /]},
    {
      dialect: 'ceph',
      headBucket: true,
      ignored: [/^credentials\.policy\.headBucket has no effect on ceph: /],
    },
  ])('is said to ignore $ignored on $dialect', ({dialect, headBucket, ignored}) => {
    const policy = {...ALICE.options, headBucket};
    expect(ignoredOptions({policy}, dialect)).toEqual(ignored.map(text => expect.stringMatching(text)));
  });

  test.each(DIALECTS)('takes the default policy of the longest name on %s', dialect => {
    expect(policyExcess(VALUES, dialect)).toBeUndefined();
  });

  test('is known to refuse a long one before there is a tenant', () => {
    const prefixes = Array.from({length: 12}, (_, index) => `prefix-${index}/<ns>/`);
    expect(policyExcess({...VALUES, prefixes}, 'aws')).toMatch(/could have \d+ characters, aws takes 2048$/);
    expect(policyExcess({...VALUES, prefixes}, 'seaweedfs')).toBeUndefined();
  });
});

test('each deviation of a store is about a cell', () => {
  const cells = Object.values(TABLE).flatMap(row => row.map(([who, call]) => `${who} ${call}`));
  const idle = Object.values(DEVIATIONS).flatMap(all =>
    all.filter(deviation => !cells.some(cell => deviation.cells.test(cell))),
  );
  expect(idle).toEqual([]);
});

const name = fc.oneof(
  fc.constantFrom('alice', 'alice-2', 'a', 'shared', 'private-artifacts'),
  fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,8}[a-z0-9])?$/),
);
const segments = fc.array(fc.oneof(name, fc.constantFrom('v2', 'A.b', '_')), {maxLength: 2});
const prefix = fc
  .tuple(segments, segments)
  .map(([before, after]) => [...before, '<ns>', ...after, ''].join('/'));
const values = fc.record({
  bucket: fc.constant('artifacts'),
  recordBucket: fc.constant('records'),
  prefixes: fc.array(prefix, {minLength: 1, maxLength: 3}),
  policy: fc.record({
    headBucket: fc.boolean(),
    topLevel: fc.boolean(),
    sharedPrefix: fc.constantFrom('', 'shared/', 'public/data/'),
  }),
});
const action = fc.constantFrom(...Object.values(APIS).map(api => api.action));

describe('for any tenants, prefixes and keys that are accepted', () => {
  test("a tenant's policy allows nothing on a key outside its prefixes, but to read what is shared", () => {
    fc.assert(
      fc.property(
        values,
        name,
        fc.constantFrom(...DIALECTS),
        action,
        key(),
        (settings, tenant, dialect, asked, text) => {
          fc.pre(checkStorage(settings).length === 0);
          const storage = storageOf(settings, tenant);
          const decide = compilePolicies([
            buildTenantPolicy({...storage, dialect, options: settings.policy}),
          ]);
          const {sharedPrefix} = settings.policy;
          const isShared = sharedPrefix !== '' && text.startsWith(sharedPrefix) && asked === 's3:GetObject';
          const isOwn = storage.prefixes.some(own => text.startsWith(own));
          const decision = decide({user: tenant, action: asked, bucket: 'artifacts', key: text, context: {}});
          expect(decision === 'allow' && !isOwn && !isShared).toBe(false);
          expect(decide({user: tenant, action: asked, bucket: 'records', key: text})).toBe('default deny');
        },
      ),
    );
  });

  test('no key is within the prefixes of two, nor within one and shared', () => {
    fc.assert(
      fc.property(values, name, name, (settings, tenant, other) => {
        fc.pre(tenant !== other && checkStorage(settings).length === 0);
        const {sharedPrefix} = settings.policy;
        const own = storageOf(settings, tenant).prefixes;
        const foreign = [...storageOf(settings, other).prefixes, ...(sharedPrefix ? [sharedPrefix] : [])];
        for (const [mine, theirs] of own.flatMap(mine => foreign.map(theirs => [mine, theirs] as const)))
          expect(mine.startsWith(theirs) || theirs.startsWith(mine)).toBe(false);
      }),
      {numRuns: 2000},
    );
  });

  test('a list shows a tenant its own and what is shared, or the top level', () => {
    fc.assert(
      fc.property(
        values,
        name,
        fc.constantFrom(...DIALECTS),
        key(),
        fc.boolean(),
        (settings, tenant, dialect, text, isFlat) => {
          fc.pre(checkStorage(settings).length === 0);
          const storage = storageOf(settings, tenant);
          const decide = compilePolicies([
            buildTenantPolicy({...storage, dialect, options: settings.policy}),
          ]);
          const listable = [...storage.prefixes, settings.policy.sharedPrefix].filter(Boolean);
          const context = {prefix: text, method: 'GET', ...(!isFlat && {delimiter: '/'})};
          const isAllowed =
            decide({user: tenant, action: 's3:ListBucket', bucket: 'artifacts', context}) === 'allow';
          const isTopLevel = text === '' && !isFlat && settings.policy.topLevel;
          if (isAllowed) expect(isTopLevel || listable.some(own => text.startsWith(own))).toBe(true);
        },
      ),
    );
  });
});

/** Keys near the prefixes, and any text. */
function key() {
  const near = fc.tuple(
    fc.array(fc.oneof(name, fc.constantFrom('..', '', '*', 'v2', 'data', 'public')), {maxLength: 4}),
    fc.constantFrom('', '/'),
  );
  return fc.oneof(
    near.map(([parts, end]) => parts.join('/') + end),
    fc.string(),
  );
}
