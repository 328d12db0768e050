import {describe, expect, test} from 'vitest';
import type {JsonObject} from '../../src/kubernetes/object.ts';
import {describeOverlays, MODES, type Mode, onlyOf, renderOverlay} from './overlay.ts';
import {missing, type Rule} from './rule.ts';
import {loadTemplateObjects, renderedResources} from './template.ts';

const READ_VERBS = ['get', 'list', 'watch'];
const CHILD_VERBS = [...READ_VERBS, 'create', 'update', 'patch', 'delete'];
const METACONTROLLERS = ['compositecontrollers', 'controllerrevisions', 'decoratorcontrollers'];
const SECRET = 'mlpipeline-minio-artifact';

/** What Metacontroller needs beside its children's kinds and what their Roles grant. */
const SHARED_RULES: readonly Rule[] = [
  {apiGroups: ['metacontroller.k8s.io'], resources: METACONTROLLERS, verbs: READ_VERBS},
  {apiGroups: ['kubeflow.org'], resources: ['profiles'], verbs: [...READ_VERBS, 'update']},
  {apiGroups: ['kubeflow.org'], resources: ['profiles/status', 'profiles/finalizers'], verbs: ['update']},
  {apiGroups: [''], resources: ['events'], verbs: ['create', 'patch']},
  {apiGroups: [''], resources: ['secrets'], resourceNames: [SECRET], verbs: ['create', 'patch']},
];
const OWN_RULES: {readonly [mode in Mode]: readonly Rule[]} = {
  companion: [...SHARED_RULES, {apiGroups: [''], resources: ['namespaces'], verbs: READ_VERBS}],
  standalone: [
    ...SHARED_RULES,
    {apiGroups: ['apiextensions.k8s.io'], resources: ['customresourcedefinitions'], verbs: READ_VERBS},
    {
      apiGroups: ['rbac.authorization.k8s.io'],
      resources: ['clusterroles'],
      resourceNames: ['kubeflow-admin', 'kubeflow-edit', 'kubeflow-view'],
      verbs: ['bind'],
    },
  ],
};

describeOverlays('cluster roles', () => {
  describe.each(MODES)('the ClusterRole of $mode', ({mode, sets}) => {
    const rules = () => onlyOf('ClusterRole', renderOverlay(mode)).rules as unknown as Rule[];

    test('is bound to the ServiceAccount of Metacontroller', () => {
      expect(onlyOf('ClusterRoleBinding', renderOverlay(mode))).toMatchObject({
        roleRef: {kind: 'ClusterRole', name: onlyOf('ClusterRole', renderOverlay(mode)).metadata.name},
        subjects: [{kind: 'ServiceAccount', namespace: 'kubeflow', name: 'meta-controller-service'}],
      });
    });

    test('has no wildcard', () => {
      expect(JSON.stringify(rules())).not.toContain('*');
    });

    test('lets it manage every child', () => {
      const wanted = renderedResources(sets).map(childRule);
      expect(missing(wanted, rules())).toEqual([]);
    });

    test('holds every rule that a Role of the templates grants, as nobody may grant what they lack', () => {
      expect(grantedRules(sets)).not.toEqual([]);
      expect(missing(grantedRules(sets), rules())).toEqual([]);
    });

    test('reaches no Secret but the one by name, and lists none', () => {
      const secrets = rules().filter(({resources}) => resources.includes('secrets'));
      expect(secrets).toEqual([
        {
          apiGroups: [''],
          resources: ['secrets'],
          resourceNames: [SECRET],
          verbs: ['create', 'get', 'patch'],
        },
      ]);
    });

    test('binds no ClusterRole but those that the templates bind', () => {
      const bindable = rules().filter(({verbs}) => verbs.includes('bind'));
      expect(bindable.flatMap(({resourceNames}) => resourceNames ?? ['any']).sort()).toEqual(
        boundClusterRoles(sets),
      );
    });

    test('allows nothing that is not needed for that', () => {
      const needed = [...OWN_RULES[mode], ...renderedResources(sets).map(childRule), ...grantedRules(sets)];
      expect(missing(rules(), needed)).toEqual([]);
    });
  });
});

function childRule(child: string): Rule {
  const [apiVersion = '', resource = ''] = child.split(' ');
  const apiGroup = apiVersion.includes('/') ? (apiVersion.split('/')[0] as string) : '';
  return {apiGroups: [apiGroup], resources: [resource], verbs: CHILD_VERBS};
}

/** What the Roles of the templates grant. */
function grantedRules(sets: readonly string[]): Rule[] {
  const roles = loadTemplateObjects(sets).filter(({kind}) => kind === 'Role');
  return roles.flatMap(({rules = []}) => rules as unknown as Rule[]).map(namingTheSecret);
}

/** The templates name the Secret by an expression. */
function namingTheSecret(rule: Rule): Rule {
  return rule.resourceNames ? {...rule, resourceNames: [SECRET]} : rule;
}

function boundClusterRoles(sets: readonly string[]): string[] {
  const roleRefs = loadTemplateObjects(sets).map(({roleRef}) => roleRef as JsonObject | undefined);
  const names = roleRefs.filter(ref => ref?.kind === 'ClusterRole').map(ref => String(ref?.name));
  return [...new Set(names)].sort();
}
