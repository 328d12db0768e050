import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import type {Json, JsonObject, KubernetesObject} from '../../src/kubernetes/object.ts';
import {findForeignField, isWiped} from '../../src/metacontroller/foreign-fields.ts';
import {bare, managedBy} from '../support/requests.ts';

const DEPLOYMENT = {
  ...bare('apps/v1', 'Deployment', 'server'),
  spec: {
    selector: {matchLabels: {app: 'server'}},
    template: {
      metadata: {labels: {app: 'server'}},
      spec: {
        containers: [
          {name: 'server', image: 'a', env: [{name: 'A', value: '1'}], ports: [{containerPort: 3000}]},
        ],
      },
    },
  },
};
const CONFIG_MAP = {...bare('v1', 'ConfigMap', 'config'), data: {ours: '1', 'dotted.key': '2'}};
const SERVICE = {
  ...bare('v1', 'Service', 'server'),
  spec: {
    ports: [
      {port: 80, name: 'http'},
      {port: 53, protocol: 'UDP'},
    ],
    selector: {app: 'server'},
  },
};
const CUSTOM = {
  ...bare('example.com/v1', 'Thing', 'thing'),
  spec: {set: ['a', 1], list: [{x: 1}], nothing: {}},
  rules: [{}],
};

/** Everything below the pod template's spec. */
const podSpec = (fields: JsonObject) => ({'f:spec': {'f:template': {'f:spec': fields}}});
const container = (name: string, fields: JsonObject) =>
  podSpec({'f:containers': {[`k:{"name":"${name}"}`]: {'.': {}, ...fields}}});

