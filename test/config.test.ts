import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, describe, expect, test} from 'vitest';
import {readRenderConfig, readServeConfig, readTokenFile, type ServeConfig} from '../src/config.ts';
import {ConfigError} from '../src/errors.ts';

const folder = mkdtempSync(join(tmpdir(), 'config-'));
afterAll(() => rmSync(folder, {recursive: true}));

const SEED = fileWith('seed', 's'.repeat(32));
const RECORD_KEY = fileWith('record-key', Buffer.alloc(32, 1).toString('base64'));
const STORE = {
  AWS_ENDPOINT_URL_S3: 'http://seaweedfs:8333',
  AWS_ACCESS_KEY_ID: 'AKIA',
  AWS_SECRET_ACCESS_KEY: 'secret',
};

describe('serve', () => {
  test('listens on loopback, at 8080, with nothing set', () => {
    expect(readServeConfig([], {})).toEqual({
      host: '127.0.0.1',
      port: 8080,
      logLevel: 'info',
      credentials: 'memory',
    });
  });

  test('takes its settings from the environment', () => {
    const environment = {
      HOST: '0.0.0.0',
      PORT: '9090',
      TEMPLATES: '/a:/b',
      VALUES: 'values.yaml',
      CREDENTIALS: 'memory',
      LOG_LEVEL: 'debug',
      TOKEN_FILE: 'token',
      MEMORY_SEED_FILE: SEED,
    };
    expect(readServeConfig([], environment)).toEqual({
      host: '0.0.0.0',
      port: 9090,
      templates: ['/a', '/b'],
      valuesFile: 'values.yaml',
      logLevel: 'debug',
      tokenFile: 'token',
      memorySeed: Buffer.from('s'.repeat(32)),
      credentials: 'memory',
    });
  });

  test.each([
    {flag: ['--host', '::1'], variable: {HOST: '0.0.0.0'}, setting: {host: '::1'}},
    {flag: ['--port', '1'], variable: {PORT: '2'}, setting: {port: 1}},
    {
      flag: ['--templates', 'a:b', '--templates', 'c'],
      variable: {TEMPLATES: 'd'},
      setting: {templates: ['a:b', 'c']},
    },
    {flag: ['--values', 'a'], variable: {VALUES: 'b'}, setting: {valuesFile: 'a'}},
    {flag: ['--credentials', 'memory'], variable: {CREDENTIALS: 'iam'}, setting: {credentials: 'memory'}},
    {
      flag: ['--existing-secrets', folder],
      variable: {EXISTING_SECRETS: 'nowhere'},
      setting: {existingSecrets: folder},
    },
    {flag: ['--log-level', 'warn'], variable: {LOG_LEVEL: 'no level'}, setting: {logLevel: 'warn'}},
    {flag: ['--token-file', 'a'], variable: {TOKEN_FILE: 'b'}, setting: {tokenFile: 'a'}},
    {
      flag: ['--memory-seed-file', SEED],
      variable: {MEMORY_SEED_FILE: 'nowhere'},
      setting: {memorySeed: Buffer.from('s'.repeat(32))},
    },
  ])('puts $flag before its environment variable', ({flag, variable, setting}) => {
    expect(readServeConfig(flag, variable)).toMatchObject(setting);
  });

  test('takes an empty environment variable for one that is not set', () => {
    const names = [
      'HOST',
      'PORT',
      'TEMPLATES',
      'VALUES',
      'CREDENTIALS',
      'LOG_LEVEL',
      'TOKEN_FILE',
      'MEMORY_SEED_FILE',
      'RECORD_KEY_FILE',
      'EXISTING_SECRETS',
    ];
    const empty = Object.fromEntries(names.map(name => [name, '']));
    expect(readServeConfig([], empty)).toEqual(readServeConfig([], {}));
  });

  test('is of one mode where it is told so, by flag alone', () => {
    expect(readServeConfig(['--mode', 'standalone'], {})).toMatchObject({mode: 'standalone'});
    expect(readServeConfig([], {MODE: 'standalone'})).not.toHaveProperty('mode');
  });

  test('has settings that nothing changes', () => {
    expect(Object.isFrozen(readServeConfig([], {}))).toBe(true);
  });
});

describe('backends', () => {
  test.each(['cloud', 'memory', 'existing'] as const)('%s needs no store', credentials => {
    const environment = {CREDENTIALS: credentials, EXISTING_SECRETS: folder};
    const config = readServeConfig([], environment);
    expect(config).toMatchObject({credentials, existingSecrets: folder});
    expect(config).not.toHaveProperty('store');
  });

  test.each(['iam', 'cloud', 'memory'] as const)(
    'a store is there for some Profiles where %s is for the others, once records can be kept',
    credentials => {
      const environment = {...STORE, CREDENTIALS: credentials, RECORD_KEY_FILE: RECORD_KEY};
      const {store} = readServeConfig([], environment) as ServeConfig;
      expect(store?.recordKeys).toEqual([Buffer.alloc(32, 1)]);
    },
  );

  test.each<{what: string; environment: {[name: string]: string}}>([
    {what: 'the backend of all Profiles', environment: {CREDENTIALS: 'cloud'}},
    {what: 'keys of the admin for some', environment: {EXISTING_SECRETS: folder}},
    {what: 'a store for some', environment: {...STORE, RECORD_KEY_FILE: RECORD_KEY}},
  ])('a token is needed beyond loopback for $what', ({environment}) => {
    const read = () => readServeConfig(['--host', '0.0.0.0'], environment);
    expect(read).toThrow('cannot listen on 0.0.0.0 without TOKEN_FILE');
    Object.assign(environment, {TOKEN_FILE: 'token'});
    expect(read).not.toThrow();
  });
});

