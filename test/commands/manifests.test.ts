import {readFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import {loadAll} from 'js-yaml';
import {describe, expect, test} from 'vitest';
import type {JsonObject, KubernetesObject} from '../../src/kubernetes/object.ts';
import {schemaProblems} from '../../src/kubernetes/schema.ts';
import {folderWith, runHere} from '../support/command.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

describe.each(['companion', 'standalone'])('of %s', mode => {
  test('manifests/ has what the command prints: run `npm run gen:manifests`', async () => {
    const {stdout} = await runHere('manifests', '--mode', mode);
    expect(stdout).toBe(readFileSync(`${ROOT}manifests/${mode}/metacontroller.yaml`, 'utf8'));
  });

  test('every object fits its schema, with every option', async () => {
    const options = [
      '--observe-secrets',
      '--token-secret',
      'hooks/token',
      '--url',
      'https://hook.example.com/x',
    ];
    const {stdout} = await runHere('manifests', '--mode', mode, ...options, '-o', 'json');
    const {items} = JSON.parse(stdout) as {items: KubernetesObject[]};
    expect(items.map(({kind}) => kind)).toHaveLength(5);
    expect(items.map(item => schemaProblems(item))).toEqual(items.map(() => []));
  });
});

test('YAML and JSON say the same', async () => {
  const yaml = await runHere('manifests');
  const json = await runHere('manifests', '-o', 'json');
  expect(loadAll(yaml.stdout)).toEqual((JSON.parse(json.stdout) as {items: unknown[]}).items);
});

describe('the url of a webhook', () => {
  const urlOf = async (...args: string[]) => {
    const {stdout} = await runHere('manifests', '-o', 'json', ...args);
    const {items} = JSON.parse(stdout) as {items: {spec: {hooks: {sync: {webhook: JsonObject}}}}[]};
    return items.at(-1)?.spec.hooks.sync.webhook;
  };

  test('has a word in place of the token', async () => {
    expect(await urlOf()).toEqual({
      url: 'http://metacontroller:TOKEN@profile-sync.profile-sync.svc:8080/sync',
      timeout: '10s',
    });
  });

  test('has the first token of --token-file, whatever characters are in it', async () => {
    const folder = folderWith({token: 'a/b@c\nsecond\n'});
    expect(await urlOf('--token-file', `${folder}/token`)).toMatchObject({
      url: 'http://metacontroller:a%2Fb%40c@profile-sync.profile-sync.svc:8080/sync',
    });
  });

  test('has no token with --token-secret, which Metacontroller reads itself', async () => {
    expect(await urlOf('--token-secret', 'hooks/token')).toMatchObject({
      url: 'http://profile-sync.profile-sync.svc:8080/sync',
      authorization: {type: 'Bearer', secretRef: {namespace: 'hooks', name: 'token', key: 'token'}},
    });
  });

  test('leads to the namespace of the hook that the values name', async () => {
    const folder = folderWith({'values.yaml': 'namespaces: {hook: hooks}'});
    expect(await urlOf('--values', `${folder}/values.yaml`)).toMatchObject({
      url: expect.stringContaining('@profile-sync.hooks.svc:8080/'),
    });
  });

  test('is the one given', async () => {
    expect(await urlOf('--url', 'https://hook.example.com/base/')).toMatchObject({
      url: 'https://metacontroller:TOKEN@hook.example.com/base/sync',
    });
  });
});

test('role and policy are for the ServiceAccount given', async () => {
  const {stdout} = await runHere('manifests', '--metacontroller-service-account', 'mc/robot');
  const [policy, , , binding] = loadAll(stdout) as KubernetesObject[];
  expect(JSON.stringify(policy?.spec)).toContain("== 'system:serviceaccount:mc:robot'");
  expect(binding?.subjects).toEqual([{kind: 'ServiceAccount', namespace: 'mc', name: 'robot'}]);
});

describe('a template that no role should cover is refused, with its place, and nothing is printed', () => {
  const ROLE_BINDING = `apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata:
  name: helpers
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: ClusterRole
  name: cluster-admin
subjects: []
`;
  const ROLE = `apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  name: helpers
rules:
  - apiGroups: ["*"]
    resources: [pods]
    verbs: [get]
`;
  const forUsers = (template: string) =>
    template.replace(
      'name: helpers\n',
      'name: helpers\n  annotations:\n    profile-sync.kubeflow.org/include-when: ${owner.kind == "User"}\n',
    );
  const SECRET = 'apiVersion: v1\nkind: Secret\nmetadata:\n  name: key-of-${ns.name}\n';

  test.each([
    {
      what: 'a RoleBinding to a ClusterRole that is not on the list',
      template: ROLE_BINDING,
      error:
        '8:3: roleRef.name: cannot render RoleBinding: it binds ClusterRole "cluster-admin", which is not listed [rbac/role-ref] (in the values, guards.clusterRoles: [kubeflow-admin, kubeflow-edit, kubeflow-view, cluster-admin] allows it)',
    },
    {
      what: 'a RoleBinding to a Role that no template renders',
      template: ROLE_BINDING.replace('kind: ClusterRole', 'kind: Role'),
      error:
        '8:3: roleRef.name: cannot render RoleBinding: it binds Role "cluster-admin", which is neither rendered beside it nor listed [rbac/role-ref] (add its template, or list it in guards.roles)',
    },
    {
      what: 'a Role with a wildcard',
      template: ROLE,
      error:
        '6:18: rules[0].apiGroups[0]: cannot render Role: apiGroups has *, which grants what no template names [rbac/wildcard] (write out what is needed)',
    },
    {
      what: 'a Role with a wildcard for a Profile that its include-when keeps out',
      template: forUsers(ROLE.replace('["*"]', `'\${owner.kind == "User" ? [""] : ["*"]}'`)),
      error:
        '8:5: rules[0].apiGroups: cannot grant Role helpers: * is not allowed, for nobody may grant what they lack (spell out what it stands for)',
    },
    {
      what: 'a RoleBinding to another ClusterRole for a Profile that its include-when keeps out',
      template: forUsers(
        ROLE_BINDING.replace(
          'cluster-admin',
          `'\${owner.kind == "User" ? "kubeflow-view" : "cluster-admin"}'`,
        ),
      ),
      error:
        '10:3: roleRef.name: cannot bind ClusterRole cluster-admin: it is not on the list of ClusterRoles (values.guards.clusterRoles can allow it)',
    },
    {
      what: 'a Secret whose name differs between tenants',
      template: SECRET,
      error:
        "4:3: metadata.name: cannot name this Secret in Metacontroller's role: its name differs between Profiles (write it without an expression)",
    },
    {
      what: 'a template of which nothing can be known',
      template:
        'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: team\n  annotations:\n    profile-sync.kubeflow.org/include-when: ${"team" in profile.metadata.labels}\ndata:\n  team: ${profile.metadata.labels.team}\n',
      error:
        '1:1: cannot tell what this template renders: cannot evaluate expression: no such key "team" (make it render for a Profile without labels, with .?field.orValue(…))',
    },
  ])('$what', async ({template, error}) => {
    const folder = folderWith({'helpers.yaml': template});
    const args = ['--templates', 'templates/pipelines', '--templates', folder];
    expect(await runHere('manifests', ...args)).toEqual({
      status: 1,
      stdout: '',
      stderr: `${folder}/helpers.yaml:${error}\n`,
    });
  });
});

test.each([
  {
    what: 'of Kubernetes',
    template: 'apiVersion: v1\nkind: Endpoints\nmetadata:\n  name: helper\n',
    kind: 'Endpoints.v1',
    resource: 'endpoints',
    args: [],
  },
  {
    what: 'that the admin has defined',
    template: 'apiVersion: example.com/v1\nkind: Mouse\nmetadata:\n  name: helper\n',
    kind: 'Mouse.example.com/v1',
    resource: 'mice',
    args: ['--crds', 'test/fixtures/crds'],
  },
])('a kind $what is watched and written by its resource name', async ({template, kind, resource, args}) => {
  const folder = folderWith({'helper.yaml': template});
  const values = folderWith({'values.yaml': `guards: {kinds: [${kind}]}`});
  const files = ['--templates', folder, '--values', `${values}/values.yaml`];
  const {stdout} = await runHere('manifests', ...files, ...args);
  const objects = loadAll(stdout) as KubernetesObject[];
  expect(objects.at(-1)?.spec).toMatchObject({attachments: [{resource}]});
  expect(JSON.stringify(objects[2]?.rules)).toContain(`"resources":["${resource}"]`);
});

describe('wrong usage', () => {
  test.each([
    {args: ['extra'], error: 'cannot print manifests: "extra" is not expected'},
    {args: ['--url', 'hook:8080'], error: 'cannot use --url "hook:8080": it is no http or https url'},
    {
      args: ['--url', 'http://u:p@hook'],
      error: 'cannot use --url: it has user information; give the token with --token-file',
    },
    {
      args: ['--url', 'http://hook?a'],
      error: 'cannot use --url "http://hook?a": it has a query or a fragment',
    },
    {args: ['--token-secret', 'token'], error: 'cannot use --token-secret "token": it is not NAMESPACE/NAME'},
    {
      args: ['--metacontroller-service-account', 'a/b/c'],
      error: 'cannot use --metacontroller-service-account "a/b/c": it is not NAMESPACE/NAME',
    },
    {args: ['-o', 'xml'], error: 'cannot use --output "xml": not one of yaml, json'},
  ])('$args', async ({args, error}) => {
    const {status, stdout, stderr} = await runHere('manifests', ...args);
    expect({status, stdout, error: stderr.split('\n')[0]}).toEqual({status: 2, stdout: '', error});
  });

  test('a token in two places', async () => {
    const folder = folderWith({token: 'a\n'});
    const {status, stderr} = await runHere(
      'manifests',
      '--token-file',
      `${folder}/token`,
      '--token-secret',
      'a/b',
    );
    expect({status, stderr}).toMatchObject({status: 2, stderr: expect.stringContaining('in one place')});
  });
});
