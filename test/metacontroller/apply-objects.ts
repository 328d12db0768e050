import fc from 'fast-check';
import {canonical} from '../../src/kubernetes/canonical.ts';
import type {Json, JsonObject, KubernetesObject} from '../../src/kubernetes/object.ts';
import {BUILDERS} from './apply-rows.ts';

/** Small objects whose items like to have the same keys, and whose values like to be empty. */
export function objects(): fc.Arbitrary<KubernetesObject> {
  return fc
    .oneof(...KINDS)
    .map(
      object =>
        canonical({...object, metadata: {name: 'a', namespace: 'alice'}}) as unknown as KubernetesObject,
    );
}

const word = fc.constantFrom('a', 'b');
const empty = <T extends Json>(value: fc.Arbitrary<T>, nothing: Json) =>
  fc.oneof({arbitrary: value as fc.Arbitrary<Json>, weight: 5}, {arbitrary: fc.constant(nothing), weight: 1});
const protocol = fc.constantFrom('TCP', 'UDP');
const number = fc.constantFrom(53, 54);
const labels = fc.oneof(
  fc.constant({}),
  word.map(app => ({app})),
);
const selector = fc.oneof(fc.constant({}), fc.record({matchLabels: labels}));

/** Any of the fields may be missing, but for the required ones. */
function fields(
  required: {[field: string]: fc.Arbitrary<Json>},
  optional: {[field: string]: fc.Arbitrary<Json>} = {},
): fc.Arbitrary<JsonObject> {
  const keys = Object.keys(required) as never[];
  return fc.record({...required, ...optional}, {requiredKeys: keys}) as fc.Arbitrary<JsonObject>;
}

function list(items: fc.Arbitrary<Json>, minLength = 0): fc.Arbitrary<Json[]> {
  return fc.array(items, {minLength, maxLength: 3});
}

const fieldRef = fields({fieldPath: fc.constant('metadata.name')}, {apiVersion: fc.constant('v1')});
const keyToPath = fields({key: word, path: word});
const variable = fields({name: fc.constantFrom('A', 'B')}, {value: empty(word, '')});
const containerPort = fields(
  {containerPort: number},
  {protocol, name: fc.constantFrom('a', 'b', 'c'), hostPort: fc.constant(0)},
);
const mount = fields({name: word, mountPath: fc.constantFrom('/a', '/b')}, {readOnly: fc.boolean()});
const container = fields(
  {name: word, image: word},
  {
    env: list(variable),
    ports: list(containerPort),
    volumeMounts: list(mount),
    args: list(word),
    envFrom: list(fields({configMapRef: fields({name: word})}, {prefix: empty(word, '')})),
    resources: fields({}, {limits: fc.constantFrom({}, {cpu: '1'}, {cpu: '100u'})}),
  },
);
const source = fc.oneof(
  fields({serviceAccountToken: fields({path: word}, {expirationSeconds: fc.constant(3600)})}),
  fields({configMap: fields({name: word}, {items: list(keyToPath)})}),
  fields({downwardAPI: fields({items: list(fields({path: word, fieldRef}), 1)})}),
);
const volume = fields(
  {name: word},
  {
    emptyDir: fields({}, {medium: empty(fc.constant('Memory'), '')}),
    projected: fields({sources: list(source)}),
    configMap: fields({name: word}, {items: list(keyToPath), optional: fc.boolean()}),
  },
);
const podSpec = fields(
  {containers: list(container, 1)},
  {
    volumes: list(volume),
    hostNetwork: fc.boolean(),
    automountServiceAccountToken: fc.boolean(),
    imagePullSecrets: list(fields({}, {name: word})),
    hostAliases: list(fields({ip: fc.constant('10.0.0.1'), hostnames: list(word, 1)})),
    tolerations: list(fields({key: word}, {value: empty(word, '')})),
    nodeSelector: labels,
  },
);
const peer = fields({}, {podSelector: selector, namespaceSelector: selector});
const policyRule = fields({}, {from: list(peer), ports: list(fields({}, {port: number, protocol}))});
const servicePort = fields(
  {port: number},
  {protocol, name: fc.constantFrom('a', 'b', 'c'), targetPort: fc.constantFrom(0, 80, 'a')},
);
const resources = fc.constantFrom({cpu: '1'}, {memory: '1Gi'}, {cpu: '1', memory: '1Gi'});
const limit = fields(
  {type: fc.constantFrom('Container', 'Pod')},
  {default: resources, defaultRequest: resources, max: resources, min: resources},
);
const subject = fc.oneof(
  fields({kind: fc.constant('ServiceAccount'), name: word, namespace: word}),
  fields({kind: fc.constantFrom('User', 'Group'), name: word}),
);
const rule = fields(
  {verbs: list(word, 1)},
  {apiGroups: list(fc.constantFrom('', 'a')), resources: list(word)},
);

const KINDS: readonly fc.Arbitrary<JsonObject>[] = [
  podSpec.map(BUILDERS.pods),
  list(servicePort, 1).map(ports => BUILDERS.service({ports})),
  list(policyRule).map(ingress => BUILDERS.policy({ingress})),
  list(subject).map(BUILDERS.binding),
  list(rule).map(BUILDERS.role),
  list(limit, 1).map(BUILDERS.limits),
  fields({}, {secrets: list(fields({}, {name: word})), imagePullSecrets: list(fields({name: word}))}).map(
    BUILDERS.serviceAccount,
  ),
  fields(
    {},
    {
      data: fc.dictionary(word, fc.constantFrom('', 'a')),
      binaryData: fc.dictionary(word, fc.constantFrom('', 'QQ==', 'QR==')),
      immutable: fc.boolean(),
    },
  ).map(BUILDERS.configMap),
  fields({}, {env: list(variable), desc: empty(word, '')}).map(BUILDERS.podDefault),
];