describe('a field is foreign', () => {
  test.each<{field: string; desired: KubernetesObject; fields: JsonObject; path: string}>([
    {
      field: 'a container',
      desired: DEPLOYMENT,
      fields: container('evil', {'f:image': {}, 'f:envFrom': {}}),
      path: 'spec.template.spec.containers[name=evil]',
    },
    {
      field: 'an init container, topmost',
      desired: DEPLOYMENT,
      fields: podSpec({'f:initContainers': {'.': {}, 'k:{"name":"evil"}': {'.': {}, 'f:name': {}}}}),
      path: 'spec.template.spec.initContainers',
    },
    {
      field: 'envFrom in our container',
      desired: DEPLOYMENT,
      fields: container('server', {'f:image': {}, 'f:envFrom': {}}),
      path: 'spec.template.spec.containers[name=server].envFrom',
    },
    {
      field: 'a variable in our container',
      desired: DEPLOYMENT,
      fields: container('server', {'f:env': {'k:{"name":"A"}': {'.': {}}, 'k:{"name":"B"}': {'.': {}}}}),
      path: 'spec.template.spec.containers[name=server].env[name=B]',
    },
    {
      field: 'a port of another protocol',
      desired: DEPLOYMENT,
      fields: container('server', {'f:ports': {'k:{"containerPort":3000,"protocol":"UDP"}': {'.': {}}}}),
      path: 'spec.template.spec.containers[name=server].ports[containerPort=3000,protocol=UDP]',
    },
    {
      field: "a pod's label",
      desired: DEPLOYMENT,
      fields: {'f:spec': {'f:template': {'f:metadata': {'f:labels': {'f:app': {}, 'f:team': {}}}}}},
      path: 'spec.template.metadata.labels.team',
    },
    {
      field: 'a key of a ConfigMap',
      desired: CONFIG_MAP,
      fields: {'f:data': {'.': {}, 'f:ours': {}, 'f:plugins.mlflow': {}}},
      path: 'data["plugins.mlflow"]',
    },
    {
      field: 'a key that every map of JavaScript seems to have',
      desired: CONFIG_MAP,
      fields: {'f:data': {'f:constructor': {}}},
      path: 'data.constructor',
    },
    {
      field: 'binary data',
      desired: CONFIG_MAP,
      fields: {'f:binaryData': {'.': {}, 'f:x': {}}},
      path: 'binaryData',
    },
    {
      field: 'a port of a Service',
      desired: SERVICE,
      fields: {'f:spec': {'f:ports': {'k:{"port":81,"protocol":"TCP"}': {'.': {}, 'f:port': {}}}}},
      path: 'spec.ports[port=81,protocol=TCP]',
    },
    {
      field: 'an item of a set',
      desired: CUSTOM,
      fields: {'f:spec': {'f:set': {'v:"b"': {}}}},
      path: 'spec.set["b"]',
    },
    {
      field: 'an item by its place',
      desired: CUSTOM,
      fields: {'f:spec': {'f:list': {'i:1': {}}}},
      path: 'spec.list[1]',
    },
    {
      field: 'an item by keys that are no text',
      desired: CUSTOM,
      fields: {'f:spec': {'f:list': {'k:{"x":2,"toString":null}': {}}}},
      path: 'spec.list[x=2,toString=null]',
    },
    {
      field: 'an item by keys, where we render texts',
      desired: CUSTOM,
      fields: {'f:spec': {'f:set': {'k:{"name":"a"}': {}}}},
      path: 'spec.set[name=a]',
    },
    {
      field: 'a field in an empty map',
      desired: CUSTOM,
      fields: {'f:spec': {'f:nothing': {'f:x': {}}}},
      path: 'spec.nothing.x',
    },
    {
      field: 'a field below one that holds text',
      desired: CONFIG_MAP,
      fields: {'f:data': {'f:ours': {'f:x': {}}}},
      path: 'data.ours.x',
    },
  ])('$field', ({desired, fields, path}) => {
    const observed = managedBy(desired, {manager: 'kubectl-edit', fields});
    expect(findForeignField(desired, observed, ['another'])).toEqual({path, manager: 'kubectl-edit'});
  });

  test('whether it was applied or updated', () => {
    const evil = {manager: 'kubectl', fields: container('evil', {})};
    for (const operation of ['Apply', 'Update']) {
      expect(findForeignField(DEPLOYMENT, managedBy(DEPLOYMENT, {...evil, operation}), [])).toBeDefined();
    }
  });

  test.each([
    {name: "Kubernetes' own controllers", entry: {manager: 'kube-controller-manager'}},
    {name: 'a subresource', entry: {manager: 'kubectl', subresource: 'status'}},
    {name: 'Metacontroller, which applies and never updates', entry: {manager: 'metacontroller'}},
  ])('whoever takes the name of $name', ({entry}) => {
    const observed = managedBy(
      DEPLOYMENT,
      {manager: 'metacontroller', operation: 'Apply', fields: container('server', {'f:image': {}})},
      {...entry, fields: container('evil', {'f:image': {}})},
    );
    expect(findForeignField(DEPLOYMENT, observed, [])).toEqual({
      path: 'spec.template.spec.containers[name=evil]',
      manager: entry.manager,
    });
  });

  test('though it comes after others that are not, and whoever does not say who it is', () => {
    const observed = managedBy(
      DEPLOYMENT,
      {manager: 'metacontroller', operation: 'Apply', fields: container('server', {})},
      {manager: 'kubectl', fields: container('server', {'f:image': {}})},
      {fields: podSpec({'f:hostNetwork': {}})},
    );
    expect(findForeignField(DEPLOYMENT, observed, [])).toEqual({
      path: 'spec.template.spec.hostNetwork',
      manager: '',
    });
  });
});

