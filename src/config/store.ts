import type {AdminKey} from '../credentials/store/aws-request.ts';
import {DIALECTS, type Dialect, type DialectName} from '../credentials/store/dialects.ts';
import {ConfigError} from '../errors.ts';
import {type Environment, oneOf} from './arguments.ts';
import {readBytes, readRecordKeys} from './files.ts';

/** Where the store is, which one it is, and our key there. */
export interface StoreConfig {
  readonly iamEndpoint: URL;
  readonly s3Endpoint: URL;
  readonly region: string;
  readonly dialect: Dialect;
  /**
   * Reads the files again, where the key is in files; what has become unusable leaves the last key in force, and `tell`
   * is told why, once for each reason.
   */
  readonly adminKey: (tell?: (message: string) => void) => AdminKey;
}

/** A store with our records in it. */
export interface RecordStoreConfig extends StoreConfig {
  readonly recordKeys: readonly Buffer[];
}

/** Reads the settings of a store, and the keys that its records are sealed with. Throws ConfigError. */
export function readRecordStoreConfig(
  environment: Environment,
  recordKeyFile: string | undefined,
): RecordStoreConfig {
  return {...readStoreConfig(environment), recordKeys: readRecordKeys(recordKeyFile)};
}

/**
 * Reads the store's settings from the environment: the AWS SDK's names, and `STORE_DIALECT` (`seaweedfs`, the default,
 * `aws` or `ceph`). Where there is one endpoint for both APIs, `AWS_ENDPOINT_URL_S3` is enough; `aws` needs none.
 * Throws ConfigError.
 */
export function readStoreConfig(environment: Environment): StoreConfig {
  const names = Object.keys(DIALECTS) as DialectName[];
  const name = oneOf('STORE_DIALECT', environment.STORE_DIALECT || 'seaweedfs', names);
  const region = environment.AWS_REGION || 'us-east-1';
  const ownEndpoints = name === 'aws' ? awsEndpoints(region) : {};
  const s3 = environment.AWS_ENDPOINT_URL_S3 || ownEndpoints.s3;
  if (!s3) throw new ConfigError('cannot use a store: AWS_ENDPOINT_URL_S3 is missing');
  const iam = environment.AWS_ENDPOINT_URL_IAM || ownEndpoints.iam || s3;
  return {
    iamEndpoint: parseEndpoint('AWS_ENDPOINT_URL_IAM', iam),
    s3Endpoint: parseEndpoint('AWS_ENDPOINT_URL_S3', s3),
    region,
    dialect: DIALECTS[name],
    adminKey: openAdminKey(environment),
  };
}

function awsEndpoints(region: string): {iam?: string; s3?: string} {
  return {iam: 'https://iam.amazonaws.com', s3: `https://s3.${region}.amazonaws.com`};
}

// The text is not repeated: it may hold a password.
function parseEndpoint(setting: string, text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !['http:', 'https:'].includes(url.protocol))
    throw new ConfigError(`cannot use ${setting}: it is no http or https url`);
  if (url.username || url.password || url.search || url.hash || url.pathname !== '/')
    throw new ConfigError(`cannot use ${setting}: it has more than a scheme, a host and a port`);
  return url;
}

function openAdminKey(environment: Environment): StoreConfig['adminKey'] {
  const read = () => ({
    accessKeyId: readPart('AWS_ACCESS_KEY_ID', environment),
    secretAccessKey: readPart('AWS_SECRET_ACCESS_KEY', environment),
  });
  let key = read();
  let complaint = '';
  return tell => {
    try {
      key = read();
      complaint = '';
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      // Once, and not at every call.
      if (complaint !== error.message) tell?.(`${error.message}; the key read before stays in force`);
      complaint = error.message;
    }
    return key;
  };
}

function readPart(setting: string, environment: Environment): string {
  const [text, file] = [environment[setting], environment[`${setting}_FILE`]];
  if (text && file) throw new ConfigError(`cannot use ${setting}: ${setting}_FILE is given too`);
  if (!text && !file) throw new ConfigError(`cannot use a store: ${setting} or ${setting}_FILE is missing`);
  const part = (file ? readBytes(`${setting}_FILE`, file).toString('utf8') : (text as string)).trim();
  if (/^[\x21-\x7E]+$/.test(part)) return part;
  throw new ConfigError(`cannot use ${setting}: it is empty, or no word`);
}
