// Writes definitions.json from the models of @kubernetes/client-node, which is then not needed at run time.
import {readFileSync, writeFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import * as models from '@kubernetes/client-node/dist/gen/models/all.js';
import {canonical} from '../canonical.ts';
import {isJsonObject} from '../object.ts';
import {list, map, oneOf, ref, type Schema, strict} from './build.ts';
import {GENERATED_KINDS} from './kinds.ts';

type Attribute = {name: string; baseName: string; type: string; format: string};
type Model = {getAttributeTypeMap(): Attribute[]};

const OUTPUT = new URL('definitions.json', import.meta.url);

const SCALARS: {[name: string]: Schema} = {
  Base64: {
    type: 'string',
    description: 'base64 without line breaks',
    pattern: '^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$',
  },
  Int32: {type: 'integer', description: 'a 32-bit integer', minimum: -(2 ** 31), maximum: 2 ** 31 - 1},
  Int64: {type: 'integer', description: 'an integer'},
  IntOrString: {type: ['integer', 'string'], description: 'an integer or a string'},
  Quantity: {
    type: ['number', 'string'],
    description: 'a quantity such as 500m or 1Gi',
    pattern: '^[+-]?([0-9]+(\\.[0-9]*)?|\\.[0-9]+)([eE][+-]?[0-9]+|[numkMGTPE]|[KMGTPE]i)?$',
  },
  Time: {
    type: 'string',
    description: 'a time such as 2026-01-31T12:00:00Z',
    pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})$',
  },
};

// The models call these strings; the API server reads quantities, as numbers too.
const QUANTITIES = new Set([
  'V1EmptyDirVolumeSource.sizeLimit',
  'V1LimitRangeItem.default',
  'V1LimitRangeItem.defaultRequest',
  'V1LimitRangeItem.max',
  'V1LimitRangeItem.maxLimitRequestRatio',
  'V1LimitRangeItem.min',
  'V1PersistentVolumeClaimStatus.allocatedResources',
  'V1PersistentVolumeClaimStatus.capacity',
  'V1PodSpec.overhead',
  'V1ResourceFieldSelector.divisor',
  'V1ResourceQuotaSpec.hard',
  'V1ResourceQuotaStatus.hard',
  'V1ResourceQuotaStatus.used',
  'V1ResourceRequirements.limits',
  'V1ResourceRequirements.requests',
  'V1VolumeResourceRequirements.limits',
  'V1VolumeResourceRequirements.requests',
]);

const PROTOCOL = ['SCTP', 'TCP', 'UDP'];
// Words that the API server insists on and the models only mention in prose.
const WORDS: {[field: string]: string[]} = {
  'RbacV1Subject.kind': ['Group', 'ServiceAccount', 'User'],
  'V1Container.imagePullPolicy': ['Always', 'IfNotPresent', 'Never'],
  'V1ContainerPort.protocol': PROTOCOL,
  'V1DeploymentStrategy.type': ['Recreate', 'RollingUpdate'],
  'V1LabelSelectorRequirement.operator': ['DoesNotExist', 'Exists', 'In', 'NotIn'],
  'V1NetworkPolicyPort.protocol': PROTOCOL,
  'V1NetworkPolicySpec.policyTypes': ['Egress', 'Ingress'],
  'V1PersistentVolumeClaimSpec.accessModes': [
    'ReadOnlyMany',
    'ReadWriteMany',
    'ReadWriteOnce',
    'ReadWriteOncePod',
  ],
  'V1PodSpec.restartPolicy': ['Always', 'Never', 'OnFailure'],
  'V1RoleRef.kind': ['ClusterRole', 'Role'],
  'V1SeccompProfile.type': ['Localhost', 'RuntimeDefault', 'Unconfined'],
  'V1ServicePort.protocol': PROTOCOL,
  'V1ServiceSpec.type': ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort'],
  'V1ValidatingAdmissionPolicyBindingSpec.validationActions': ['Audit', 'Deny', 'Warn'],
  'V1ValidatingAdmissionPolicySpec.failurePolicy': ['Fail', 'Ignore'],
};

/** The text of definitions.json: a definition a line, in order, so that an update shows as a small diff. */
export function generateDefinitions(): string {
  const definitions = new Map(Object.entries(SCALARS));
  const names: string[] = Object.values(GENERATED_KINDS);
  for (const name of names) {
    if (definitions.has(name)) continue;
    const definition = define(name);
    definitions.set(name, definition);
    names.push(...referencesIn(definition));
  }
  checkFields(definitions);

  const lines = [...definitions]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, definition]) => `${JSON.stringify(name)}: ${JSON.stringify(canonical(definition))}`);
  return `{\n${lines.join(',\n')}\n}\n`;
}

// A field that an update renamed or removed would otherwise lose its quantities or words unnoticed.
function checkFields(definitions: Map<string, Schema>): void {
  for (const field of [...QUANTITIES, ...Object.keys(WORDS)]) {
    const [name = '', baseName = ''] = field.split('.');
    const {properties} = definitions.get(name) ?? {};
    if (!isJsonObject(properties) || !(baseName in properties)) throw new Error(`cannot find field ${field}`);
  }
}

function define(name: string): Schema {
  const model = (models as unknown as {[name: string]: Model | undefined})[name];
  if (!model) throw new Error(`cannot find model ${name}`);

  const attributes = model.getAttributeTypeMap().sort((a, b) => (a.baseName < b.baseName ? -1 : 1));
  const required = requiredNames(name);
  return strict(
    Object.fromEntries(attributes.map(attribute => [attribute.baseName, fieldSchema(name, attribute)])),
    attributes.filter(attribute => required.has(attribute.name)).map(attribute => attribute.baseName),
  );
}

// Only the declarations tell: a required field has no question mark.
function requiredNames(name: string): Set<string | undefined> {
  const path = createRequire(import.meta.url).resolve(`@kubernetes/client-node/dist/gen/models/${name}.js`);
  const declaration = readFileSync(path.replace(/\.js$/, '.d.ts'), 'utf8');
  return new Set([...declaration.matchAll(/^ +'([^']+)': /gm)].map(match => match[1]));
}

function fieldSchema(model: string, {baseName, type, format}: Attribute): Schema {
  const field = `${model}.${baseName}`;
  return typeSchema(type, QUANTITIES.has(field) ? 'quantity' : format, WORDS[field]);
}

function typeSchema(type: string, format: string, words?: string[]): Schema {
  const [, listOf] = /^Array<(.+)>$/.exec(type) ?? [];
  if (listOf) return list(typeSchema(listOf, format, words));
  const [, mapOf] = /^\{ \[key: string\]: (.+); \}$/.exec(type) ?? [];
  if (mapOf) return map(typeSchema(mapOf, format, words));
  if (words) return oneOf(...words);
  return scalar(type, format) ?? ref(type);
}

function scalar(type: string, format: string): Schema | undefined {
  const formats: {[format: string]: string} = {
    byte: 'Base64',
    int32: 'Int32',
    int64: 'Int64',
    quantity: 'Quantity',
  };
  const named = formats[format];
  if (named) return ref(named);
  if (type === 'any') return {};
  if (type === 'Date') return ref('Time');
  return ['boolean', 'number', 'string'].includes(type) ? {type} : undefined;
}

function referencesIn(definition: Schema): string[] {
  const references = JSON.stringify(definition).matchAll(/#\/definitions\/(\w+)/g);
  return [...references].map(match => match[1] as string);
}

if (import.meta.main) writeFileSync(OUTPUT, generateDefinitions());
