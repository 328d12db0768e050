import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {checkPods} from '../../src/guard/pods.ts';
import type {Json, JsonObject, KubernetesObject} from '../../src/kubernetes/object.ts';
import {guardContext} from '../support/guard.ts';
import {EVERYTHING, renderDefaults} from '../templates/defaults.ts';
import {container, objectOf, ownContainer, pod, podDefault, podSpec, refusals} from './pod-objects.ts';

const BAD = podSpec({hostNetwork: true, containers: [container({privileged: true})]});

/** The two findings of BAD at a path. */
function badAt(path: string, kind: string): string[] {
  return [
    `${path}.hostNetwork: cannot render ${kind}: the pod sets hostNetwork, which may only be false (Pod Security baseline: Host Namespaces)`,
    `${path}.containers[0].securityContext.privileged: cannot render ${kind}: container main sets securityContext.privileged, which may only be false (Pod Security baseline: Privileged Containers)`,
  ];
}

describe('what templates render by default passes', () => {
  test.each(['companion', 'standalone'] as const)('%s', mode => {
    const all = [...renderDefaults({mode}), ...renderDefaults({mode, values: EVERYTHING})];
    expect(all.map(({kind}) => kind)).toEqual(expect.arrayContaining(['Deployment', 'PodDefault']));
    const registries = {imageRegistries: ['ghcr.io/kubeflow']};
    expect(all.flatMap(object => refusals(object))).toEqual([]);
    expect(all.flatMap(object => refusals(object, registries))).toEqual([]);
  });
});

describe('pods are found', () => {
  test.each([
    {apiVersion: 'apps/v1', kind: 'Deployment', spec: {template: {spec: BAD}}, path: 'spec.template.spec'},
    {apiVersion: 'apps/v1', kind: 'StatefulSet', spec: {template: {spec: BAD}}, path: 'spec.template.spec'},
    {apiVersion: 'apps/v1', kind: 'DaemonSet', spec: {template: {spec: BAD}}, path: 'spec.template.spec'},
    {apiVersion: 'apps/v1', kind: 'ReplicaSet', spec: {template: {spec: BAD}}, path: 'spec.template.spec'},
    {
      apiVersion: 'v1',
      kind: 'ReplicationController',
      spec: {template: {spec: BAD}},
      path: 'spec.template.spec',
    },
    {apiVersion: 'batch/v1', kind: 'Job', spec: {template: {spec: BAD}}, path: 'spec.template.spec'},
    {
      apiVersion: 'batch/v1',
      kind: 'CronJob',
      spec: {jobTemplate: {spec: {template: {spec: BAD}}}},
      path: 'spec.jobTemplate.spec.template.spec',
    },
    {apiVersion: 'v1', kind: 'Pod', spec: BAD, path: 'spec'},
    {
      apiVersion: 'kubeflow.org/v1',
      kind: 'Notebook',
      spec: {template: {spec: BAD}},
      path: 'spec.template.spec',
    },
    {
      apiVersion: 'kubeflow.org/v1',
      kind: 'MPIJob',
      spec: {specs: {Worker: {pod: BAD}}},
      path: 'spec.specs.Worker.pod',
    },
    {apiVersion: 'example.com/v1', kind: 'Grid', spec: [[{deep: BAD}]], path: 'spec[0][0].deep'},
    {apiVersion: 'example.com/v1', kind: 'Grid', spec: {labels: {a: BAD}}, path: 'spec.labels.a'},
    {apiVersion: 'example.com/v1', kind: 'Grid', spec: {env: [{a: BAD}]}, path: 'spec.env[0].a'},
  ])('in a $kind at $path', ({apiVersion, kind, spec, path}) => {
    expect(refusals(objectOf(apiVersion, kind, spec))).toEqual(badAt(path, kind));
  });

  test('in a PodTemplate', () => {
    const object = {apiVersion: 'v1', kind: 'PodTemplate', metadata: {name: 'a'}, template: {spec: BAD}};
    expect(refusals(object)).toEqual(badAt('template.spec', 'PodTemplate'));
  });

  test('within a container, and in what stands in it', () => {
    const object = objectOf('example.com/v1', 'Nest', {containers: [{...ownContainer(), nested: {a: BAD}}]});
    expect(refusals({...object, spec: {...podSpec(), ...(object.spec as JsonObject)}})).toEqual(
      badAt('spec.containers[0].nested.a', 'Nest'),
    );
  });

  test('every one of several', () => {
    const object = objectOf('example.com/v1', 'Pair', {a: BAD, b: BAD});
    expect(refusals(object)).toEqual([...badAt('spec.a', 'Pair'), ...badAt('spec.b', 'Pair')]);
  });

  test.each(['ConfigMap', 'Secret', 'ServiceAccount'])('but not in a %s', kind => {
    const object = {...objectOf('v1', kind, BAD), automountServiceAccountToken: true, data: {image: 'a b'}};
    expect(refusals(object, {imageRegistries: ['ghcr.io']})).toEqual([]);
    expect(refusals({...object, apiVersion: 'example.com/v1'})).not.toEqual([]);
  });

  test('but no container in a map of them', () => {
    const object = objectOf('example.com/v1', 'Scaler', {containers: {name: 'a', image: 'a'}});
    expect(refusals(object)).toEqual([]);
  });

  test('but no container in a list of names', () => {
    const object = objectOf('example.com/v1', 'Scaler', {containers: ['main', 'second'], initContainers: []});
    expect(refusals(object)).toEqual([]);
  });
});

