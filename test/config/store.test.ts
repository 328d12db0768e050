import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {describe, expect, onTestFinished, test} from 'vitest';
import {readStoreConfig} from '../../src/config.ts';
import {DIALECTS} from '../../src/credentials/store/dialects.ts';
import {ConfigError} from '../../src/errors.ts';

const KEY = {AWS_ACCESS_KEY_ID: 'AKIA', AWS_SECRET_ACCESS_KEY: 'secret'};
const S3 = {AWS_ENDPOINT_URL_S3: 'http://seaweedfs.kubeflow:8333'};

describe('readStoreConfig', () => {
  test.each([
    {
      rule: 'SeaweedFS with one endpoint is the default',
      environment: S3,
      iam: 'http://seaweedfs.kubeflow:8333/',
      s3: 'http://seaweedfs.kubeflow:8333/',
      dialect: DIALECTS.seaweedfs,
    },
    {
      rule: 'IAM may have an endpoint of its own',
      environment: {...S3, AWS_ENDPOINT_URL_IAM: 'http://seaweedfs.kubeflow:8111', STORE_DIALECT: ''},
      iam: 'http://seaweedfs.kubeflow:8111/',
      s3: 'http://seaweedfs.kubeflow:8333/',
      dialect: DIALECTS.seaweedfs,
    },
    {
      rule: "AWS's endpoints are known",
      environment: {STORE_DIALECT: 'aws', AWS_REGION: 'eu-central-1'},
      iam: 'https://iam.amazonaws.com/',
      s3: 'https://s3.eu-central-1.amazonaws.com/',
      dialect: DIALECTS.aws,
    },
  ])('$rule', ({environment, iam, s3, dialect}) => {
    const config = readStoreConfig({...KEY, ...environment});
    expect([config.iamEndpoint.href, config.s3Endpoint.href]).toEqual([iam, s3]);
    expect(config).toMatchObject({
      dialect,
      region: 'AWS_REGION' in environment ? 'eu-central-1' : 'us-east-1',
    });
    expect(config.adminKey()).toEqual({accessKeyId: 'AKIA', secretAccessKey: 'secret'});
  });

  test.each([
    {environment: KEY, message: 'cannot use a store: AWS_ENDPOINT_URL_S3 is missing'},
    {environment: {...KEY, ...S3, STORE_DIALECT: 'minio'}, message: 'not one of seaweedfs, aws, ceph'},
    {environment: {...KEY, AWS_ENDPOINT_URL_S3: 'seaweedfs:8333'}, message: 'it is no http or https url'},
    {environment: {...KEY, AWS_ENDPOINT_URL_S3: 'http://a:LEAKED@b'}, message: 'it has more than a scheme'},
    {environment: {...KEY, AWS_ENDPOINT_URL_S3: 'http://b/path'}, message: 'it has more than a scheme'},
    {environment: S3, message: 'AWS_ACCESS_KEY_ID or AWS_ACCESS_KEY_ID_FILE is missing'},
    {environment: {...S3, ...KEY, AWS_SECRET_ACCESS_KEY: 'LEAKED two'}, message: 'it is empty, or no word'},
    {
      environment: {...S3, ...KEY, AWS_ACCESS_KEY_ID_FILE: '/x'},
      message: 'AWS_ACCESS_KEY_ID_FILE is given too',
    },
    {
      environment: {...S3, AWS_ACCESS_KEY_ID_FILE: '/nowhere'},
      message: 'cannot use AWS_ACCESS_KEY_ID_FILE /nowhere',
    },
  ])('refuses what it cannot use: $message', ({environment, message}) => {
    const read = () => readStoreConfig(environment);
    expect(read).toThrow(ConfigError);
    expect(read).toThrow(message);
    expect(read).not.toThrow('LEAKED');
  });

  test('a rotated key file counts at once; an unusable one not at all, and that is told once', () => {
    const folder = mkdtempSync(join(tmpdir(), 'admin-key-'));
    onTestFinished(() => rmSync(folder, {recursive: true}));
    const [id, secret] = [join(folder, 'id'), join(folder, 'secret')];
    writeFileSync(id, 'first\n');
    writeFileSync(secret, 'first-secret\n');
    const files = {AWS_ACCESS_KEY_ID_FILE: id, AWS_SECRET_ACCESS_KEY_FILE: secret};
    const {adminKey} = readStoreConfig({...S3, ...files});
    expect(adminKey()).toEqual({accessKeyId: 'first', secretAccessKey: 'first-secret'});
    writeFileSync(id, 'second');
    writeFileSync(secret, 'second-secret');
    expect(adminKey()).toEqual({accessKeyId: 'second', secretAccessKey: 'second-secret'});
    const told: string[] = [];
    const ask = () => adminKey(message => told.push(message));
    writeFileSync(secret, '');
    for (let call = 0; call < 2; call++)
      expect(ask()).toEqual({accessKeyId: 'second', secretAccessKey: 'second-secret'});
    const kept = 'the key read before stays in force';
    expect(told).toEqual([`cannot use AWS_SECRET_ACCESS_KEY: it is empty, or no word; ${kept}`]);
    rmSync(id);
    expect(ask().accessKeyId).toBe('second');
    expect(told[1]).toBe(`cannot use AWS_ACCESS_KEY_ID_FILE ${id}: it does not exist; ${kept}`);
    writeFileSync(id, 'third');
    writeFileSync(secret, 'third-secret');
    expect(ask().accessKeyId).toBe('third');
    rmSync(id);
    expect(ask().accessKeyId).toBe('third');
    expect(told).toHaveLength(3);
  });
});
