import {ConfigError} from '../errors.ts';
import {
  parseArguments,
  parseOutput,
  readTemplateOptions,
  TEMPLATE_FLAGS,
  type TemplateOptions,
} from './arguments.ts';
import {readTokenFile} from './files.ts';

/** Settings of `manifests`; what is not given hangs on the values. */
export interface ManifestsConfig extends TemplateOptions {
  readonly output: 'yaml' | 'json';
  readonly url?: URL;
  readonly token?: string;
  readonly tokenSecret?: NamespacedName;
  readonly observeSecrets: boolean;
  /** Metacontroller's. */
  readonly serviceAccount: NamespacedName;
}

interface NamespacedName {
  readonly namespace: string;
  readonly name: string;
}

export const MANIFESTS_FLAGS = {
  ...TEMPLATE_FLAGS,
  output: {type: 'string', short: 'o'},
  url: {type: 'string'},
  'token-file': {type: 'string'},
  'token-secret': {type: 'string'},
  'observe-secrets': {type: 'boolean'},
  'metacontroller-service-account': {type: 'string'},
} as const;

/** As Kubeflow Pipelines installs it. */
const SERVICE_ACCOUNT = 'kubeflow/meta-controller-service';

/** Reads the arguments of `manifests`. Throws ConfigError. */
export function readManifestsConfig(args: string[]): ManifestsConfig | 'help' {
  const {values: flags, positionals} = parseArguments(args, MANIFESTS_FLAGS);
  if (flags.help) return 'help';
  if (positionals.length > 0)
    throw new ConfigError(`cannot print manifests: "${positionals[0]}" is not expected`);
  const {'token-file': tokenFile, 'token-secret': tokenSecret} = flags;
  if (tokenFile !== undefined && tokenSecret !== undefined)
    throw new ConfigError(
      'cannot use --token-file: --token-secret is given too, and the token is in one place',
    );
  return {
    ...readTemplateOptions(flags),
    output: parseOutput(flags.output),
    ...(flags.url !== undefined && {url: parseUrl(flags.url)}),
    ...(tokenFile !== undefined && {token: readTokenFile(tokenFile)[0] as string}),
    ...(tokenSecret !== undefined && {tokenSecret: parseNamespacedName('--token-secret', tokenSecret)}),
    observeSecrets: flags['observe-secrets'] ?? false,
    serviceAccount: parseNamespacedName(
      '--metacontroller-service-account',
      flags['metacontroller-service-account'] ?? SERVICE_ACCOUNT,
    ),
  };
}

// A token has a place of its own: one in the url would end in a shell's history.
function parseUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !['http:', 'https:'].includes(url.protocol))
    throw new ConfigError(`cannot use --url "${text}": it is no http or https url`);
  if (url.username || url.password)
    throw new ConfigError('cannot use --url: it has user information; give the token with --token-file');
  if (url.search || url.hash)
    throw new ConfigError(`cannot use --url "${text}": it has a query or a fragment`);
  return url;
}

const NAMESPACED_NAME = /^([a-z0-9](?:[a-z0-9-]*[a-z0-9])?)\/([a-z0-9](?:[a-z0-9.-]*[a-z0-9])?)$/;

function parseNamespacedName(flag: string, text: string): NamespacedName {
  const [, namespace, name] = NAMESPACED_NAME.exec(text) ?? [];
  if (namespace && name) return {namespace, name};
  throw new ConfigError(`cannot use ${flag} "${text}": it is not NAMESPACE/NAME`);
}
