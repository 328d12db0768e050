import type {KubernetesObject} from '../../src/kubernetes/object.ts';

/** A request as Istio sees it; without a principal it came without mTLS. */
export interface Request {
  readonly principal?: string;
  readonly headers?: {readonly [name: string]: string};
  readonly method: string;
  readonly path: string;
  readonly port: string;
}

type Texts = readonly string[];
interface Fields {
  readonly [field: string]: Texts | undefined;
}
interface Rule {
  readonly from?: readonly {readonly source?: Fields}[];
  readonly to?: readonly {readonly operation?: Fields}[];
  readonly when?: readonly {readonly key: string; readonly values?: Texts; readonly notValues?: Texts}[];
}

/** Whether some rule that allows matches a request, as Istio's generator of Envoy's configuration makes of it. */
export function allows(policies: readonly KubernetesObject[], request: Request): boolean {
  return policies
    .map(({spec}) => (spec ?? {}) as {action?: string; rules?: readonly Rule[]})
    .filter(({action = 'ALLOW'}) => action === 'ALLOW')
    .some(({rules = []}) => rules.some(rule => matches(rule, request)));
}

function matches({from = [], to = [], when = []}: Rule, request: Request): boolean {
  const anyOf = <T>(items: readonly T[], test: (item: T) => boolean) =>
    items.length === 0 || items.some(test);
  return (
    anyOf(from, ({source = {}}) => fieldsMatch(source, SOURCE, request)) &&
    anyOf(to, ({operation = {}}) => fieldsMatch(operation, OPERATION, request)) &&
    when.every(({key, values = [], notValues = []}) => meets(conditionOn(key), values, notValues, request))
  );
}

type Test = (value: string, request: Request) => boolean;

const principal: Test = (value, request) =>
  request.principal !== undefined && textMatches(value, request.principal);
const namespace: Test = (value, request) =>
  new RegExp(`^.+/ns/${value.split('*').map(escapeText).join('.*')}/.*$`).test(request.principal ?? '');

const SOURCE: {readonly [field: string]: Test} = {
  principals: principal,
  namespaces: namespace,
  ipBlocks: () => true,
};

const OPERATION: {readonly [field: string]: Test} = {
  methods: (value, {method}) => textMatches(value, method),
  paths: (value, {path}) => textMatches(value, path),
  ports: (value, {port}) => value === port,
};

// Everything that is said must hold; an empty list says nothing.
function fieldsMatch(fields: Fields, tests: {readonly [field: string]: Test}, request: Request): boolean {
  return Object.entries(tests).every(([field, test]) => {
    const negation = `not${field[0]?.toUpperCase()}${field.slice(1)}`;
    return meets(test, fields[field] ?? [], fields[negation] ?? [], request);
  });
}

function meets(test: Test, values: Texts, notValues: Texts, request: Request): boolean {
  return (
    (values.length === 0 || values.some(value => test(value, request))) &&
    !notValues.some(value => test(value, request))
  );
}

function conditionOn(key: string): Test {
  if (key === 'source.namespace') return namespace;
  if (key === 'source.principal') return principal;
  const [, header] = /^request\.headers\[(.*)\]$/.exec(key) ?? [];
  if (header === undefined) throw new Error(`key ${key} is not known here`);
  return (value, {headers = {}}) => headers[header] !== undefined && textMatches(value, headers[header]);
}

// A * is a wildcard at either end, and by itself wants anything that is there.
function textMatches(pattern: string, text: string): boolean {
  if (pattern === '*') return text !== '';
  if (pattern.startsWith('*')) return text.endsWith(pattern.slice(1));
  return pattern.endsWith('*') ? text.startsWith(pattern.slice(0, -1)) : text === pattern;
}

function escapeText(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
