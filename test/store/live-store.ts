import {randomBytes} from 'node:crypto';
import {createIamStore} from '../../src/credentials/store/aws-iam.ts';
import type {AdminKey} from '../../src/credentials/store/aws-request.ts';
import {createObjectStore} from '../../src/credentials/store/aws-s3.ts';
import {DIALECTS, type Dialect} from '../../src/credentials/store/dialects.ts';
import type {ContractStore} from './contract.ts';

/** A running store. */
export interface LiveStore extends ContractStore {
  readonly adminKey: AdminKey;
  readonly iamEndpoint: URL;
  readonly s3Endpoint: URL;
  readonly dialect: Dialect;
  readonly stop: () => Promise<void>;
}

const REGION = 'us-east-1';

/** Both APIs of a store with the admin's key, and a way to use others. */
export function connect(
  where: Pick<LiveStore, 'iamEndpoint' | 's3Endpoint'> & {dialect: keyof typeof DIALECTS},
  adminKey: AdminKey,
): Omit<LiveStore, 'stop'> {
  const dialect: Dialect = DIALECTS[where.dialect];
  const withKey = (key: AdminKey) => {
    const options = {region: REGION, dialect, credentials: () => key};
    return {
      iam: createIamStore({...options, endpoint: where.iamEndpoint}),
      objects: createObjectStore({...options, endpoint: where.s3Endpoint}),
    };
  };
  return {
    ...where,
    ...withKey(adminKey),
    withKey: ({id, secret}) => withKey({accessKeyId: id, secretAccessKey: secret}),
    adminKey,
    dialect,
    ...(dialect.keysPerUser && {keysPerUser: dialect.keysPerUser}),
  };
}

/** A key that looks like one, and is nobody's. */
export function drawKey(): AdminKey {
  const draw = (bytes: number) => randomBytes(bytes).toString('hex');
  return {accessKeyId: `ADMIN${draw(8).toUpperCase()}`, secretAccessKey: `secret${draw(16)}`};
}
