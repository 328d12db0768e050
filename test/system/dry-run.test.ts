import {readFileSync} from 'node:fs';
import {loadAll} from 'js-yaml';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import type {JsonObject, KubernetesObject} from '../../src/kubernetes/object.ts';
import {describeOverlays, MODES, renderOverlay} from '../manifests/overlay.ts';
import {runHere} from '../support/command.ts';
import {EVERYTHING, renderDefaults} from '../templates/defaults.ts';
import type {Response} from './client.ts';
import {NAMESPACE, pathTo, VALIDATING_POLICY} from './objects.ts';
import {startCluster, until} from './system.ts';

const OPTIONS = ['--observe-secrets', '--token-secret', 'profile-sync/profile-sync-token'];

const OWNERS: readonly JsonObject[] = [
  {kind: 'User', name: 'alice@example.com'},
  {kind: 'Group', name: 'team'},
  {kind: 'ServiceAccount', name: 'robot', namespace: 'robots'},
];

/** All that a Profile may ask for. */
const WISHES = {
  resourceQuotaSpec: {hard: {cpu: '8', 'requests.memory': '32Gi', 'requests.nvidia.com/gpu': '1'}},
  plugins: [
    {
      kind: 'AwsIamForServiceAccount',
      spec: {awsIamRole: 'arn:aws:iam::111122223333:role/tenant-alice'},
    },
  ],
};

const COLLABORATORS = [
  {kind: 'User', name: 'frank@example.com', role: 'edit'},
  {kind: 'User', name: 'grace.O’Hara+test@example.com', role: 'view'},
] as const;

let cluster: Awaited<ReturnType<typeof startCluster>>;
beforeAll(async () => {
  cluster = await startCluster();
  for (const name of ['alice', 'user1', 'user2'])
    await cluster.objects.apply({...NAMESPACE, metadata: {name}});
});
afterAll(async () => await cluster?.stop());

test('a field too many is refused, and so what is taken has none', async () => {
  const object = {apiVersion: 'v1', kind: 'ConfigMap', metadata: {name: 'a', namespace: 'alice'}, dat: {}};
  expect(await refusals([object])).toEqual([
    expect.stringMatching(/^apply ConfigMap a: .*dat/),
    expect.stringMatching(/^create ConfigMap a: .*unknown field "dat"/),
  ]);
});

describe.each(MODES.map(({mode}) => mode))(
  'the API server takes every object, as strict as it can be: %s',
  mode => {
    test.each([
      {with: 'the shipped values', values: {}},
      {with: 'everything optional', values: EVERYTHING},
      {with: 'nothing optional', values: {artifactServer: {enabled: false}, istio: {enabled: false}}},
    ])('of the templates, with $with', async ({values}) => {
      const objects = OWNERS.flatMap(owner =>
        [{}, WISHES].flatMap(wishes =>
          renderDefaults({
            mode,
            values: {...values, plugins: {rolePattern: 'arn:aws:iam::111122223333:role/tenant-<ns>'}},
            spec: {owner, ...wishes},
            collaborators: COLLABORATORS,
          }),
        ),
      );
      expect(await refusals(objects)).toEqual([]);
    });

    test.each([{file: 'profile.yaml'}, {file: 'two-tenants.yaml'}])(
      'that is rendered for the sample $file',
      async ({file}) => {
        const values = ['--values', 'test/values/everything.yaml', '--mode', mode];
        expect(await refusals(await printed('render', `manifests/samples/${file}`, ...values))).toEqual([]);
      },
    );

    test.each([{options: []}, {options: OPTIONS}])('that manifests $options prints', async ({options}) => {
      expect(await refusals(await printed('manifests', '--mode', mode, ...options))).toEqual([]);
    });

    test('of the admission policy, without a warning about its expressions', async () => {
      const policy = (await printed('manifests', '--mode', mode)).find(
        ({kind}) => kind === VALIDATING_POLICY.kind,
      );
      await cluster.objects.apply(policy as JsonObject);
      expect(await warningsOf(policy as KubernetesObject)).toEqual([]);
    });
  },
);

test.each(['profile.yaml', 'two-tenants.yaml'])('the API server takes the sample %s', async file => {
  const objects = loadAll(readFileSync(`manifests/samples/${file}`, 'utf8')) as KubernetesObject[];
  expect(await refusals(objects)).toEqual([]);
});

describeOverlays('the API server takes every object', () => {
  test.each(['base', 'companion', 'standalone'])('of the overlay %s', async overlay => {
    expect(await refusals(renderOverlay(overlay))).toEqual([]);
  });
});

/** What the API server says against objects, by applying and by creating each, a line each. */
async function refusals(objects: readonly KubernetesObject[]): Promise<string[]> {
  expect(objects).not.toEqual([]);
  const lines: string[] = [];
  for (const object of objects) {
    for (const [how, {status, body}] of [
      ['apply', await dryApply(object)],
      ['create', await dryCreate(object)],
    ] as const) {
      // It is told only of an object that is right otherwise.
      const isThere = how === 'create' && body.reason === 'AlreadyExists';
      if (status >= 300 && !isThere)
        lines.push(`${how} ${object.kind} ${object.metadata.name}: ${body.message}`);
    }
  }
  return lines;
}

const STRICT = 'dryRun=All&fieldValidation=Strict';

async function dryApply(object: KubernetesObject): Promise<Response> {
  const path = `${pathTo(object)}?${STRICT}&fieldManager=metacontroller&force=true`;
  return await cluster.admin.request('PATCH', path, object as JsonObject, 'application/apply-patch+yaml');
}

async function dryCreate(object: KubernetesObject): Promise<Response> {
  const path = pathTo(object, {namespace: object.metadata.namespace});
  return await cluster.admin.request('POST', `${path}?${STRICT}`, object as JsonObject);
}

/** The objects that the command prints. */
async function printed(...args: string[]): Promise<KubernetesObject[]> {
  const {status, stdout, stderr} = await runHere(...args);
  expect({status, stderr}).toEqual({status: 0, stderr: ''});
  return loadAll(stdout) as KubernetesObject[];
}

// A controller checks the expressions against the types of the resources that a policy names: of ours, which is for all
// of them, it checks none. Whether they compile the API server has said before.
async function warningsOf({metadata: {name}}: KubernetesObject): Promise<unknown[]> {
  const read = async () => await cluster.objects.get(VALIDATING_POLICY, name);
  await until(async () => {
    const {metadata, status} = await read();
    return (status as JsonObject | undefined)?.observedGeneration === metadata.generation;
  }, 'the policy has been checked');
  const {typeChecking} = (await read()).status as {typeChecking?: {expressionWarnings?: unknown[]}};
  return typeChecking?.expressionWarnings ?? [];
}