describe('a wrong setting says what is allowed', () => {
  const short = fileWith('short', 's'.repeat(31));
  test.each<{args: string[]; environment?: {[name: string]: string}; error: string}>([
    {args: ['--port', '65536'], error: 'cannot use PORT "65536": not a number from 0 to 65535'},
    {args: ['--port', '80a'], error: 'cannot use PORT "80a": not a number from 0 to 65535'},
    {args: [], environment: {PORT: '-1'}, error: 'cannot use PORT "-1": not a number from 0 to 65535'},
    {args: ['--mode', 'both'], error: 'cannot use --mode "both": not one of companion, standalone'},
    {
      args: [],
      environment: {LOG_LEVEL: 'loud'},
      error: 'cannot use LOG_LEVEL "loud": not one of fatal, error, warn, info, debug, trace, silent',
    },
    {
      args: ['--credentials', 'irsa'],
      error: 'cannot use CREDENTIALS "irsa": not one of memory, iam, cloud, existing',
    },
    {args: ['--credentials', 'iam'], error: 'cannot use a store: AWS_ENDPOINT_URL_S3 is missing'},
    {
      args: ['--credentials', 'iam'],
      environment: STORE,
      error: 'cannot keep records: RECORD_KEY_FILE is missing',
    },
    {
      args: ['--record-key-file', RECORD_KEY],
      error: 'cannot use a store: AWS_ENDPOINT_URL_S3 is missing',
    },
    {
      args: ['--credentials', 'existing'],
      error: 'cannot use CREDENTIALS "existing": EXISTING_SECRETS is missing',
    },
    {
      args: ['--existing-secrets', '/nowhere'],
      error: 'cannot use EXISTING_SECRETS /nowhere: it does not exist',
    },
    {args: ['--token-file', ''], error: 'cannot use --token-file: it is empty'},
    {args: ['--host', ''], error: 'cannot use --host: it is empty'},
    {
      args: ['--memory-seed-file', short],
      error: `cannot use MEMORY_SEED_FILE ${short}: it holds fewer than 32 bytes`,
    },
    {
      args: ['--memory-seed-file', folder],
      error: `cannot use MEMORY_SEED_FILE ${folder}: it is a folder`,
    },
    {
      args: ['--memory-seed-file', '/nowhere'],
      error: 'cannot use MEMORY_SEED_FILE /nowhere: it does not exist',
    },
    {args: ['--prot', '1'], error: "cannot read arguments: Unknown option '--prot'"},
    {args: ['--port'], error: "cannot read arguments: Option '--port <value>' argument missing"},
    {args: ['somewhere'], error: 'cannot serve: "somewhere" is not expected'},
  ])('$args $environment', ({args, environment = {}, error}) => {
    expect(() => readServeConfig(args, environment)).toThrow(ConfigError);
    expect(() => readServeConfig(args, environment)).toThrow(error);
  });
});

describe('render', () => {
  test('renders as companion, as YAML, with nothing set', () => {
    expect(readRenderConfig(['a.yaml'])).toEqual({mode: 'companion', output: 'yaml', files: ['a.yaml']});
  });

  test('takes several files, folders, a mode, values and a format', () => {
    const args = ['a.yaml', '--templates', 't', '-o', 'json', 'b.yaml', '--mode=standalone', '--values', 'v'];
    expect(readRenderConfig([...args, '--templates', 'u'])).toEqual({
      mode: 'standalone',
      output: 'json',
      files: ['a.yaml', 'b.yaml'],
      templates: ['t', 'u'],
      valuesFile: 'v',
    });
  });

  test.each([
    {args: [], error: 'cannot render: name a PROFILE.yaml'},
    {args: ['a.yaml', '-o', 'xml'], error: 'cannot use --output "xml": not one of yaml, json'},
    {args: ['a.yaml', '--mode', ''], error: 'cannot use --mode "": not one of companion, standalone'},
    {args: ['a.yaml', '--port', '1'], error: "cannot read arguments: Unknown option '--port'"},
  ])('refuses $args', ({args, error}) => {
    expect(() => readRenderConfig(args)).toThrow(ConfigError);
    expect(() => readRenderConfig(args)).toThrow(error);
  });
});

test.each(['--help', '-h'])('%s stands before whatever else is said', flag => {
  expect(readServeConfig([flag, '--port', 'x'], {})).toBe('help');
  expect(readRenderConfig([flag])).toBe('help');
});

test('a token file without a token is refused', () => {
  expect(readTokenFile(fileWith('tokens', 'a\nb\n'))).toEqual(['a', 'b']);
  const empty = fileWith('empty', '\n \n');
  expect(() => readTokenFile(empty)).toThrow(
    new ConfigError(`cannot use TOKEN_FILE ${empty}: it holds no token`),
  );
});

function fileWith(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}