describe("Argo's templates", () => {
  const said = {automountServiceAccountToken: false};
  const {image, ...imageless} = container({privileged: true});

  test.each(['container', 'script'])('are pods with one %s', key => {
    const object = objectOf('argoproj.io/v1alpha1', 'Workflow', {
      templates: [{...said, [key]: {image, securityContext: {privileged: true}}}],
    });
    const titles = refusals(object).map(line => line.replace(/.*Workflow: (\w+ number 1) .*/, '$1'));
    expect(titles).toEqual(Array(5).fill(`${key} number 1`));
    expect(
      refusals(objectOf('argoproj.io/v1alpha1', 'Workflow', {templates: [{...said, [key]: ownContainer()}]})),
    ).toEqual([]);
  });

  test('are pods whose other fields stand beside the set', () => {
    const template = {...podSpec(), containers: null as unknown as Json};
    const workflow = (containers: Json[]) =>
      objectOf('argoproj.io/v1alpha1', 'Workflow', {templates: [{...template, containerSet: {containers}}]});
    expect(refusals(workflow([container()]))).toEqual([]);
    expect(refusals(workflow([container({privileged: true})]))).toEqual([
      'spec.templates[0].containerSet.containers[0].securityContext.privileged: cannot render Workflow: container main sets securityContext.privileged, which may only be false (Pod Security baseline: Privileged Containers)',
    ]);
    expect(refusals(workflow([container(), 'a']))).toEqual([
      'spec.templates[0].containerSet.containers[1]: cannot render Workflow: its pods cannot be judged: a container is not a map',
    ]);
  });

  test('hide nothing in a set', () => {
    const set = {containers: [container()], hidden: {spec: BAD}};
    const object = objectOf('argoproj.io/v1alpha1', 'Workflow', {
      ...podSpec(),
      containers: null,
      containerSet: set,
    });
    expect(refusals(object)).toEqual(badAt('spec.containerSet.hidden.spec', 'Workflow'));
    expect(
      refusals(objectOf('argoproj.io/v1alpha1', 'Workflow', {containerSet: [{hostNetwork: true}]})),
    ).toHaveLength(1);
  });

  test('may have steps that are lists, and names for containers', () => {
    const template = {steps: [[{name: 'a', template: 'b'}]], container: 'main', script: {source: 'a'}};
    expect(refusals(objectOf('argoproj.io/v1alpha1', 'Workflow', {templates: [template]}))).toEqual([]);
  });

  test.each(['sidecars', 'steps'])('have containers under %s that say everything themselves', key => {
    const part = (fields: JsonObject) =>
      objectOf('example.com/v1', 'Task', {securityContext: {runAsNonRoot: true}, [key]: [fields]});
    expect(refusals(part(ownContainer()))).toEqual([]);
    expect(refusals(part(container()))).toHaveLength(2);
  });

  test('have no container without an image', () => {
    expect(
      refusals(objectOf('example.com/v1', 'Task', {steps: [{name: 'a'}], container: {name: 'a'}})),
    ).toEqual([]);
    expect(refusals(objectOf('example.com/v1', 'Task', {container: imageless}))).toHaveLength(1);
  });
});

