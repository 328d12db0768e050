import {describe, expect, test} from 'vitest';
import {buildTenantPolicy, type PolicyOptions} from '../../src/credentials/policy.ts';
import {POLICY_DIALECTS, type PolicyDialectName} from '../../src/credentials/policy-dialects.ts';
import {compilePolicies} from '../../src/credentials/policy-evaluator.ts';
import {parseCall, requestsOf} from './policy-calls.ts';
import {isAllowed, OPTIONS, PREFIXES, TABLE} from './policy-table.ts';

const DIALECTS = Object.keys(POLICY_DIALECTS) as PolicyDialectName[];
const SETTINGS = DIALECTS.flatMap(dialect => OPTIONS.map(options => ({dialect, options})));

describe.each(SETTINGS)('on $dialect, with $options', ({dialect, options}) => {
  const deciders = decidersOf(dialect, options);

  test.each(Object.entries(TABLE))('a tenant %s', (_, cells) => {
    const expected = cells.map(([who, call, allowed]) => ({
      who,
      call,
      isAllowed: isAllowed(allowed, dialect, options),
    }));
    const actual = expected.map(({who, call}) => ({
      who,
      call,
      isAllowed: requestsOf(who, parseCall(call), dialect).every(
        request => deciders[who]?.(request) === 'allow',
      ),
    }));
    expect(actual).toEqual(expected);
  });
});

function decidersOf(dialect: PolicyDialectName, options: PolicyOptions) {
  const policies = Object.entries(PREFIXES).map(([who, prefixes]) => [
    who,
    compilePolicies([buildTenantPolicy({bucket: 'artifacts', prefixes, dialect, options})]),
  ]);
  return {nobody: compilePolicies([]), ...Object.fromEntries(policies)};
}
