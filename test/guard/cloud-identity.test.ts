import {describe, expect, test} from 'vitest';
import {checkCloudIdentity} from '../../src/guard/cloud-identity.ts';
import type {KubernetesObject} from '../../src/kubernetes/object.ts';
import {guardContext} from '../support/guard.ts';
import {bare} from '../support/requests.ts';

const AWS = 'eks.amazonaws.com/role-arn';
const GOOGLE = 'iam.gke.io/gcp-service-account';
const AZURE = 'azure.workload.identity/client-id';

const NONE = {plugins: {rolePattern: ''}, credentials: {cloud: {awsRole: '', gcpServiceAccount: ''}}};
const PATTERN = {...NONE, plugins: {rolePattern: 'role/tenant-<ns>-*'}};
const COMMON = {...NONE, credentials: {cloud: {awsRole: 'role/<ns>', gcpServiceAccount: '<ns>@example.com'}}};

describe("a ServiceAccount's identity in the cloud", () => {
  test.each([
    {annotation: AWS, identity: 'role/tenant-alice-robot', values: PATTERN},
    {annotation: GOOGLE, identity: 'role/tenant-alice-x', values: PATTERN},
    {annotation: AZURE, identity: 'role/tenant-alice-x', values: PATTERN},
    {annotation: AWS, identity: 'role/alice', values: COMMON},
    {annotation: GOOGLE, identity: 'alice@example.com', values: COMMON},
    {annotation: 'example.com/role-arn', identity: 'role/admin', values: NONE},
  ])('may be $identity as $annotation', ({annotation, identity, values}) => {
    expect(check(account({[annotation]: identity}), values)).toEqual([]);
  });

  test.each([
    {annotation: AWS, identity: 'role/tenant-bob-robot', values: PATTERN},
    {annotation: AWS, identity: 'role/bob', values: COMMON},
    {annotation: AWS, identity: 'alice@example.com', values: COMMON},
    {annotation: GOOGLE, identity: 'role/alice', values: COMMON},
    {annotation: AZURE, identity: 'role/alice', values: COMMON},
    {annotation: AWS, identity: 'role/<ns>', values: COMMON},
    {annotation: AWS, identity: 'role/admin', values: NONE},
  ])('is refused as $annotation where it is $identity', ({annotation, identity, values}) => {
    expect(check(account({[annotation]: identity}), values)).toEqual([
      {
        rule: 'tenancy/cloud-identity',
        path: ['metadata', 'annotations', annotation],
        message:
          'cannot render ServiceAccount: its identity in the cloud is not one that this tenant may have',
      },
    ]);
  });

  test('may be nobody, in so many words or none', () => {
    expect(check(account({[AWS]: ''}), NONE)).toEqual([]);
    expect(check(bare('v1', 'ServiceAccount', 'x'), NONE)).toEqual([]);
  });

  test('is refused where it is no text, and asked of ServiceAccounts alone', () => {
    expect(check(account({[AWS]: 1 as unknown as string}), COMMON)).toHaveLength(1);
    expect(check({...account({[AWS]: 'role/admin'}), kind: 'ConfigMap'}, NONE)).toEqual([]);
  });
});

function account(annotations: {[key: string]: string}): KubernetesObject {
  return {apiVersion: 'v1', kind: 'ServiceAccount', metadata: {name: 'x', namespace: 'alice', annotations}};
}

function check(object: KubernetesObject, values: typeof NONE) {
  return checkCloudIdentity(object, guardContext({values}));
}