describe('what may become part of a pod', () => {
  test.each<{what: string; spec: JsonObject; path: string}>([
    {what: 'a field of a pod', spec: {hostPID: true}, path: 'hostPID'},
    {
      what: 'a field of a container',
      spec: {model: {securityContext: {privileged: true}}},
      path: 'model.securityContext.privileged',
    },
    {what: 'a volume', spec: {volumes: [{name: 'a', hostPath: {path: '/'}}]}, path: 'volumes[0].hostPath'},
    {what: 'a port', spec: {ports: [{hostPort: 80}]}, path: 'ports[0].hostPort'},
    {what: 'the user', spec: {securityContext: {runAsUser: 0}}, path: 'securityContext.runAsUser'},
  ])('is judged by what it says: $what', ({spec, path}) => {
    const found = refusals(objectOf('example.com/v1', 'Part', spec));
    expect(found).toEqual([expect.stringMatching(/^spec\./)]);
    expect(found[0]?.startsWith(`spec.${path}: cannot render Part: `)).toBe(true);
  });

  test.each<{what: string; spec: JsonObject}>([
    {what: 'what it leaves out', spec: {securityContext: {}, volumes: [{name: 'a', emptyDir: {}}]}},
    {
      what: 'fields of the same name',
      spec: {ports: [80, 443], volumes: 'many', securityContext: 'strict', lifecycle: []},
    },
    {
      what: 'labels of the same name',
      spec: {matchLabels: {hostPID: 'true', serviceAccountName: 'a', image: 'A B'}},
    },
    {what: 'lists of volumes that are names', spec: {volumes: ['a']}},
  ])('is not judged by $what', ({spec}) => {
    expect(refusals(objectOf('example.com/v1', 'Part', spec), {imageRegistries: ['ghcr.io']})).toEqual([]);
  });
});

describe('a PodDefault', () => {
  test.each(['initContainers', 'sidecars', 'containers'])('has %s that say everything themselves', key => {
    expect(refusals(podDefault({[key]: [ownContainer()]}))).toEqual([]);
    const found = refusals(podDefault({securityContext: {runAsNonRoot: true}, [key]: [container()]}));
    expect(found).toEqual([
      expect.stringMatching(
        /^spec\.\w+\[0\]\.securityContext: .* main does not say securityContext.runAsNonRoot: true/,
      ),
      expect.stringMatching(
        /^spec\.\w+\[0\]\.securityContext: .* main does not say securityContext.seccompProfile/,
      ),
    ]);
  });

  test('has no users of its own', () => {
    const found = refusals(
      podDefault({
        hostUsers: false,
        sidecars: [
          ownContainer({securityContext: {...(ownContainer().securityContext as JsonObject), runAsUser: 0}}),
        ],
      }),
    );
    expect(found).toEqual([expect.stringContaining('sidecar main sets securityContext.runAsUser')]);
  });

  test.each<{what: string; fields: JsonObject; path: string}>([
    {
      what: 'volumes',
      fields: {volumes: [{name: 'a', hostPath: {path: '/'}}]},
      path: 'spec.volumes[0].hostPath',
    },
    {what: 'unreadable volumes', fields: {volumes: 'a'}, path: 'spec.volumes'},
    {
      what: 'annotations',
      fields: {annotations: {'container.apparmor.security.beta.kubernetes.io/a': 'unconfined'}},
      path: 'spec.annotations["container.apparmor.security.beta.kubernetes.io/a"]',
    },
  ])('is judged by its $what', ({fields, path}) => {
    expect(refusals(podDefault(fields), {podSecurity: 'baseline'}, 'pods/security')).toEqual([
      expect.stringMatching(/cannot render PodDefault: /),
    ]);
    expect(refusals(podDefault(fields))[0]?.startsWith(`${path}: `)).toBe(true);
  });

  test('of another group is any other object', () => {
    const object = {...podDefault({...podSpec()}), apiVersion: 'example.com/v1'};
    expect(refusals(object)).toEqual([]);
    expect(refusals(podDefault(podSpec()))).toHaveLength(2);
    expect(refusals({...podDefault({}), other: podSpec()})).toEqual([]);
  });
});

