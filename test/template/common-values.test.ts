import {describe, expect, test} from 'vitest';
import type {JsonObject} from '../../src/kubernetes/object.ts';
import {loadYaml} from '../../src/template/load.ts';
import {createValues} from '../../src/template/values.ts';
import {parseYaml} from '../../src/yaml.ts';
import schema from '../../templates/values.schema.json' with {type: 'json'};
import {templatePath} from '../templates/defaults.ts';
import {complaints} from './support.ts';

const ROLE = 'arn:aws:iam::111122223333:role/tenant';
const ACCOUNT = '@example.iam.gserviceaccount.com';

describe('values for every Profile', () => {
  test.each([
    {
      what: 'an AWS role',
      operator: `credentials:\n  cloud:\n    awsRole: ${ROLE}\n`,
      problem:
        'operator.yaml:3:5: credentials.cloud.awsRole: cannot use values: every Profile would have this role (put <ns> into it, or set it in an override for one Profile)',
    },
    {
      what: 'a Google service account',
      operator: `credentials:\n  cloud:\n    gcpServiceAccount: tenant${ACCOUNT}\n`,
      problem:
        'operator.yaml:3:5: credentials.cloud.gcpServiceAccount: cannot use values: every Profile would have this role (put <ns> into it, or set it in an override for one Profile)',
    },
    {
      what: 'a Secret',
      operator: 'credentials:\n  existing:\n    secret: research\n',
      problem:
        "operator.yaml:3:5: credentials.existing.secret: cannot use values: every Profile would have this Secret's key (set it in an override for one Profile)",
    },
  ])('do not give all of them $what', ({operator, problem}) => {
    expect(complaints(() => create(operator))).toEqual([problem]);
  });

  test('may give each of them a role of its own', () => {
    const cloud = `{awsRole: "${ROLE}-<ns>", gcpServiceAccount: "tenant-<ns>${ACCOUNT}"}`;
    expect(create(`credentials: {cloud: ${cloud}}`).base.values.credentials.cloud.awsRole).toBe(
      `${ROLE}-<ns>`,
    );
  });

  test('may be a backend, and null is none', () => {
    expect(create('credentials: {backend: cloud}').base.values.credentials.backend).toBe('cloud');
    expect(create('credentials: {backend: ~}').base.values.credentials.backend).toBeUndefined();
    expect(complaints(() => create('credentials: {backend: vault}'))).toEqual([
      'operator.yaml:1:15: credentials.backend: cannot use values: must be one of memory, iam, cloud, existing, null',
    ]);
  });
});

describe('values for one Profile', () => {
  const target = {name: 'alice', uid: '6a1c5a7e', labels: {}};
  const forAlice = (credentials: string) =>
    `overrides: [{profile: {name: alice, uid: 6a1c5a7e}, values: {credentials: ${credentials}}}]`;

  test('may give it any role, and any of the Secrets', () => {
    const values = create(
      forAlice(`{backend: existing, existing: {secret: research}, cloud: {awsRole: "${ROLE}"}}`),
    );
    expect(values.forProfile(target).values.credentials).toMatchObject({
      backend: 'existing',
      existing: {secret: 'research'},
      cloud: {awsRole: ROLE},
    });
    expect(values.forProfile({...target, uid: 'other'}).values.credentials).toMatchObject({
      backend: null,
      existing: {secret: ''},
    });
  });

  test('may take it back to the backend of the settings', () => {
    const operator = `credentials: {backend: cloud}\n${forAlice('{backend: ~}')}`;
    expect(create(operator).forProfile(target).values.credentials.backend).toBeUndefined();
  });

  test.each(['backend: cloud', 'existing: {secret: research}', `cloud: {awsRole: "${ROLE}-<ns>"}`])(
    'are never chosen by label: %s',
    credentials => {
      const operator = `overrides: [{selector: {matchLabels: {a: b}}, values: {credentials: {${credentials}}}}]`;
      expect(complaints(() => create(operator))).toEqual([
        expect.stringMatching(/cannot override credentials\.\S+ by label: whoever creates a Profile/),
      ]);
    },
  );
});

function create(operator: string) {
  return createValues(
    schema as unknown as JsonObject,
    loadYaml(templatePath('values.yaml')),
    parseYaml(operator, 'operator.yaml'),
  );
}
