import {fileURLToPath} from 'node:url';
import {pino} from 'pino';
import {createBackends} from '../../src/credentials/backends.ts';
import {createCloudProvisioner} from '../../src/credentials/cloud.ts';
import {createExistingProvisioner} from '../../src/credentials/existing.ts';
import {createMemoryProvisioner} from '../../src/credentials/memory.ts';
import type {Provisioner} from '../../src/credentials/provisioner.ts';
import {createForeignLedger} from '../../src/foreign-ledger.ts';
import type {Mode} from '../../src/guard/tenancy.ts';
import type {Json, JsonObject, KubernetesObject} from '../../src/kubernetes/object.ts';
import {schemaProblems} from '../../src/kubernetes/schema.ts';
import {createMetrics} from '../../src/server/metrics.ts';
import {buildServer} from '../../src/server.ts';
import type {Dependencies} from '../../src/sync.ts';
import {loadTemplates, loadYaml} from '../../src/template/load.ts';
import {compileSet, type TemplateSet} from '../../src/template/set.ts';
import {DEFAULT_FOLDERS} from '../../src/template/sources.ts';
import {createValues} from '../../src/template/values.ts';
import {parseYaml} from '../../src/yaml.ts';
import schema from '../../templates/values.schema.json' with {type: 'json'};

export type Folders = {readonly [mode in Mode]: readonly string[]};

export interface HookOptions {
  /** The operator's values. */
  readonly values?: JsonObject;
  /** The shipped ones where there are none. */
  readonly folders?: Folders;
  /** Where there is none: keys from a fixed seed, unless the values choose another backend. */
  readonly provisioner?: Provisioner;
  /** Milliseconds; time stands still where there is none. */
  readonly now?: () => number;
}

const SMALL = fileURLToPath(new URL('../cases/templates/', import.meta.url));

/** A handful of templates, for short answers. */
export const SMALL_FOLDERS: Folders = {
  companion: [`${SMALL}pipelines`],
  standalone: [`${SMALL}namespace`, `${SMALL}pipelines`],
};

/** Those that need no store; the folder is relative, for it stands in conditions. */
const BACKENDS = {
  memory: createMemoryProvisioner({seed: Buffer.alloc(32, 7), startedAt: 0}),
  cloud: createCloudProvisioner(),
  existing: createExistingProvisioner('test/fixtures/secrets'),
};

const compiled = new Map<string, TemplateSet>();

/** What a sync depends on. */
export function dependencies(options: HookOptions): Dependencies {
  return {
    templates: mode => compile(mode, options),
    provisioner: options.provisioner ?? createBackends(BACKENDS, 'memory'),
    foreignLedger: createForeignLedger(options.now ?? (() => 0)),
  };
}

/** A hook to POST to, without a port. */
export function startHook(options: HookOptions) {
  const log = pino({level: 'silent'});
  const {app} = buildServer({log, metrics: createMetrics(), ...dependencies(options)});
  return async (path: string, request: Json) => {
    const {statusCode, body} = await app.inject({
      method: 'POST',
      url: path,
      headers: {'content-type': 'application/json'},
      payload: JSON.stringify(request),
    });
    return {status: statusCode, bytes: body, body: JSON.parse(body) as JsonObject};
  };
}

/** The children of an answer, whichever mode it is in; none where it is an error. */
export function childrenOf({children, attachments}: JsonObject): KubernetesObject[] {
  return (children ?? attachments ?? []) as unknown as KubernetesObject[];
}

/** What the API server would say of the children; a kind without a schema is a problem too. */
export function problemsOf(children: readonly KubernetesObject[]): unknown[] {
  return children.flatMap<unknown>(child => schemaProblems(child) ?? [`${child.kind} has no schema`]);
}

function compile(mode: Mode, {folders = DEFAULT_FOLDERS, values = {}}: HookOptions): TemplateSet {
  const key = JSON.stringify([mode, folders[mode], values]);
  const known = compiled.get(key);
  if (known) return known;
  const image = loadYaml(fileURLToPath(new URL('../../templates/values.yaml', import.meta.url)));
  const operator = parseYaml(JSON.stringify(values), 'operator.yaml');
  const valueSet = createValues(schema as unknown as JsonObject, image, operator);
  const set = compileSet(loadTemplates(folders[mode], []), valueSet, mode);
  compiled.set(key, set);
  return set;
}