describe('a pod that is written as text', () => {
  const refused = 'a text that holds part of a pod cannot be judged';

  test.each<{what: string; field: string; text: string}>([
    {what: 'a patch', field: 'podSpecPatch', text: 'anything'},
    {what: 'a manifest', field: 'manifest', text: 'kind: Any'},
    {what: 'JSON', field: 'a', text: '{"spec":{"containers":[]}}'},
    {what: 'JSON of a volume', field: 'a', text: '[{"name":"a", "hostPath" : {}}]'},
    {what: 'JSON in JSON', field: 'a', text: '{"a":"{\\"securityContext\\":{}}"}'},
    {what: 'YAML', field: 'a', text: 'a: 1\nspec:\n  initContainers:\n    - name: a'},
    {what: 'YAML on one line', field: 'a', text: 'hostNetwork: true'},
    {what: 'YAML in a list', field: 'a', text: '- container:\n    image: a'},
    {what: 'YAML in braces', field: 'a', text: '{securityContext: {privileged: true}}'},
    ...['ephemeralContainers', 'podSpecPatch', 'hostPID', 'hostIPC', 'privileged', 'container'].map(word => ({
      what: `JSON of ${word}`,
      field: 'a',
      text: `{"${word}":1}`,
    })),
  ])('is refused: $what', ({field, text}) => {
    expect(refusals(objectOf('example.com/v1', 'Text', {b: [{[field]: text}]}))).toEqual([
      `spec.b[0].${field}: cannot render Text: ${refused}`,
    ]);
  });

  test('is refused in an annotation', () => {
    const text = '[{"name":"a","hostPath":{"path":"/"}}]';
    expect(refusals(pod(podSpec(), {'example.com/volumes': text}))).toEqual([
      `metadata.annotations["example.com/volumes"]: cannot render Pod: ${refused}`,
    ]);
  });

  test('has a hint', () => {
    const object = objectOf('example.com/v1', 'Text', {podSpecPatch: 'a'}) as KubernetesObject;
    expect(checkPods(object, guardContext())).toMatchObject([
      {rule: 'pods/security', hint: 'write it as fields'},
    ]);
  });

  test.each<{what: string; object: JsonObject}>([
    {what: 'words', object: podDefault({desc: 'Adds two containers, and a hostPath: none.'})},
    {what: 'no patch', object: objectOf('example.com/v1', 'Text', {podSpecPatch: ''})},
    {what: 'other JSON', object: objectOf('example.com/v1', 'Text', {a: '{"containersCount":1}'})},
    {
      what: "a container's program",
      object: pod(podSpec({containers: [container({}, {args: ['{"containers":1}']})]})),
    },
    {
      what: "a PodDefault's variable",
      object: podDefault({
        env: [{name: 'a', value: '{"containers":1}'}],
        args: ['{"containers":1}'],
        command: ['hostPID: true'],
      }),
    },
  ])('is not what holds $what', ({object}) => {
    expect(refusals(object)).toEqual([]);
  });
});

describe('hostile shapes', () => {
  test('are refused where they are nested too deep', () => {
    const nest = (levels: number) => {
      let spec: JsonObject = {...BAD};
      for (let level = 0; level < levels; level++) spec = {a: spec};
      return refusals(objectOf('example.com/v1', 'Deep', spec), {podSecurity: 'baseline'});
    };
    expect(nest(40)).toEqual(badAt(`spec${'.a'.repeat(40)}`, 'Deep'));
    expect(nest(1000)).toEqual([
      `spec${'.a'.repeat(60)}: cannot render Deep: its pods cannot be judged: it is nested deeper than 60 levels`,
    ]);
  });

  test('are refused where there is too much', () => {
    const many = (count: number) =>
      objectOf('example.com/v1', 'Many', {list: Array(count).fill(0), spec: BAD});
    expect(refusals(many(299_000), {podSecurity: 'baseline'})).toEqual(badAt('spec.spec', 'Many'));
    const found = checkPods(many(300_000) as KubernetesObject, guardContext());
    expect(found).toEqual([
      {
        rule: 'pods/security',
        path: [],
        message: 'cannot render Many: its pods cannot be judged: it has more than 300000 values',
        hint: 'write it plainly',
      },
    ]);
  });

  test('never throw, whatever the JSON', () => {
    const words = [
      'spec',
      'containers',
      'container',
      'image',
      'volumes',
      'securityContext',
      'capabilities',
      'add',
      'drop',
      'annotations',
      'serviceAccountName',
      'serviceAccount',
      'automountServiceAccountToken',
      'projected',
      'sources',
      'serviceAccountToken',
      'audience',
      'containerSet',
      'sidecars',
      'os',
      'ports',
      'kind',
      '__proto__',
      'constructor',
      'length',
    ];
    const json = fc.letrec<{value: unknown}>(tie => ({
      value: fc.oneof(
        {depthSize: 'medium'},
        fc.constantFrom(null, true, 0, '', 'ALL', 'a b', 'windows'),
        fc.array(tie('value'), {maxLength: 3}),
        fc.dictionary(fc.constantFrom(...words), tie('value'), {maxKeys: 5}),
      ),
    })).value;
    fc.assert(
      fc.property(json, fc.constantFrom('Pod', 'PodDefault'), (value, kind) => {
        refusals(value, {imageRegistries: ['ghcr.io']});
        const apiVersion = kind === 'Pod' ? 'v1' : 'kubeflow.org/v1alpha1';
        refusals({apiVersion, kind, spec: value, metadata: value}, {imageRegistries: ['ghcr.io']});
      }),
      {numRuns: 2000},
    );
  });

  test('have a name all the same', () => {
    expect(refusals({spec: {hostPID: true}})).toEqual([
      expect.stringContaining(': cannot render object: the pod'),
    ]);
    expect(refusals({kind: {toString: 1}, apiVersion: 'v1'})).toEqual([]);
    expect(refusals({kind: 'Pod', apiVersion: {toString: 1}})).toEqual([]);
    expect(refusals(null)).toEqual([]);
  });
});
