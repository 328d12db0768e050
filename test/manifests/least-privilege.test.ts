import {describe, expect, test} from 'vitest';
import type {JsonObject} from '../../src/kubernetes/object.ts';
import {leastPrivilege} from '../../src/manifests/least-privilege.ts';
import {readNeeds} from '../../src/manifests/needs.ts';
import type {ManifestOptions} from '../../src/manifests/options.ts';
import {mergeRules} from '../../src/rbac/merge.ts';
import type {PolicyRule} from '../../src/rbac/rule.ts';
import {dependencies, type Folders} from '../support/hook.ts';
import {folderOf} from './folder.ts';

const OPTIONS: ManifestOptions = {
  url: 'http://hook:8080',
  serviceAccount: {namespace: 'kubeflow', name: 'metacontroller'},
  observeSecrets: false,
};

const MODES = ['companion', 'standalone'] as const;

describe.each(MODES)('the role of %s', mode => {
  test('has no wildcard and says why for every rule', () => {
    const rules = leastPrivilege(needs({}, mode), OPTIONS);
    expect(JSON.stringify(rules.map(({rule}) => rule))).not.toContain('*');
    expect(rules.filter(({reason}) => !/[.?]$/.test(reason))).toEqual([]);
  });

  test('reads no Secret, and writes only those of the templates', () => {
    expect(rulesFor(mode, 'secrets')).toEqual([
      {
        apiGroups: [''],
        resources: ['secrets'],
        resourceNames: ['mlpipeline-minio-artifact'],
        verbs: ['create', 'patch', 'delete'],
      },
    ]);
  });

  test('may write the one Role that reads Secrets without holding what it grants', () => {
    const escalating = rulesFor(mode, 'roles').filter(({verbs}) => verbs.includes('escalate'));
    expect(escalating).toMatchObject([
      {resourceNames: ['ml-pipeline-ui-artifact'], verbs: ['bind', 'escalate']},
    ]);
  });

  test('reads all Secrets with --observe-secrets or --token-secret, and says so', () => {
    for (const changed of [{observeSecrets: true}, {tokenSecret: {namespace: 'a', name: 'b'}}]) {
      const rules = leastPrivilege(needs({}, mode), {...OPTIONS, ...changed});
      const wide = rules.filter(({rule}) => rule.resources?.includes('secrets') && !rule.resourceNames);
      expect(wide).toMatchObject([{reason: expect.stringContaining('EVERY Secret')}]);
    }
  });
});

test('Metacontroller may bind only the ClusterRoles that RoleBindings name', () => {
  const binds = (mode: 'companion' | 'standalone') =>
    rulesFor(mode, 'clusterroles').flatMap(({resourceNames}) => resourceNames);
  expect(binds('companion')).toEqual([]);
  expect(binds('standalone')).toEqual(['kubeflow-admin', 'kubeflow-edit', 'kubeflow-view']);
});

test('beside profile-controller it neither reads nor updates single children: a Decorator adopts none', () => {
  const children = rulesFor('companion', 'configmaps');
  expect(children.flatMap(({verbs}) => verbs)).toEqual(['list', 'watch', 'create', 'patch', 'delete']);
});

describe('kinds', () => {
  test.each([
    {rule: 'what the values switch off is left out', values: {istio: {enabled: false}}, watched: false},
    {
      rule: 'what they switch on is there',
      values: {limitRange: {enabled: true}},
      resource: 'limitranges',
      watched: true,
    },
    {rule: 'what is off by default is left out', values: {}, resource: 'poddefaults', watched: false},
    {
      rule: 'what an override switches on for some Profiles is there',
      values: {
        overrides: [{profile: {name: 'alice', uid: 'a-uid'}, values: {limitRange: {enabled: true}}}],
      },
      resource: 'limitranges',
      watched: true,
    },
    {
      rule: 'what hangs on the credentials besides is left out where the values alone decide',
      values: {artifactServer: {enabled: false}},
      resource: 'deployments',
      watched: false,
    },
  ])('$rule', ({values, resource = 'authorizationpolicies', watched}) => {
    expect(resourcesOf(values as JsonObject).includes(resource)).toBe(watched);
  });

  test('what hangs on a Profile is there, though no sample Profile has it', () => {
    const folders = folderOf({
      'resourcequota-team.yaml': `
apiVersion: v1
kind: ResourceQuota
metadata:
  name: team
  annotations:
    profile-sync.kubeflow.org/include-when: \${"team" in profile.metadata.labels}
spec:
  hard: {pods: "10"}
`,
    });
    expect(needs({}, 'companion', folders).kinds.map(({resource}) => resource)).toContain('resourcequotas');
  });
});

describe('the Pod Security levels that namespaces may have', () => {
  const withLabels = (labels: string) =>
    folderOf({
      'namespace-tenant.yaml': `
apiVersion: v1
kind: Namespace
metadata:
  name: \${ns.name}
  labels: ${labels}
`,
    });

  test('are those of the templates', () => {
    expect(needs({}, 'standalone').podSecurity).toEqual(['baseline']);
  });

  test.each([
    {
      rule: 'are all that the templates may give',
      labels: `{pod-security.kubernetes.io/enforce: '\${owner.kind == "User" ? "baseline" : "restricted"}'}`,
      levels: ['baseline', 'restricted'],
    },
    {rule: 'have none among them where the templates say none', labels: '{team: a}', levels: ['']},
  ])('$rule', ({labels, levels}) => {
    expect(needs({}, 'standalone', withLabels(labels)).podSecurity).toEqual(levels);
  });

  test("are not Metacontroller's to choose beside profile-controller", () => {
    expect(needs({}, 'companion').podSecurity).toEqual([]);
  });
});

describe('mergeRules', () => {
  test.each([
    {
      rule: 'joins the verbs of a resource, then resources with the same verbs',
      rules: [
        {apiGroups: ['g'], resources: ['b', 'a'], verbs: ['get']},
        {apiGroups: ['g'], resources: ['a'], verbs: ['list', 'get']},
        {apiGroups: ['g'], resources: ['b'], verbs: ['list']},
      ],
      merged: [{apiGroups: ['g'], resources: ['a', 'b'], verbs: ['get', 'list']}],
    },
    {
      rule: 'keeps names apart from no names',
      rules: [
        {apiGroups: [''], resources: ['a'], resourceNames: ['x'], verbs: ['get']},
        {apiGroups: [''], resources: ['a'], verbs: ['list']},
      ],
      merged: [
        {apiGroups: [''], resources: ['a'], resourceNames: ['x'], verbs: ['get']},
        {apiGroups: [''], resources: ['a'], verbs: ['list']},
      ],
    },
  ])('$rule', ({rules, merged}) => {
    expect(mergeRules(rules)).toEqual(expect.arrayContaining(merged));
    expect(mergeRules(rules)).toHaveLength(merged.length);
  });
});

function needs(values: JsonObject, mode: 'companion' | 'standalone', folders?: Folders) {
  return readNeeds(dependencies({values, ...(folders && {folders})}).templates(mode));
}

function rulesFor(mode: 'companion' | 'standalone', resource: string): PolicyRule[] {
  return leastPrivilege(needs({}, mode), OPTIONS)
    .map(({rule}) => rule)
    .filter(({resources}) => resources?.includes(resource));
}

function resourcesOf(values: JsonObject): string[] {
  return needs(values, 'companion').kinds.map(({resource}) => resource);
}