describe('a field is not foreign', () => {
  const replicas = {'f:spec': {'f:replicas': {}}};
  const evil = container('evil', {});
  test.each<{why: string; desired: KubernetesObject; fields: JsonObject; entry?: JsonObject}>([
    {why: 'that we render', desired: DEPLOYMENT, fields: container('server', {'f:image': {}, 'f:name': {}})},
    {
      why: 'in an item whose key we leave to its default',
      desired: DEPLOYMENT,
      fields: container('server', {'f:ports': {'k:{"containerPort":3000,"protocol":"TCP"}': {'.': {}}}}),
    },
    {
      why: 'in an item with all its keys',
      desired: SERVICE,
      fields: {'f:spec': {'f:ports': {'k:{"port":53,"protocol":"UDP"}': {'f:port': {}}}}},
    },
    {why: 'in an atomic map that we render', desired: SERVICE, fields: {'f:spec': {'f:selector': {}}}},
    {
      why: 'among the items that we render',
      desired: CUSTOM,
      fields: {'f:spec': {'f:set': {'v:1': {}, 'v:"a"': {}}, 'f:list': {'i:0': {}}}},
    },
    {why: 'that counts pods', desired: DEPLOYMENT, fields: replicas},
    {
      why: 'that restarts pods',
      desired: DEPLOYMENT,
      fields: {
        'f:spec': {
          'f:template': {
            'f:metadata': {'f:annotations': {'.': {}, 'f:kubectl.kubernetes.io/restartedAt': {}}},
          },
        },
      },
    },
    {
      why: 'that restarts pods of which we render no metadata',
      desired: {...bare('apps/v1', 'Deployment', 'a'), spec: {}},
      fields: {'f:spec': {'f:template': {'f:metadata': {'f:annotations': {'f:a': {}}}}}},
    },
    {
      why: 'outside of spec, data, binaryData and rules',
      desired: DEPLOYMENT,
      fields: {'f:metadata': {'f:labels': {'f:x': {}}}, 'f:status': {'f:x': {}}, 'f:secrets': {}},
    },
    {why: 'that `scale` wrote', desired: DEPLOYMENT, fields: replicas, entry: {subresource: 'scale'}},
    {
      why: 'of Metacontroller',
      desired: DEPLOYMENT,
      fields: evil,
      entry: {manager: 'metacontroller', operation: 'Apply'},
    },
    {
      why: 'of a Metacontroller that only updates',
      desired: DEPLOYMENT,
      fields: evil,
      entry: {manager: 'metacontroller'},
    },
    {
      why: "of kube-controller-manager's status and revision",
      desired: DEPLOYMENT,
      fields: {
        'f:metadata': {'f:annotations': {'f:deployment.kubernetes.io/revision': {}}},
        'f:status': {'f:replicas': {}},
      },
      entry: {manager: 'kube-controller-manager', subresource: 'status'},
    },
    {why: 'of an excepted manager', desired: DEPLOYMENT, fields: evil, entry: {manager: 'keda'}},
  ])('$why', ({desired, fields, entry = {}}) => {
    const observed = managedBy(desired, {manager: 'kubectl', fields, ...entry});
    expect(findForeignField(desired, observed, ['argo', 'keda'])).toBeUndefined();
  });

  test.each([
    {apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy'},
    {apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role'},
    {apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'RoleBinding'},
    {apiVersion: 'v1', kind: 'Namespace'},
    {apiVersion: 'v1', kind: 'PersistentVolumeClaim'},
    {apiVersion: 'v1', kind: 'Secret'},
  ])('of a $kind', ({apiVersion, kind}) => {
    const object = bare(apiVersion, kind, 'a');
    const fields = {'f:spec': {'f:x': {}}, 'f:data': {'f:x': {}}, 'f:rules': {}};
    expect(findForeignField(object, managedBy(object, {manager: 'kubectl', fields}), [])).toBeUndefined();
    const other = {...object, apiVersion: 'example.com/v1'};
    expect(findForeignField(other, managedBy(other, {manager: 'kubectl', fields}), [])).toBeDefined();
  });

  test.each<{managedFields: unknown}>([
    {managedFields: undefined},
    {managedFields: null},
    {managedFields: 'text'},
    {managedFields: {}},
    {managedFields: [null, 1, 'x', [], {}]},
    {managedFields: [{manager: 'x'}, {manager: 'x', fieldsV1: null}, {manager: 1, fieldsV1: 'f:spec'}]},
    {managedFields: [{manager: 'x', fieldsV1: {spec: {}, 'f:spec': null}}]},
    ...[
      'k:',
      'k:{',
      'k:[]',
      'k:"x"',
      'v:',
      'v:{',
      'v:{}',
      'k:{"name":{}}',
      'i:',
      'i:"0"',
      'x:1',
      '',
      '.',
      'spec',
    ].map(step => ({
      managedFields: [{manager: 'x', fieldsV1: {'f:spec': {'f:template': {[step]: {'f:x': {}}}}}}],
    })),
  ])('where nobody can tell who owns what: $managedFields', ({managedFields}) => {
    const observed = {
      ...DEPLOYMENT,
      metadata: {...DEPLOYMENT.metadata, managedFields: managedFields as Json},
    };
    expect(findForeignField(DEPLOYMENT, observed, [])).toBeUndefined();
  });
});

describe('who owns what is wiped', () => {
  const fields = {'f:spec': {}};
  test.each([
    {of: 'without managedFields', observed: DEPLOYMENT, wiped: true},
    {of: 'of which somebody else owns all', observed: managedBy(DEPLOYMENT, {fields}), wiped: true},
    {
      of: 'that somebody applied',
      observed: managedBy(DEPLOYMENT, {manager: 'mine', operation: 'Apply', fields}),
      wiped: false,
    },
    {
      of: 'that Metacontroller updated',
      observed: managedBy(DEPLOYMENT, {manager: 'metacontroller', fields}),
      wiped: false,
    },
    {of: 'of a kind that is never judged', observed: {...CONFIG_MAP, kind: 'Secret'}, wiped: false},
    {of: 'in which nothing is counted', observed: bare('v1', 'ServiceAccount', 'a'), wiped: false},
  ])('in an object $of: $wiped', ({observed, wiped}) => {
    expect(isWiped(observed)).toBe(wiped);
  });
});

describe('whatever managedFields hold', () => {
  const step = fc.oneof(
    fc.constantFrom(
      '.',
      'f:spec',
      'f:data',
      'f:template',
      'f:containers',
      'k:{"name":"server"}',
      'v:"a"',
      'i:0',
    ),
    fc
      .tuple(fc.constantFrom('f:', 'k:', 'v:', 'i:', ''), fc.oneof(fc.string(), fc.json()))
      .map(parts => parts.join('')),
  );
  const {fields} = fc.letrec<{fields: unknown}>(tie => ({
    fields: fc.oneof(
      {maxDepth: 6, withCrossShrink: true},
      fc.jsonValue(),
      fc.dictionary(step, tie('fields'), {maxKeys: 4, noNullPrototype: false}),
    ),
  }));

  test('finding is not thrown off, and what is found is a path', () => {
    const entry = fc.oneof(fc.jsonValue(), fc.record({manager: fc.jsonValue(), fieldsV1: fields}));
    const property = fc.property(
      fc.constantFrom(DEPLOYMENT, CONFIG_MAP, SERVICE, CUSTOM),
      fc.array(entry),
      (desired, managedFields) => {
        const observed = {...desired, metadata: {...desired.metadata, managedFields: managedFields as Json}};
        const found = findForeignField(desired, observed, []);
        expect(found?.path ?? 'spec').toMatch(/^(spec|data|binaryData|rules)/);
      },
    );
    fc.assert(property, {numRuns: 500});
  });

  test('however deep', () => {
    const deep = `${'{"f:x":'.repeat(20_000)}{}${'}'.repeat(20_000)}`;
    for (const name of ['f:spec', 'f:data', 'f:rules']) {
      const observed = managedBy(CUSTOM, {manager: 'x', fields: {[name]: JSON.parse(deep) as Json}});
      expect(findForeignField(CUSTOM, observed, [])).toBeDefined();
    }
  });
});
